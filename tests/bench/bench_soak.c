/* A soak: listeners open and close all the time, and the whole way from the kernel to the tracker's events
 * is held against what really happened: nothing that was there for two whole scans is lost, nothing is
 * invented, no listener that stays is ever called gone; memory, descriptors and threads do not grow. When
 * scans began is read from the snapshots: on a busy machine the collector gets less time than it asks for.
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
#include "base/array.h"
#include "base/clock.h"
#include "base/heap.h"
#include "collector/collector.h"
#include "model/diff.h"
#include "model/tracker.h"
#include "../live/netns.h"

enum { SHARED_PORT = 2999, FIRST_STABLE = 3000, STABLE = 200, SHARERS = 1500, FIRST = 10000, PORTS = 55000,
       OPEN_MAX_COUNT = 1000, LIFE_MAX_MS = 10000, PATIENCE_MS = 60000, SKIPPED = 77,
       RSS_SLACK_KIB = 768 };    /* the past that is kept fills up for a minute; bench_endurance is stricter */

/* Of the churn, in wall time; 0 = not yet. Whoever opens or closes may be stopped right before or after. */
struct port {
	_Atomic(int64_t) opening_ms, open_ms, closing_ms;    /* by the generator: before, after, and before again */
	bool is_told_open, is_told_closed;                   /* by the judge */
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
	int64_t *scans;                      /* when each that was taken began, wall time */
	size_t scan_count, scan_cap;
	unsigned events, lost, invented, false_gone, opened, closed, judged;
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
	s->ports[index].opening_ms = clock_wall_ms();
	*l = (struct live){ .fd = listen_on(FIRST + index, false),
			    .port = index,
			    .until_ms = clock_monotonic_ms() + rand_r(seed) % LIFE_MAX_MS };
	s->ports[index].open_ms = clock_wall_ms();
}

static void close_one(struct soak *s, unsigned i)
{
	s->ports[s->live[i].port].closing_ms = clock_wall_ms();
	close(s->live[i].fd);
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

	if (row->listener->key.kind != ROW_LISTENER)     /* between bind() and listen() */
		return;
	s->events++;
	if (number < FIRST) {
		complain_of(&s->false_gone, "a listener that stays has changed", number);
	} else if (change->kind == CHANGE_OPENED) {
		if (!port->opening_ms || port->is_told_open)
			complain_of(&s->invented, "opened, but it was not", number);
		port->is_told_open = true;
	} else if (change->kind == CHANGE_CLOSED) {
		if (!port->closing_ms)
			complain_of(&s->false_gone, "closed, but it is open", number);
		else if (!port->is_told_open || port->is_told_closed)
			complain_of(&s->invented, "closed, but it was not", number);
		port->is_told_closed = true;
	} else if (change->kind == CHANGE_REBOUND) {
		complain_of(&s->invented, "rebound, but it was not", number);
	}
}

/* A scan reads the sockets at some time between its begin and that of the next. */
static bool outlived_two_scans(const struct soak *s, const struct port *p)
{
	size_t began = 0;

	for (size_t i = 0; i < s->scan_count; i++)
		began += s->scans[i] > p->open_ms && s->scans[i] < p->closing_ms;
	return began >= 3;
}

static void find_lost(struct soak *s)
{
	for (unsigned i = 0; i < s->next_port; i++) {
		const struct port *p = &s->ports[i];
		bool must_be_told = outlived_two_scans(s, p);

		s->opened++;
		s->closed += p->closing_ms != 0;
		s->judged += must_be_told;
		if (must_be_told && !p->is_told_open)
			complain_of(&s->lost, "its opening was not told", FIRST + i);
		if (p->is_told_open && !p->is_told_closed)
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

/* The collector has some open while it scans: what is left between its scans counts. */
static unsigned count_descriptors(void)
{
	unsigned least = count_entries("/proc/self/fd");

	for (int tries = 0; tries < 50; tries++) {
		unsigned now = count_entries("/proc/self/fd");

		least = now < least ? now : least;
		poll(NULL, 0, 10);
	}
	return least;
}

static void take(struct soak *s, struct mailbox *m, struct tracker *t)
{
	const struct snapshot *new = mailbox_take(m);
	struct reply reply;

	if (new) {
		ARRAY_PUSH(s->scans, s->scan_count, s->scan_cap) = new->facts->wall_ms;
		tracker_update(t, new);
	}
	snapshot_unref(new);
	while (mailbox_next_reply(m, &reply))
		;
}

/* For so long, and until `scans` more of them were taken; not for ever. */
static void watch(struct soak *s, struct mailbox *m, struct tracker *t, int ms, size_t scans)
{
	struct pollfd event = { .fd = mailbox_event_fd(m), .events = POLLIN };
	int64_t now_ms = clock_monotonic_ms(), until_ms = now_ms + ms, never_ms = until_ms + PATIENCE_MS;

	for (scans += s->scan_count; now_ms < until_ms || (s->scan_count < scans && now_ms < never_ms);
	     now_ms = clock_monotonic_ms()) {
		poll(&event, 1, 100);
		take(s, m, t);
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
	long early, late;
	unsigned fds, tasks;

	make_stable();
	if (platform_linux_new(&platform) || collector_start(platform, mailbox, &options, &collector))
		return 1;
	watch(s, mailbox, tracker, 1500, 5);
	tracker_on_change(tracker, judge, s);
	fds = count_descriptors();
	pthread_create(&generator, NULL, generate, s);
	tasks = count_entries("/proc/self/task");
	watch(s, mailbox, tracker, seconds * 500, 0);
	early = resident_kib();
	watch(s, mailbox, tracker, seconds * 500, 0);
	late = resident_kib();
	tasks = count_entries("/proc/self/task") - tasks;
	s->is_over = true;
	pthread_join(generator, NULL);
	watch(s, mailbox, tracker, 3 * s->interval_ms, 5);
	fds = count_descriptors() - fds;
	find_lost(s);
	collector_stop(collector, 2000);
	tracker_free(tracker);
	mailbox_free(mailbox);
	printf("soak: %d s, %zu scans, %u opened (%u for two scans or longer), %u closed, %u events; %u lost, "
	       "%u invented, %u falsely gone\n", seconds, s->scan_count, s->opened, s->judged, s->closed, s->events,
	       s->lost, s->invented, s->false_gone);
	printf("soak: resident %ld KiB at half time, %ld KiB at the end; descriptors %+d, threads %+d\n",
	       early, late, (int)fds, (int)tasks);
	return !s->judged || s->lost || s->invented || s->false_gone || late > early + early / 20 + RSS_SLACK_KIB ||
	       (int)fds > 0 || (int)tasks > 0;
}

int main(int argc, char **argv)
{
	struct rlimit most = { 8192, 8192 };
	struct soak *s = calloc(1, sizeof *s);
	int seconds = argc > 1 ? atoi(argv[1]) : 20, result;

	heap_stay_small();                   /* as the dashboard does */
	explicit_bzero(s, sizeof *s);        /* no page of it becomes resident while memory is measured */
	s->changes_per_s = argc > 2 ? (unsigned)atoi(argv[2]) : 100;
	s->interval_ms = argc > 3 ? atoi(argv[3]) : 200;
	setrlimit(RLIMIT_NOFILE, &most);
	if (!s->changes_per_s || netns_enter()) {
		printf("skipped: no private network namespace\n");
		free(s);
		return SKIPPED;
	}
	result = soak(s, seconds);
	free(s->scans);
	free(s);
	return result;
}
