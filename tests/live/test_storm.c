/* lotop watch --json in a storm: listeners open and close at known times, and every one that outlives a scan has to be
 * there, in order, once. The kernel's own numbers for sockets (SO_COOKIE) tell which event is about which. Runs for
 * ten seconds, or for as many as its argument says. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/array.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/map.h"
#include "netns.h"

/* On a busy machine a scan comes late. When they really were is told by the events, which have the time of their scan:
 * who was there at such a time, and a little before and after it, has to be told. */
enum { PORTS = 150, FIRST_PORT = 21000, MARGIN_MS = 30, STEP_MS = 4, LIFE_MAX_MS = 6000, LAST_MS = 2000 };

struct life {
	uint64_t cookie;
	int64_t opened_ms, closed_ms;    /* wall time; closed_ms 0 = still there */
	unsigned begins, ends;           /* events */
	bool is_ended_first;
};

struct storm {
	struct life *lives;
	size_t count, cap;
	struct map by_cookie;
	struct { int fd; size_t life; } ports[PORTS];    /* fd -1 = closed */
	int pipe;
	pid_t watch;
	char *line;                      /* what has come of the next one */
	size_t line_len, line_cap;
	size_t lines, unknown, broken, unordered;
	int64_t *scans;                  /* their times, ascending */
	size_t scan_count, scan_cap;
	uint64_t seed;
};

/* The same storm every time. */
static unsigned roll(struct storm *s, unsigned below)
{
	s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(s->seed >> 33) % below;
}

static uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof cookie;

	getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len);
	return cookie;
}

static int open_listener(uint16_t port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 5)) {
		perror("storm: a listener");
		exit(1);
	}
	return fd;
}

/* Most live long enough to be seen, some do not; on some ports the next one comes at once. */
static void strike(struct storm *s)
{
	unsigned i = roll(s, PORTS);
	int64_t now_ms = clock_wall_ms();

	if (s->ports[i].fd >= 0) {
		struct life *old = &s->lives[s->ports[i].life];

		if (now_ms - old->opened_ms < (int64_t)roll(s, LIFE_MAX_MS))
			return;
		close(s->ports[i].fd);
		old->closed_ms = clock_wall_ms();
		s->ports[i].fd = -1;
		if (roll(s, 3))
			return;
	}
	s->ports[i].fd = open_listener((uint16_t)(FIRST_PORT + i));
	s->ports[i].life = s->count;
	ARRAY_PUSH(s->lives, s->count, s->cap) = (struct life){
		.cookie = cookie_of(s->ports[i].fd), .opened_ms = clock_wall_ms(),
	};
	map_put(&s->by_cookie, s->lives[s->count - 1].cookie, s->count - 1);
}

static struct life *life_of(struct storm *s, const json_t *listener)
{
	uint64_t index;

	if (map_get(&s->by_cookie, (uint64_t)json_integer_value(json_object_get(listener, "cookie")), &index))
		return &s->lives[index];
	s->unknown++;
	return NULL;
}

static void note_begin(struct storm *s, const json_t *listener)
{
	struct life *life = life_of(s, listener);

	if (life)
		life->begins++;
}

static void note_end(struct storm *s, const json_t *listener)
{
	struct life *life = life_of(s, listener);

	if (!life)
		return;
	life->ends++;
	life->is_ended_first |= !life->begins;
}

/* "2026-11-21T12:03:22.123Z" */
static int64_t parse_time(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S.", &tm) : NULL;

	return rest ? (int64_t)timegm(&tm) * 1000 + atoi(rest) : 0;
}

static void note_time(struct storm *s, const char *text)
{
	int64_t time_ms = parse_time(text), last_ms = s->scan_count ? s->scans[s->scan_count - 1] : 0;

	if (!time_ms || time_ms < last_ms)
		s->unordered++;
	else if (time_ms > last_ms)
		ARRAY_PUSH(s->scans, s->scan_count, s->scan_cap) = time_ms;
}

/* The first scan that began after `ms`, or INT64_MAX. */
static int64_t scan_after(const struct storm *s, int64_t ms)
{
	size_t low = 0, high = s->scan_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->scans[middle] > ms)
			high = middle;
		else
			low = middle + 1;
	}
	return low < s->scan_count ? s->scans[low] : INT64_MAX;
}

static void note_line(struct storm *s)
{
	json_t *json = json_loadb(s->line, s->line_len, 0, NULL);
	const char *event = json_string_value(json_object_get(json, "event"));

	s->lines++;
	if (!event) {
		s->broken++;
	} else {
		note_time(s, json_string_value(json_object_get(json, "time")));
		if (!strcmp(event, "opened") || !strcmp(event, "rebound"))
			note_begin(s, json_object_get(json, "listener"));
		if (!strcmp(event, "closed"))
			note_end(s, json_object_get(json, "listener"));
		if (!strcmp(event, "rebound"))
			note_end(s, json_object_get(json, "before"));
	}
	json_decref(json);
}

