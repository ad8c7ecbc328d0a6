/* A soak: listeners open and close all the time, and the whole way from the kernel to the tracker's events
 * is held against what really happened: nothing that outlived two intervals is lost, nothing is invented,
 * no listener that stays is ever called gone; memory, descriptors and threads do not grow.
 *     bench_soak [SECONDS [CHANGES-PER-SECOND [INTERVAL-MS]]]
 * Beside the churn: listeners that stay, and one port that many sockets share with SO_REUSEPORT. */
#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/clock.h"
#include "collector/collector.h"
#include "model/diff.h"
#include "model/tracker.h"
#include "../live/netns.h"

enum { SHARED_PORT = 2999, FIRST_STABLE = 3000, STABLE = 200, SHARERS = 1500, FIRST = 10000, PORTS = 50000,
       OPEN_MAX_COUNT = 1000, LIFE_MAX_MS = 10000, SKIPPED = 77 };

struct port {                        /* of the churn; its times by the generator, the rest by the judge */
	_Atomic(int64_t) opened_ms, closed_ms;       /* 0 = not yet */
	int64_t told_open_ms, told_closed_ms;
};

struct live {
	int fd;
	unsigned port;               /* index */
	int64_t until_ms;
};

struct soak {
	struct port ports[PORTS];
	_Atomic(bool) is_over;
	unsigned changes_per_s;
	int interval_ms;
	struct live live[OPEN_MAX_COUNT];    /* the generator's */
	unsigned live_count, next_port;
	unsigned events, lost, invented, false_gone, opened, closed;
};

static int listen_on(unsigned port, bool is_shared)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (is_shared)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1)) {
		perror("soak: listen");
		exit(1);
	}
	return fd;
}

static void open_one(struct soak *s, unsigned *seed)
{
	unsigned index = s->next_port;
	struct live *l = &s->live[s->live_count++];

	if (index >= PORTS) {
		fprintf(stderr, "soak: no more ports\n");
		exit(1);
	}
	s->next_port++;
	*l = (struct live){ .fd = listen_on(FIRST + index, false),
			    .port = index,
			    .until_ms = clock_monotonic_ms() + rand_r(seed) % LIFE_MAX_MS };
	s->ports[index].opened_ms = clock_monotonic_ms();
}

static void close_one(struct soak *s, unsigned i)
{
	close(s->live[i].fd);
	s->ports[s->live[i].port].closed_ms = clock_monotonic_ms();
	s->live[i] = s->live[--s->live_count];
}

/* Half of the changes open; what is due, or too much, closes. */
static void *generate(void *context)
{
	struct soak *s = context;
	unsigned seed = 1, most = s->changes_per_s * (LIFE_MAX_MS / 1000) / 2;

	most = most < OPEN_MAX_COUNT ? most : OPEN_MAX_COUNT;
	while (!s->is_over) {
		int64_t now_ms = clock_monotonic_ms();

		open_one(s, &seed);
		for (unsigned i = 0; i < s->live_count; i++)
			if (s->live[i].until_ms <= now_ms || s->live_count >= most) {
				close_one(s, i);
				break;
			}
		poll(NULL, 0, (int)(2000 / s->changes_per_s));
	}
	while (s->live_count)
		close_one(s, 0);
	return NULL;
}

static void complain_of(unsigned *count, const char *what, unsigned port)
{
	if (++*count <= 5)
		printf("soak: %s: port %u\n", what, port);
}

/* A change that the tracker tells, against the truth. */
static void judge(void *context, const struct row *row, const struct change *change)
{
	struct soak *s = context;
	unsigned number = row->listener->key.endpoint.port;
	struct port *port = &s->ports[number >= FIRST ? number - FIRST : 0];
	int64_t now_ms = clock_monotonic_ms();

	s->events++;
	if (number < FIRST) {
		complain_of(&s->false_gone, "a listener that stays has changed", number);
	} else if (change->kind == CHANGE_OPENED) {
		if (!port->opened_ms || port->told_open_ms)
			complain_of(&s->invented, "opened, but it was not", number);
		port->told_open_ms = now_ms;
	} else if (change->kind == CHANGE_CLOSED) {
		if (!port->closed_ms)
			complain_of(&s->false_gone, "closed, but it is open", number);
		port->told_closed_ms = now_ms;
	} else if (change->kind == CHANGE_REBOUND) {
		complain_of(&s->invented, "rebound, but it was not", number);
	}
}

