/* model/why, word for word: who has the port, which project that is, and what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>
#include "model/why.h"
#include "tests/fake/build.h"

/* The first finding: the answer, its evidence and the remedy, a line each. */
static const struct told {
	const char *scene;
	const char *at;              /* NULL = localhost */
	int bind;                    /* what came of the attempt to bind that address */
	const char *text;
} cases[] = {
	{ "process 7 node alice cwd /home/alice/shop command next dev\n"
	  "tcp [::]:3000 v6only no by 7 node alice", NULL, PROBE_UNTRIED,
	  "[::]:3000 is in use: node 7 (alice) listens there, on every address, for IPv6 and IPv4, also from the "
	  "network\n"
	  "node 7 runs: next dev\n"
	  "it works in /home/alice/shop\n"
	  "127.0.0.1 reaches node 7 (alice) at [::]:3000\n"
	  "::1 reaches node 7 (alice) at [::]:3000\n"
	  "no trial bind was made: lotop is read-only\n"
	  "listen on 127.0.0.1 if only this machine shall reach it; to bind it: end that process, or use another "
	  "port\n" },
	{ "project /home/alice/shop alice /home/alice/shop main\n"
	  "process 7 node alice cwd /home/alice/shop command next dev\n"
	  "tcp 127.0.0.1:3000 by 7 node alice", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 is in use: node 7 (alice) listens there, for IPv4 loopback only: ::1 is refused\n"
	  "node 7 runs: next dev\n"
	  "it works in /home/alice/shop, project shop (main)\n"
	  "tried to bind: that address in use\n"
	  "to reach it: use 127.0.0.1; to bind it: end that process, or use another port\n" },
	/* That it is stopped is no reason why nobody answers where it never was. */
	{ "process 7 node alice state T\ntcp 127.0.0.1:3000 by 7 node alice", "::1", 0,
	  "nobody answers at [::1]:3000; node 7 (alice) listens at 127.0.0.1:3000, for IPv4 loopback only: ::1 is "
	  "refused\n"
	  "tried to bind: that address free\n"
	  "to reach it: use 127.0.0.1:3000; to bind it: nothing is in the way of [::1]:3000\n" },
	/* The server has the higher pid: it started first, and pids begin anew now and then. */
	{ "process 900 nginx root start 1\nprocess 7 nginx root start 2 parent 900\n"
	  "tcp 127.0.0.1:3000 by 7 nginx root by 900 nginx root", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 is one socket in 2 processes: ending one of them does not free the port\n"
	  "held by nginx 7 (root) as worker, nginx 900 (root) as server\n"
	  "tried to bind: that address in use\n"
	  "end nginx 900, which started the others\n" },
	{ "process 7 node alice start 1\nprocess 8 sleep alice start 2 parent 7\n"
	  "tcp 127.0.0.1:3000 by 7 node alice by 8 sleep alice", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 is one socket in 2 processes: ending one of them does not free the port\n"
	  "held by node 7 (alice) as server, sleep 8 (alice) as leaked\n"
	  "tried to bind: that address in use\n"
	  "end all of them: lotop kill --all-holders 3000\n" },
	{ "process 7 perl alice group 5\ntcp 127.0.0.1:3000 by 7 perl alice\n"
	  "waits 7 100001 no adopted inheritable yes kind sleep call clock_nanosleep",
	  "127.0.0.1", EADDRINUSE,
	  "nobody serves 127.0.0.1:3000: perl 7 (alice) merely holds it since it inherited it from a server "
	  "that is gone\n"
	  "perl 7 sleeps (clock_nanosleep), and no thread of it waits for connections\n"
	  "held by perl 7 (alice)\n"
	  "tried to bind: that address in use\n"
	  "end it to free the port: lotop kill 3000\n" },
	{ "tcp 127.0.0.1:3000 by 7 sleep alice by 8 sleep alice\nwaits 7 100001 unknown error 13",
	  "127.0.0.1", EADDRINUSE,
	  "nobody serves 127.0.0.1:3000: sleep 7 (alice) and 1 more merely hold it since they inherited it "
	  "from a server that is gone\n"
	  "what sleep 7 waits for could not be seen (Permission denied): run with sudo\n"
	  "held by sleep 7 (alice) as leaked, sleep 8 (alice) as leaked\n"
	  "tried to bind: that address in use\n"
	  "end them to free the port: lotop kill --all-holders 3000\n" },
};

static struct why *explain(const struct told *c)
{
	struct endpoint at = { .protocol = PROTOCOL_TCP };
	const struct snapshot *s = build_snapshot(1, c->scene);
	struct probe p;

	if (c->at)
		assert_int_equal(endpoint_parse_address(slice_of(c->at), &at), 0);
	at.port = 3000;
	probe_init(&p);
	p.is_possible = true;
	for (int form = 0; form < FORM_COUNT; form++)
		p.binds[form] = (struct bind_trial){ c->bind, c->bind };
	struct why *w = why_new(s, &p, &at);

	snapshot_unref(s);
	return w;
}

static void words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct why *w = explain(&cases[i]);
		size_t count;
		const struct finding *f = why_findings(w, &count);
		struct buf text = { 0 };

		buf_printf(&text, "%s\n", f->answer);
		for (uint32_t k = 0; k < f->evidence_count; k++)
			buf_printf(&text, "%s\n", f->evidence[k]);
		buf_printf(&text, "%s\n", f->remedy);
		assert_string_equal(buf_string(&text), cases[i].text);
		buf_done(&text);
		why_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
