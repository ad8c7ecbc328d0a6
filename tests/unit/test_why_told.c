/* model/why, word for word: who has the port, which project that is, and what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>
#include "model/why.h"
#include "tests/fake/build.h"

#define DOCKER "/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope"

/* The first finding: the answer, its evidence and the remedy, a line each. */
static const struct told {
	const char *scene;
	const char *at;              /* NULL = localhost; @ in front: in the namespace 77 */
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
	{ "tcp 127.0.0.1:3000 user root\ngap processes 1", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 listens, for a process of root that you may not see\n"
	  "owners hidden: by hidepid or a pid namespace\n"
	  "tried to bind: that address in use\n"
	  "sudo lotop why on the host, to see who it is\n" },
};

static void v4_first(struct probe *p)
{
	p->localhost[p->localhost_count++] = FAMILY_IPV4;
	p->localhost[p->localhost_count++] = FAMILY_IPV6;
}

static void v6_first(struct probe *p)
{
	p->localhost[p->localhost_count++] = FAMILY_IPV6;
	p->localhost[p->localhost_count++] = FAMILY_IPV4;
}

static void v6_only(struct probe *p) { p->localhost[p->localhost_count++] = FAMILY_IPV6; }

static void connects(struct probe *p, int error, int32_t elapsed_ms, uint32_t drops)
{
	p->attempt = (struct probe_attempt){
		.to = { .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .port = 3000, .address = { 127, 0, 0, 1 } },
		.error = (int16_t)error, .was_listening = true, .elapsed_ms = elapsed_ms, .drops = drops,
		.is_accepted = !error, .server_state = SOCKET_ESTABLISHED,
	};
}

static void is_answered(struct probe *p) { connects(p, 0, 2, 0); }

static void overflows(struct probe *p)
{
	connects(p, ETIMEDOUT, 500, 2);
	p->attempt.counters.listen_overflows = 3;
}

static void is_rejected(struct probe *p)
{
	connects(p, ECONNREFUSED, 0, 0);
	p->rules_error = PROBE_UNTRIED;
}