/* What lived for more than two intervals (and a breath for a busy machine) must have been told. */
static void find_lost(struct soak *s)
{
	for (unsigned i = 0; i < s->next_port; i++) {
		const struct port *p = &s->ports[i];

		s->opened++;
		s->closed += p->closed_ms != 0;
		if (p->closed_ms - p->opened_ms <= 2 * s->interval_ms + 100)
			continue;
		if (!p->told_open_ms)
			complain_of(&s->lost, "its opening was not told", FIRST + i);
		if (!p->told_closed_ms)
			complain_of(&s->lost, "its end was not told", FIRST + i);
	}
}

static unsigned count_entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long size, resident = 0;

	if (fscanf(file, "%ld %ld", &size, &resident) != 2)
		resident = 0;
	fclose(file);
	return resident * sysconf(_SC_PAGESIZE) / 1024;
}

static void watch_until(struct mailbox *m, struct tracker *t, int64_t until_ms)
{
	struct pollfd event = { .fd = mailbox_event_fd(m), .events = POLLIN };
	struct reply reply;

	while (clock_monotonic_ms() < until_ms) {
		poll(&event, 1, 100);
		const struct snapshot *s = mailbox_take(m);
		if (s)
			tracker_update(t, s);
		snapshot_unref(s);
		while (mailbox_next_reply(m, &reply))
			;
	}
}

static void make_stable(void)
{
	for (unsigned i = 0; i < STABLE; i++)
		listen_on(FIRST_STABLE + i, false);
	for (unsigned i = 0; i < SHARERS; i++)
		listen_on(SHARED_PORT, true);
}

static int soak(struct soak *s, int seconds)
{
	const struct collector_options options = {
		.request = { .bound_only = true, .leftovers = true, .owners = true }, .interval_ms = s->interval_ms
	};
	struct mailbox *mailbox = mailbox_new();
	struct tracker *tracker = tracker_new();
	struct collector *collector;
	struct platform *platform;
	pthread_t generator;
	int64_t began_ms;
	long early, late;
	unsigned fds, tasks;

	make_stable();
	if (platform_linux_new(&platform) || collector_start(platform, mailbox, &options, &collector))
		return 1;
	watch_until(mailbox, tracker, clock_monotonic_ms() + 1500);
	tracker_on_change(tracker, judge, s);
	fds = count_entries("/proc/self/fd");
	pthread_create(&generator, NULL, generate, s);
	tasks = count_entries("/proc/self/task");
	began_ms = clock_monotonic_ms();
	watch_until(mailbox, tracker, began_ms + seconds * 1000 / 2);
	early = resident_kib();
	watch_until(mailbox, tracker, began_ms + seconds * 1000);
	late = resident_kib();
	tasks = count_entries("/proc/self/task") - tasks;
	s->is_over = true;
	pthread_join(generator, NULL);
	watch_until(mailbox, tracker, clock_monotonic_ms() + 3 * s->interval_ms + 500);
	fds = count_entries("/proc/self/fd") - fds;
	find_lost(s);
	collector_stop(collector, 2000);
	tracker_free(tracker);
	mailbox_free(mailbox);
	printf("soak: %d s, %u opened, %u closed, %u events; %u lost, %u invented, %u falsely gone\n", seconds,
	       s->opened, s->closed, s->events, s->lost, s->invented, s->false_gone);
	printf("soak: resident %ld KiB at half time, %ld KiB at the end; descriptors %+d, threads %+d\n",
	       early, late, (int)fds, (int)tasks);
	return s->lost || s->invented || s->false_gone || late > early + early / 20 + 512 || (int)fds > 0 ||
	       (int)tasks > 0;
}

int main(int argc, char **argv)
{
	struct rlimit most = { 8192, 8192 };
	struct soak *s = calloc(1, sizeof *s);
	int seconds = argc > 1 ? atoi(argv[1]) : 20, result;

	s->changes_per_s = argc > 2 ? (unsigned)atoi(argv[2]) : 100;
	s->interval_ms = argc > 3 ? atoi(argv[3]) : 200;
	setrlimit(RLIMIT_NOFILE, &most);
	if (!s->changes_per_s || netns_enter()) {
		printf("skipped: no private network namespace\n");
		free(s);
		return SKIPPED;
	}
	result = soak(s, seconds);
	free(s);
	return result;
}
