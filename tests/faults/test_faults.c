/* Every call that may fail does, in turn: the Nth allocation, open, read, socket, thread ... of a list, of a
 * diagnosis and of dashboards. Whatever fails, lotop ends by itself with a documented status and a word about
 * it, or goes on with all rows or a gap, and the terminal is left as it was found. A dashboard in which a call
 * failed once has soon all rows with their owners again, and no descriptor more than one without a fault.
 * In a build with AddressSanitizer, whose allocator never fails, everything else does, and its leak checker
 * has a look at each end.
 * A dashboard repeats itself with each tick, and a recording with each line: there a call counts once for
 * each way that leads to it.
 *     test_faults [POINTS [SCENARIO]]     that many of each call and error, spread evenly; 0 = all */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "../e2e/term.h"
#include "../live/alone.h"
#include "../live/netns.h"
#include "../live/run.h"
#include "../live/sockets.h"

enum { FEW = 3, PORT = 20000, PATIENCE_MS = 15000, FRAME_MS = 1500, RECOVERY_MS = 10000, SAMPLES = 100 };

#define PLACES "LOTOP_FAULT_PLACES=1"

static const struct {
	const char *name;
	int errors[3];
	int times;                   /* 0 = it goes on failing */
} faults[] = {
	{ "malloc", { ENOMEM }, 0 },
	{ "calloc", { ENOMEM }, 0 },
	{ "realloc", { ENOMEM }, 0 },
	{ "strdup", { ENOMEM }, 0 },
	{ "malloc", { ENOMEM }, 1 },
	{ "calloc", { ENOMEM }, 1 },
	{ "realloc", { ENOMEM }, 1 },
	{ "open", { EMFILE, EACCES, EINTR }, 1 },
	{ "open", { EMFILE }, 0 },
	{ "openat", { EMFILE, ENOENT, EINTR }, 1 },
	{ "openat", { EMFILE, ENOMEM }, 0 },
	{ "opendir", { EMFILE }, 0 },
	{ "read", { EINTR, EIO }, 1 },
	{ "read", { EIO }, 0 },
	{ "pread", { EINTR, EIO }, 1 },
	{ "pread", { EIO }, 0 },
	{ "write", { EINTR, EIO, ENOSPC }, 1 },
	{ "write", { EPIPE }, 0 },
	{ "readlinkat", { EACCES, ENOMEM }, 1 },
	{ "getdents64", { ENOENT, EIO }, 1 },
	{ "fstatat", { EACCES, EINTR }, 1 },
	{ "socket", { EMFILE, EPERM }, 1 },
	{ "socket", { EMFILE, EAFNOSUPPORT }, 0 },
	{ "sendmsg", { ENOBUFS, EPERM, EINTR }, 1 },
	{ "sendmsg", { ENOMEM }, 0 },
	{ "recvmsg", { EINTR, ENOBUFS, EAGAIN }, 1 },
	{ "recvmsg", { ENOMEM }, 0 },
	{ "fork", { EAGAIN }, 0 },
	{ "pthread_create", { EAGAIN }, 1 },
	{ "pthread_create", { EPERM }, 0 },
	{ "eventfd", { EMFILE }, 1 },
	{ "eventfd", { EMFILE }, 0 },
	{ "epoll_create1", { EMFILE }, 0 },
	{ "epoll_ctl", { ENOMEM, ENOSPC }, 1 },
	{ "epoll_wait", { EINTR }, 1 },
	{ "poll", { EINTR, ENOMEM }, 1 },
	{ "pipe2", { EMFILE }, 0 },
	{ "timerfd_create", { EMFILE }, 0 },
	{ "syscall", { ENOSYS, EPERM, EMFILE }, 1 },
	{ "syscall", { ENOSYS }, 0 },
};

enum { FAULTS = sizeof faults / sizeof *faults };

struct scenario {
	const char *arguments;
	const char *row;             /* stands in an output that has no gap */
	bool is_dashboard;
	const char *owner;           /* of port 20000, in its row; NULL = it is not there */
};

static const struct scenario scenarios[] = {
	{ "list port:20000", "20000 127.0.0.1", false, NULL },
	{ "list --json port:20000", "\"port\":20000", false, NULL },
	{ "why 20000", "20000", false, NULL },
	{ "--replay " LOTOP_FIXTURES "/desk.ndjson", " listening", true, NULL },
	{ "-i 0.1", " listening", true, "faults" },
};

enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

struct world {
	unsigned points;             /* of each call and error; 0 = all */
	int first, last;             /* of the scenarios */
	unsigned tried, survived, recovered, descriptors;
	char counts_path[64];
	char library[256];           /* LD_PRELOAD=... */
};

struct attempt {
	const struct scenario *scenario;
	char fault[64];              /* LOTOP_FAULT=... */
	bool is_mute;                /* what fails is what would be told with */
	bool is_lasting;             /* it goes on failing */
};