static void has_addresses(struct probe *p)
{
	static const char *const texts[] = { "127.0.0.1", "192.168.1.5", "2001:db8::5" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		endpoint_parse_address(slice_of(texts[i]), &p->addresses[p->address_count++]);
}

static void sleeps(struct probe *p)
{
	p->waiters[p->waiter_count++] = (struct wait_fact){
		.pid = 7, .is_waiting = TRISTATE_FALSE, .kind = WAIT_SLEEP, .call = slice_of("nanosleep"),
	};
}

static void has_no_port_to_give(struct probe *p) { p->any_port = EADDRINUSE; }
static void has_too_many_rules(struct probe *p) { p->rules_error = EFBIG; }

/* The finding `id`, after a probe that found out this. */
static const struct probed {
	const char *id;              /* NULL = the first */
	void (*prepare)(struct probe *p);
	struct told told;
} probed[] = {
	{ NULL, v4_first, { "tcp 127.0.0.1:3000 by 7 node alice", NULL, PROBE_UNTRIED,
	  "127.0.0.1:3000 is in use: node 7 (alice) listens there, for IPv4 loopback only: ::1 is refused\n"
	  "127.0.0.1 reaches node 7 (alice) at 127.0.0.1:3000\n"
	  "::1 reaches nobody\n"
	  "localhost is 127.0.0.1, then ::1 here: it reaches that one\n"
	  "no trial bind was made: lotop is read-only\n"
	  "to reach it: use 127.0.0.1; to bind it: end that process, or use another port\n" } },
	{ NULL, v6_first, { "tcp 127.0.0.1:3000 by 7 node alice", NULL, PROBE_UNTRIED,
	  "127.0.0.1:3000 is in use: node 7 (alice) listens there, for IPv4 loopback only: ::1 is refused\n"
	  "127.0.0.1 reaches node 7 (alice) at 127.0.0.1:3000\n"
	  "::1 reaches nobody\n"
	  "localhost is ::1, then 127.0.0.1 here: it reaches the second one\n"
	  "no trial bind was made: lotop is read-only\n"
	  "to reach it: use 127.0.0.1; to bind it: end that process, or use another port\n" } },
	{ NULL, v6_only, { "tcp 127.0.0.1:3000 by 7 node alice", NULL, PROBE_UNTRIED,
	  "127.0.0.1:3000 is in use: node 7 (alice) listens there, for IPv4 loopback only: ::1 is refused\n"
	  "127.0.0.1 reaches node 7 (alice) at 127.0.0.1:3000\n"
	  "::1 reaches nobody\n"
	  "localhost is ::1 only here: it reaches nobody\n"
	  "no trial bind was made: lotop is read-only\n"
	  "to reach it: use 127.0.0.1; to bind it: end that process, or use another port\n" } },
	{ NULL, is_answered, { "tcp 127.0.0.1:3000 by 7 node alice", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 is in use: node 7 (alice) listens there, for IPv4 loopback only: ::1 is refused\n"
	  "tried to bind: that address in use\n"
	  "tried to connect to 127.0.0.1:3000: connected after 2 ms, and some process accepted it\n"
	  "to reach it: use 127.0.0.1; to bind it: end that process, or use another port\n" } },
	{ NULL, overflows, { "tcp 127.0.0.1:3000 queue 0 5 by 7 node alice", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 is held by node 7 (alice), which accepts nobody: its queue is full, new "
	  "connections time out\n"
	  "it dropped 2 of our packets; ListenOverflows grew by 3\n"
	  "tried to bind: that address in use\n"
	  "tried to connect to 127.0.0.1:3000: no answer after 500 ms; the listener dropped 2\n"
	  "see what the server is busy with (a debugger, a deadlock), or restart it\n" } },
	{ NULL, is_rejected, { "tcp 127.0.0.1:3000 by 7 node alice", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000: a firewall rejects connections before the server sees them\n"
	  "connect said Connection refused, though somebody listens\n"
	  "tried to bind: that address in use\n"
	  "tried to connect to 127.0.0.1:3000: Connection refused after 0 ms; the listener dropped 0\n"
	  "look at the rule: nft list ruleset\n" } },
	{ NULL, has_addresses, { "tcp 0.0.0.0:3000 by 7 node alice", "127.0.0.1", EADDRINUSE,
	  "0.0.0.0:3000 is in use: node 7 (alice) listens there, on every IPv4 address, also from the "
	  "network\n"
	  "from the network it is reached at 192.168.1.5:3000\n"
	  "tried to bind: that address in use\n"
	  "listen on 127.0.0.1 if only this machine shall reach it; to bind it: end that process, or use "
	  "another port\n" } },
	{ NULL, has_addresses, { "tcp 192.168.1.5:3000 by 7 node alice", "192.168.1.5", EADDRINUSE,
	  "192.168.1.5:3000 is in use: node 7 (alice) listens there, an address of this machine in the "
	  "network\n"
	  "tried to bind: that address in use\n"
	  "use that address, or bind the server to 127.0.0.1\n" } },
	{ NULL, sleeps, { "process 7 perl alice group 5\ntcp 127.0.0.1:3000 by 7 perl alice\n"
	  "waits 7 100001 no adopted inheritable yes kind read", "127.0.0.1", EADDRINUSE,
	  "nobody serves 127.0.0.1:3000: perl 7 (alice) merely holds it since it inherited it from a server "
	  "that is gone\n"
	  "perl 7 sleeps (nanosleep), and no thread of it waits for connections\n"
	  "held by perl 7 (alice)\n"
	  "tried to bind: that address in use\n"
	  "end it to free the port: lotop kill 3000\n" } },
	{ "no_free_port", has_no_port_to_give, {
	  "established tcp 127.0.0.1:40000 peer 127.0.0.1:80\nestablished tcp 127.0.0.1:40001 peer 127.0.0.1:80\n"
	  "established tcp 127.0.0.1:40001 peer 127.0.0.1:81\ntcp 127.0.0.1:40002 netns 77", "127.0.0.1", 0,
	  "the ephemeral range is used up: who asks for any port (port 0) gets none\n"
	  "bind to port 0 says: address already in use; 2 of the 28232 ports from 32768 to 60999 are in use\n"
	  "most of them towards one peer: 2 to 127.0.0.1:80\n"
	  "end what opens so many connections, or widen net.ipv4.ip_local_port_range\n" } },
	{ "firewall_unread", has_too_many_rules, { "tcp 127.0.0.1:3000 by 7 node alice", NULL, 0,
	  "the firewall's rules could not be read: there are too many; only the first were looked at\n"
	  "look at them: nft list ruleset\n" } },
	{ NULL, NULL, { "netns 77 blue\ntcp 127.0.0.1:3000 netns 77 by 7 node alice", "@127.0.0.1", 0,
	  "127.0.0.1:3000 is an address of the network namespace blue: nothing here reaches it, and it "
	  "blocks no port here\n"
	  "it listens there: node 7 (alice)\n"
	  "inode of the network namespace: 77\n"
	  "ask inside of it: sudo ip netns exec blue lotop why 3000\n" } },
	{ NULL, NULL, { "netns 77 - " DOCKER " 9\ntcp 127.0.0.1:3000 netns 77 by 7 node alice", "@127.0.0.1", 0,
	  "127.0.0.1:3000 is an address of the container 0123456789ab: nothing here reaches it, and it "
	  "blocks no port here\n"
	  "it listens there: node 7 (alice)\n"
	  "inode of the network namespace: 77\n"
	  "ask inside of it: sudo nsenter --net=/proc/9/ns/net lotop why 3000\n" } },
	{ NULL, NULL, { "tcp 127.0.0.1:3000 by 7 node alice\nbound tcp 127.0.0.1:3000 by 8 vite alice", "127.0.0.1",
	  EADDRINUSE,
	  "node 7 (alice) at 127.0.0.1:3000 listens, and another socket is bound to the same port: its "
	  "listen() fails\n"
	  "the other one belongs to vite 8; both have SO_REUSEADDR, so bind() let it pass\n"
	  "tried to bind: that address in use\n"
	  "end one of the two\n" } },
	{ NULL, NULL, { "time-wait tcp 127.0.0.1:3000 expires 8100 peer 127.0.0.1:40000", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 is in TIME-WAIT, left by a server without SO_REUSEADDR: too late to set it\n"
	  "127.0.0.1:3000 -> 127.0.0.1:40000, TIME-WAIT\n"
	  "tried to bind: that address in use\n"
	  "wait 9 s (root may end it: ss -K), and set SO_REUSEADDR in the server from now on\n" } },
	{ NULL, NULL, { "fin-wait-2 tcp 127.0.0.1:3000 inode 0 expires 9000 peer 127.0.0.1:40000\n"
	  "close-wait tcp 127.0.0.1:40000 peer 127.0.0.1:3000 by 7 curl alice", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 is kept by a closed connection whose other end is still open in curl 7 (alice)\n"
	  "127.0.0.1:3000 -> 127.0.0.1:40000, FIN-WAIT-2\n"
	  "tried to bind: that address in use\n"
	  "wait 9 s, end the client, or set SO_REUSEADDR in the server\n" } },
	{ NULL, NULL, { "cgroup 5 /system.slice/cups.service 1 77 cupsd\n"
	  "tcp 127.0.0.1:3000 user root cgroup 5\ngap owners 4", "127.0.0.1", EADDRINUSE,
	  "127.0.0.1:3000 listens, most likely for cupsd 77 of cups.service\n"
	  "the process may not be seen; the socket of root was made in the cgroup "
	  "/system.slice/cups.service, where cupsd 77 is\n"
	  "tried to bind: that address in use\n"
	  "sudo lotop why, to see who it is\n" } },
};

static struct why *explain(const struct told *c, void (*prepare)(struct probe *p))
{
	struct endpoint at = { .protocol = PROTOCOL_TCP };
	bool is_foreign = c->at && c->at[0] == '@';
	const struct snapshot *s = build_snapshot(1, c->scene);
	struct probe p;

	if (c->at)
		assert_int_equal(endpoint_parse_address(slice_of(c->at + is_foreign), &at), 0);
	at.port = 3000;
	at.netns = is_foreign ? 77 : 0;
	probe_init(&p);
	p.is_possible = true;
	for (int form = 0; form < FORM_COUNT; form++)
		p.binds[form] = (struct bind_trial){ c->bind, c->bind };
	if (prepare)
		prepare(&p);
	struct why *w = why_new(s, &p, &at);

	snapshot_unref(s);
	return w;
}

static const struct finding *find(const struct why *w, const char *id)
{
	size_t count;
	const struct finding *f = why_findings(w, &count);

	for (size_t i = 0; id && i < count; i++)
		if (!strcmp(f[i].id, id))
			return &f[i];
	if (id)
		fail_msg("%s is not found", id);
	return f;
}

static void check(const struct told *c, void (*prepare)(struct probe *p), const char *id)
{
	struct why *w = explain(c, prepare);
	const struct finding *f = find(w, id);
	struct buf text = { 0 };

	buf_printf(&text, "%s\n", f->answer);
	for (uint32_t i = 0; i < f->evidence_count; i++)
		buf_printf(&text, "%s\n", f->evidence[i]);
	buf_printf(&text, "%s\n", f->remedy);
	assert_string_equal(buf_string(&text), c->text);
	buf_done(&text);
	why_free(w);
}

static void words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(&cases[i], NULL, NULL);
}

static void words_after_a_probe(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof probed / sizeof *probed; i++)
		check(&probed[i].told, probed[i].prepare, probed[i].id);
}

/* A later kernel may have more of them, a recording anything. */
static void a_state_that_nobody_knows_explains_nothing(void **state)
{
	const struct endpoint at = { .protocol = PROTOCOL_TCP, .port = 3000 };
	struct facts *f = build_facts(1, "close-wait tcp 127.0.0.1:3000 peer 127.0.0.1:40000 by 7 node alice");
	const struct snapshot *s;
	struct why *w;
	(void)state;

	f->sockets[0].state = SOCKET_CLOSE_WAIT + 32;
	s = snapshot_build(f);
	w = why_new(s, NULL, &at);
	assert_true(why_is_free(w));
	why_free(w);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(words_after_a_probe),
		cmocka_unit_test(a_state_that_nobody_knows_explains_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