static void take_bytes(struct storm *s)
{
	char bytes[65536];
	ssize_t count = read(s->pipe, bytes, sizeof bytes);

	for (ssize_t i = 0; i < count; i++) {
		if (bytes[i] != '\n') {
			ARRAY_PUSH(s->line, s->line_len, s->line_cap) = bytes[i];
			continue;
		}
		note_line(s);
		s->line_len = 0;
	}
}

static void rest(struct storm *s, int ms)
{
	int64_t until_ms = clock_monotonic_ms() + ms, left_ms;

	while ((left_ms = until_ms - clock_monotonic_ms()) > 0) {
		struct pollfd fd = { .fd = s->pipe, .events = POLLIN };

		if (poll(&fd, 1, (int)left_ms) > 0)
			take_bytes(s);
	}
}

static void start_watch(struct storm *s)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) || (s->watch = fork()) < 0)
		fatal("storm: no pipe, or no process");
	if (!s->watch) {
		dup2(ends[1], STDOUT_FILENO);
		execl(LOTOP_BINARY, "lotop", "watch", "--json", "-i", "0.2", NULL);
		_exit(127);
	}
	close(ends[1]);
	s->pipe = ends[0];
}

static void end_watch(struct storm *s)
{
	kill(s->watch, SIGTERM);
	waitpid(s->watch, NULL, 0);
	take_bytes(s);
	close(s->pipe);
}

static int64_t longest_gap_ms(const struct storm *s)
{
	int64_t longest_ms = 0;

	for (size_t i = 1; i < s->scan_count; i++)
		if (s->scans[i] - s->scans[i - 1] > longest_ms)
			longest_ms = s->scans[i] - s->scans[i - 1];
	return longest_ms;
}

static int judge(const struct storm *s)
{
	size_t seen = 0, lost = 0, endless = 0, twice = 0, invented = 0, backwards = 0;
	int64_t longest_ms = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct life *l = &s->lives[i];
		int64_t until_ms = l->closed_ms ? l->closed_ms : INT64_MAX, age_ms = until_ms - l->opened_ms;
		int64_t scan_ms = scan_after(s, l->opened_ms + MARGIN_MS);
		bool outlives = scan_ms != INT64_MAX && scan_ms < until_ms - MARGIN_MS;
		bool is_over = l->closed_ms && scan_after(s, l->closed_ms + MARGIN_MS) != INT64_MAX;

		seen += l->begins != 0;
		lost += outlives && !l->begins;
		if (!l->begins && l->closed_ms && age_ms > longest_ms)
			longest_ms = age_ms;
		endless += l->begins && is_over && !l->ends;
		twice += l->begins > 1 || l->ends > 1;
		invented += l->ends && !l->closed_ms;
		backwards += l->is_ended_first;
	}
	printf("%zu listeners, %zu seen, %zu lines, %zu scans with events, the longest time between two %lld ms; lost %zu, never closed %zu, twice %zu, closed while open %zu, "
	       "closed before opened %zu, unknown %zu, no JSON %zu, out of time %zu; "
	       "the longest life that was not seen: %lld ms\n", s->count, seen, s->lines, s->scan_count,
	       (long long)longest_gap_ms(s), lost, endless, twice, invented,
	       backwards, s->unknown, s->broken, s->unordered, (long long)longest_ms);
	return lost || endless || twice || invented || backwards || s->unknown || s->broken || s->unordered || !seen;
}

int main(int argc, char *argv[])
{
	struct storm s = { .seed = 7 };
	int seconds = argc > 1 ? atoi(argv[1]) : 10;
	int64_t end_ms;
	int status;

	if (seconds < 1 || seconds > 3600)
		return 2;
	if (netns_enter())
		return 77;
	for (unsigned i = 0; i < PORTS; i++)
		s.ports[i].fd = -1;
	start_watch(&s);
	rest(&s, 1000);                          /* what is there at its first scan is no event */
	end_ms = clock_monotonic_ms() + seconds * INT64_C(1000);
	while (clock_monotonic_ms() < end_ms) {
		strike(&s);
		rest(&s, STEP_MS);
	}
	rest(&s, LAST_MS);
	end_watch(&s);
	status = judge(&s);
	free(s.lives);
	free(s.scans);
	free(s.line);
	map_done(&s.by_cookie);
	return status;
}