/* What was seen of a dashboard before it was ended. */
struct sight {
	struct term *t;
	bool is_whole;               /* all rows, with their owners */
	unsigned descriptors;
};

static bool object(const struct attempt *a, const char *what, int status, const char *output,
		   const char *errors)
{
	fprintf(stderr, "%s lotop %s: %s; status %d\n--- output:\n%s\n--- errors:\n%s\n---\n", a->fault,
		a->scenario->arguments, what, status, output, errors);
	return false;
}

static bool has_gap(const char *output)
{
	return strstr(output, "\"gaps\":[{") != NULL;
}

static bool judge(const struct attempt *a, const char *output, const char *errors, int status)
{
	if (status > 7)
		return object(a, "no documented end", status, output, errors);
	if (strstr(errors, "Sanitizer") || strstr(errors, "ssertion"))
		return object(a, "a report", status, output, errors);
	if (a->is_mute)
		return true;
	if (status && !*errors && !has_gap(output))
		return object(a, "no word about it", status, output, errors);
	if (!status && !strstr(output, a->scenario->row) && !*errors && !has_gap(output))
		return object(a, "a row is lost without a word", status, output, errors);
	return true;
}

/* One command to its end; `counts` may be NULL. */
static struct run run_once(const struct world *w, const struct attempt *a, const char *counts)
{
	const char *lotop[RUN_WORDS], *argv[RUN_WORDS + 8];
	char *words = run_split(a->scenario->arguments, lotop);
	int n = 0;

	argv[n++] = "env";
	argv[n++] = w->library;
	argv[n++] = counts ? counts : a->fault;
	for (int i = 0; lotop[i]; i++)
		argv[n++] = lotop[i];
	argv[n] = NULL;
	struct run r = run_program(argv, NULL);
	free(words);
	return r;
}

static bool survives_command(const struct world *w, const struct attempt *a)
{
	struct run r = run_once(w, a, NULL);
	bool is_well = judge(a, r.output, r.errors, r.status);

	run_done(&r);
	return is_well;
}

static bool is_whole(struct term *t, const struct scenario *s)
{
	int row = s->owner ? vscreen_find(term_screen(t), "20000 127.0.0.1") : -1;

	return !s->owner || (row >= 0 && strstr(vscreen_line(term_screen(t), row), s->owner));
}

static unsigned count_entries(const char *path)
{
	DIR *dir = opendir(path);
	unsigned count = 0;

	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return count;
}

/* The fewest of some time, as a scan and a helper have some of their own; no longer than until there are no
 * more than `enough`. Who holds a listener for long is watched by two more. */
static unsigned count_descriptors(struct term *t, unsigned enough)
{
	char path[32];
	unsigned least = UINT_MAX;

	snprintf(path, sizeof path, "/proc/%d/fd", term_pid(t));
	for (int i = 0; !enough && i < SAMPLES; i++)
		term_pump(t, 15);
	for (int i = 0; i < SAMPLES && least > enough; i++) {
		unsigned now = count_entries(path);

		least = now < least ? now : least;
		term_pump(t, 15);
	}
	return least;
}

static void pump_until(struct term *t, const struct scenario *s, bool (*condition)(struct term *t,
		       const struct scenario *s), int ms)
{
	for (int64_t end_ms = clock_monotonic_ms() + ms; clock_monotonic_ms() < end_ms && !condition(t, s) &&
							!term_await_end(t, 0); )
		term_pump(t, 20);
}

static bool has_row(struct term *t, const struct scenario *s)
{
	return vscreen_find(term_screen(t), s->row) >= 0;
}

/* A dashboard that was started with `env` until it ends, by q at the latest. */
static struct sight dashboard(const struct world *w, const struct attempt *a, const char *const env[])
{
	struct sight seen = { .t = term_lotop(24, 100, a->scenario->arguments, env) };
	struct term *t = seen.t;

	pump_until(t, a->scenario, has_row, FRAME_MS);
	if (!a->is_lasting && !a->is_mute) {
		pump_until(t, a->scenario, is_whole, RECOVERY_MS);
		seen.descriptors = count_descriptors(t, w->descriptors);
	}
	seen.is_whole = a->is_lasting || a->is_mute || term_await_end(t, 0) || is_whole(t, a->scenario);
	term_type(t, "/3000" KEY_ENTER);
	term_pump(t, 20);
	term_type(t, "q");
	for (int tries = 0; tries < 3 && !term_await_end(t, 1000); tries++)
		term_type(t, "q");           /* the first may have been lost with a read that failed */
	term_await_end(t, PATIENCE_MS);
	return seen;
}

