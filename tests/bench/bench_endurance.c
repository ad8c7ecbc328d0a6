/* Long runs in a network namespace of their own, over before they bore anybody:
 *   bench_endurance ticks N      N scans with all that the dashboard does to them but its screen: memory and descriptors
 *                                must stay as they are after the first tenth
 *   bench_endurance churn S      S seconds of 1,000 listeners that come and go each second: none of those that stay may
 *                                ever be missing, or be told to be gone
 * Ends with 77 where no namespace may be made. Knows the door and the model; no screen. */
#include <arpa/inet.h>
#include <dirent.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "model/rows.h"
#include "platform/platform.h"

enum { STABLE = 40, FIRST_PORT = 20000, CHURN_PER_MS = 1, ALIVE = 50, RSS_SLACK_KIB = 512, SKIPPED = 77 };

struct watcher {
	struct platform *platform;
	struct tracker *tracker;
	struct rows rows;
	size_t gone;                         /* stable rows that were told to be closed */
};

static bool is_stable(const struct listener *l)
{
	uint16_t port = l->key.endpoint.port;

	return l->key.kind == ROW_LISTENER && port >= FIRST_PORT && port < FIRST_PORT + STABLE;
}

static void note(void *context, const struct row *row, const struct change *change)
{
	struct watcher *w = context;

	w->gone += change->kind == CHANGE_CLOSED && is_stable(row->listener);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void enter_namespace(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET))
		exit(SKIPPED);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request))
		fail("lo");
	close(fd);
}

static int listener(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 8))
		fail("listen");
	return fd;
}

/* Does not last longer than its parent, nor than it may. */
static pid_t start_churn(int seconds)
{
	pid_t pid = fork();
	int alive[ALIVE], at = 0;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memset(alive, -1, sizeof alive);
	for (int64_t end_ms = clock_monotonic_ms() + 1000 * (int64_t)seconds + 1000;
	     clock_monotonic_ms() < end_ms; at = (at + 1) % ALIVE) {
		if (alive[at] >= 0)
			close(alive[at]);
		alive[at] = listener(0);
		usleep(1000 / CHURN_PER_MS);
	}
	_exit(0);
}

/* As the collector does: told of a death, the platform looks again; else it may rest. */
static void heed_wake(struct platform *p)
{
	struct pollfd bell = { .fd = p->ops->wake_fd(p), .events = POLLIN };

	if (poll(&bell, 1, 0) > 0)
		p->ops->wake_drain(p);
}

static size_t tick(struct watcher *w)
{
	const struct scan_request request = { .bound_only = true, .leftovers = true, .clients = true, .owners = true,
					      .shares_leftovers = true, .heeds_wake = true };
	const struct rows_options options = { .show_leftovers = true };
	struct facts *facts = facts_new();
	const struct snapshot *s;
	size_t stable = 0;
	int error;

	heed_wake(w->platform);
	error = platform_scan_begin(w->platform, &request, facts);
	while (!error && (error = platform_scan_step(w->platform, 2000)) == 1)
		error = 0;
	if (error)
		exit(1);
	s = snapshot_build_after(facts, tracker_snapshot(w->tracker));
	tracker_update(w->tracker, s);
	rows_update(&w->rows, w->tracker, &options);
	for (size_t i = 0; i < s->listener_count; i++)
		stable += is_stable(&s->listeners[i]);
	snapshot_unref(s);
	return stable;
}

static long rss_kib(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f || fscanf(f, "%*d %ld", &pages) != 1)
		fail("/proc/self/statm");
	fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (dir && readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int run_ticks(struct watcher *w, int count)
{
	long rss = 0;
	int fds = 0;

	for (int i = 0; i < count; i++) {
		if (i == count / 10) {
			rss = rss_kib();
			fds = descriptors();
		}
		if (tick(w) != STABLE) {
			printf("tick %d: a listener is missing\n", i);
			return 1;
		}
	}
	printf("%d ticks: RSS %ld -> %ld KiB, %d -> %d descriptors\n", count, rss, rss_kib(), fds, descriptors());
	return rss_kib() > rss + RSS_SLACK_KIB || descriptors() != fds;
}

static int run_churn(struct watcher *w, int seconds)
{
	int64_t end_ms = clock_monotonic_ms() + 1000 * (int64_t)seconds;
	pid_t child = start_churn(seconds);
	size_t missing = 0, ticks = 0;

	for (; clock_monotonic_ms() < end_ms; ticks++) {
		missing += STABLE - tick(w);
		usleep(10000);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	printf("%zu ticks under churn: %zu times a listener was missing, %zu told to be gone\n", ticks, missing, w->gone);
	return missing || w->gone;
}

int main(int argc, char **argv)
{
	struct watcher w = { .gone = 0 };
	int count = argc == 3 ? atoi(argv[2]) : 0, status;

	if (count <= 0 || (strcmp(argv[1], "ticks") && strcmp(argv[1], "churn"))) {
		fprintf(stderr, "usage: %s ticks COUNT | churn SECONDS\n", argv[0]);
		return 2;
	}
	enter_namespace();
	for (uint16_t i = 0; i < STABLE; i++)
		listener(FIRST_PORT + i);
	if (platform_linux_new(&w.platform))
		return SKIPPED;
	w.tracker = tracker_new();
	tracker_on_change(w.tracker, note, &w);
	status = argv[1][0] == 't' ? run_ticks(&w, count) : run_churn(&w, count);
	rows_done(&w.rows);
	tracker_free(w.tracker);
	platform_free(w.platform);
	return status;
}