static bool survives_dashboard(struct world *w, const struct attempt *a)
{
	const char *env[] = { w->library, a->fault, PLACES, NULL };
	struct sight seen = dashboard(w, a, env);
	struct term *t = seen.t;
	const char *text = vscreen_text(term_screen(t));
	bool is_well = true;

	if (!term_await_end(t, 0))
		is_well = object(a, "it hangs", -1, text, "");
	else if (term_status(t) > 7 || (term_status(t) && !a->is_mute && !strstr(text, "lotop: ") &&
						  !strstr(text, "memory")))
		is_well = object(a, "it ends without a word", term_status(t), text, "");
	else if (!a->is_mute && !term_is_whole(t))
		is_well = object(a, "the terminal is not restored", term_status(t), text, "");
	else if (!seen.is_whole && !term_status(t))
		is_well = object(a, "rows or owners do not come back", term_status(t), text, "");
	else if (seen.descriptors > w->descriptors)
		is_well = object(a, "it leaves descriptors open", (int)(seen.descriptors - w->descriptors), text, "");
	w->recovered += is_well && seen.descriptors;
	term_free(t);
	return is_well;
}

/* How often lotop makes each call when all goes well. */
static void count(struct world *w, const struct scenario *s, unsigned counts[FAULTS])
{
	struct attempt a = { .scenario = s };
	char path[96], line[64], name[32];
	unsigned made;

	snprintf(path, sizeof path, "LOTOP_FAULT_COUNTS=%s", w->counts_path);
	memset(counts, 0, FAULTS * sizeof *counts);
	if (s->is_dashboard) {
		const char *env[] = { w->library, path, PLACES, NULL };
		w->descriptors = 0;
		struct sight seen = dashboard(w, &a, env);

		assert_true(seen.is_whole);
		w->descriptors = seen.descriptors;
		term_free(seen.t);
	} else {
		struct run r = run_once(w, &a, path);
		assert_non_null(strstr(r.output, s->row));
		run_done(&r);
	}
	FILE *file = fopen(w->counts_path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file))
		if (sscanf(line, "%31s %u", name, &made) == 2)
			for (int f = 0; f < FAULTS; f++)
				counts[f] = strcmp(faults[f].name, name) ? counts[f] : made;
	fclose(file);
	unlink(w->counts_path);
}

static void try(struct world *w, const struct scenario *s, int fault, int error, unsigned nth)
{
	struct attempt a = { .scenario = s, .is_mute = !strcmp(faults[fault].name, "write"),
			     .is_lasting = !faults[fault].times };

	snprintf(a.fault, sizeof a.fault, "LOTOP_FAULT=%s:%u:%d:%d", faults[fault].name, nth, error,
		 faults[fault].times);
	w->tried++;
	w->survived += s->is_dashboard ? survives_dashboard(w, &a) : survives_command(w, &a);
}

static void try_spread(struct world *w, const struct scenario *s, int fault, int error, unsigned calls)
{
	unsigned points = w->points && w->points < calls ? w->points : calls;

	for (unsigned i = 0; i < points; i++)
		try(w, s, fault, error, 1 + (unsigned)((uint64_t)i * calls / points));
}

static void test_scenario(struct world *w, const struct scenario *s)
{
	unsigned counts[FAULTS], before = w->tried, before_survived = w->survived;

	count(w, s, counts);
	for (int f = 0; f < FAULTS; f++)
		for (int e = 0; e < 3 && faults[f].errors[e]; e++)
			try_spread(w, s, f, faults[f].errors[e], counts[f]);
	printf("faults: lotop %s: %u of %u survived\n", s->arguments, w->survived - before_survived,
	       w->tried - before);
	fflush(stdout);
}

static void test_everything(void **state)
{
	struct world *w = *state;
	unsigned wanted = w->points;
	int fd;

	if (netns_enter()) {
		printf("skipped: no private network namespace\n");
		skip();
	}
	fd = socket_listening("127.0.0.1", PORT, 0, 4);
	for (int i = w->first; i <= w->last; i++) {
		w->points = scenarios[i].is_dashboard && wanted > 1 ? 2 : wanted;
		test_scenario(w, &scenarios[i]);
	}
	close(fd);
	printf("faults: %u of %u survived; %u dashboards went on, whole and without a descriptor more\n", w->survived,
	       w->tried, w->recovered);
	assert_int_equal(w->survived, w->tried);
}

int main(int argc, char **argv)
{
	struct world w = { .points = argc > 1 ? (unsigned)atoi(argv[1]) : FEW, .last = SCENARIOS - 1 };
	const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(test_everything, &w) };

	if (argc > 2)
		w.first = w.last = atoi(argv[2]) % SCENARIOS;
	snprintf(w.library, sizeof w.library, "LD_PRELOAD=%s", LOTOP_FAULTS);
	snprintf(w.counts_path, sizeof w.counts_path, "/tmp/lotop-faults-%d", getpid());
	alone_enter();
	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
