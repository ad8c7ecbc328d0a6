/* model/why: scenes with what a probe would have said, and the first finding; each rule is the first
 * somewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "model/why.h"
#include "model/why_rule.h"
#include "tests/fake/build.h"

enum { PORT = 3000, NETNS = 77 };

/* What was tried, as a few letters: U = in use, u = in use but for SO_REUSEADDR, - = free, A = EACCES, P =
 * EPERM, N = EADDRNOTAVAIL, ? = not tried; in the order of enum probe_form. "" = nothing was probed. */
struct scenario {
	const char *first, *scene, *binds;
	const char *at;              /* NULL = localhost; @ in front: in the namespace NETNS */
	void (*prepare)(struct probe *p);
	uint8_t protocol;            /* 0 = TCP */
	uint16_t port;               /* 0 = PORT */
};

static struct endpoint parse(const char *text)
{
	struct endpoint e = { .netns = *text == '@' ? NETNS : 0 };

	text += *text == '@';
	assert_int_equal(endpoint_parse_address(slice_of(text), &e), 0);
	return e;
}

static struct bind_trial trial(char letter)
{
	switch (letter) {
	case 'U': return (struct bind_trial){ EADDRINUSE, EADDRINUSE };
	case 'u': return (struct bind_trial){ EADDRINUSE, 0 };
	case 'A': return (struct bind_trial){ EACCES, EACCES };
	case 'P': return (struct bind_trial){ EPERM, EPERM };
	case 'N': return (struct bind_trial){ EADDRNOTAVAIL, EADDRNOTAVAIL };
	case '-': return (struct bind_trial){ 0, 0 };
	default: return (struct bind_trial){ PROBE_UNTRIED, PROBE_UNTRIED };
	}
}

static void add_address(struct probe *p, const char *text, uint32_t device)
{
	p->addresses[p->address_count] = parse(text);
	p->addresses[p->address_count++].device = device;
}

static void healthy_machine(struct probe *p)
{
	probe_init(p);
	p->is_possible = p->knows_addresses = true;
	p->loopback_is_up = TRISTATE_TRUE;
	p->is_reserved = TRISTATE_FALSE;
	add_address(p, "127.0.0.1", 1);
	add_address(p, "::1", 1);
	add_address(p, "192.168.1.5", 2);
	p->localhost[p->localhost_count++] = FAMILY_IPV4;
	p->localhost[p->localhost_count++] = FAMILY_IPV6;
}

static void is_down(struct probe *p) { p->loopback_is_up = TRISTATE_FALSE; }
static void without_addresses(struct probe *p) { p->address_count = 0; }
static void is_frozen(struct probe *p) { p->process.is_frozen = TRISTATE_TRUE; }
static void without_v6(struct probe *p) { p->address_count = 1; }
static void at_its_limit(struct probe *p) { p->process.fds = p->process.fd_limit = 256; }

static void attempt(struct probe *p, int error, uint32_t drops, uint8_t server_state, bool was_listening)
{
	p->attempt.to = parse("127.0.0.1");
	p->attempt.to.port = PORT;
	p->attempt.error = (int16_t)error;
	p->attempt.drops = drops;
	p->attempt.server_state = server_state;
	p->attempt.was_listening = was_listening;
}

static void rule(struct probe *p, enum rule_verdict verdict, const char *text)
{
	struct probe_rule *r = &p->rules[p->rule_count++];

	r->verdict = (uint8_t)verdict;
	snprintf(r->chain, sizeof r->chain, "inet filter input");
	snprintf(r->text, sizeof r->text, "%s", text);
}

static void overflows(struct probe *p)
{
	attempt(p, ETIMEDOUT, 1, 0, true);
	p->attempt.counters.listen_overflows = 1;
}

static void wants_md5(struct probe *p)
{
	attempt(p, ETIMEDOUT, 1, 0, true);
	p->attempt.counters.md5_missing = 1;
}

static void too_many_requests(struct probe *p)
{
	attempt(p, ETIMEDOUT, 1, 0, true);
	p->attempt.counters.request_queue_full = 1;
}

static void vanishes(struct probe *p) { attempt(p, ETIMEDOUT, 0, 0, true); }
static void is_filtered(struct probe *p) { attempt(p, ETIMEDOUT, 1, 0, true); }
static void answer_vanishes(struct probe *p) { attempt(p, ETIMEDOUT, 0, SOCKET_SYN_RECV, true); }
static void is_refused(struct probe *p) { attempt(p, ECONNREFUSED, 0, 0, true); }
static void is_unreachable(struct probe *p) { attempt(p, EHOSTUNREACH, 0, 0, true); }
static void goes_elsewhere(struct probe *p) { attempt(p, 0, 0, 0, false); }
static void waits_for_data(struct probe *p) { attempt(p, 0, 1, SOCKET_SYN_RECV, true); }
static void hangs(struct probe *p) { attempt(p, 0, 0, SOCKET_ESTABLISHED, true); }
static void is_prohibited(struct probe *p) { attempt(p, EACCES, 0, 0, true); }
static void is_not_permitted(struct probe *p) { attempt(p, EPERM, 0, 0, true); }
static void has_no_port_left(struct probe *p) { attempt(p, EADDRNOTAVAIL, 0, 0, true); }
static void drop_rule(struct probe *p) { rule(p, RULE_DROP, "tcp dport 3000 drop"); }
static void reject_rule(struct probe *p) { rule(p, RULE_REJECT, "tcp dport 3000 reject"); }
static void redirect_rule(struct probe *p) { rule(p, RULE_REDIRECT, "tcp dport 3000 redirect to :4000"); }
static void nft_fails(struct probe *p) { p->rules_error = EIO; }
static void nft_hangs(struct probe *p) { p->rules_error = ETIMEDOUT; }
static void may_not_read_rules(struct probe *p) { p->rules_error = EPERM; }
static void has_no_nft(struct probe *p) { p->rules_error = ENOENT; }
static void rule_for_eth0(struct probe *p) { rule(p, RULE_DROP, "iifname \"eth0\" tcp dport 3000 drop"); }

static void unheld(struct probe *p, enum unheld_place place)
{
	struct probe_unheld *u = &p->unheld[p->unheld_count++];

	u->place = (uint8_t)place;
	u->pid = 55;
	snprintf(u->name, sizeof u->name, "uvi\x1b[2Jcorn");
}

static void in_a_ring(struct probe *p) { unheld(p, UNHELD_RING); }
static void in_a_message(struct probe *p) { unheld(p, UNHELD_MESSAGE); }
static void leads_nowhere(struct probe *p) { attempt(p, EHOSTUNREACH, 0, 0, false); }

static void in_an_accept(struct probe *p) { unheld(p, UNHELD_ACCEPT); }

static void in_either(struct probe *p)
{
	unheld(p, UNHELD_MESSAGE);
	unheld(p, UNHELD_ACCEPT);
}

static void waits(struct probe *p, int8_t is_waiting, int8_t is_inheritable)
{
	p->waiters[p->waiter_count++] = (struct wait_fact){
		.pid = 7, .is_waiting = is_waiting, .is_inheritable = is_inheritable, .kind = WAIT_SLEEP,
	};
}

static void sleeps(struct probe *p) { waits(p, TRISTATE_FALSE, TRISTATE_TRUE); }
static void accepts(struct probe *p) { waits(p, TRISTATE_TRUE, TRISTATE_TRUE); }

static void does_not_read(struct probe *p)
{
	attempt(p, 0, 0, SOCKET_ESTABLISHED, true);
	p->attempt.is_accepted = true;
	p->attempt.unread_connections = 1;
	p->attempt.unread_bytes = 900;
}

static void is_well(struct probe *p)
{
	attempt(p, 0, 0, SOCKET_ESTABLISHED, true);
	p->attempt.is_accepted = true;
	drop_rule(p);                        /* and does not match, as the attempt shows */
}

static void connection(struct probe *p, const char *local, const char *peer, uint16_t peer_port)
{
	struct probe_connection *c = &p->connections[p->connection_count++];

	c->socket.local = parse(local);
	c->socket.remote = parse(peer);
	c->socket.local.port = PORT;
	c->socket.remote.port = peer_port;
	c->socket.local.protocol = c->socket.remote.protocol = PROTOCOL_TCP;
	c->socket.state = SOCKET_ESTABLISHED;
	c->socket.inode = 5;
	c->pid = 77;
	snprintf(c->name, sizeof c->name, "fire\x1b[2Jfox");
}

static void itself(struct probe *p) { connection(p, "127.0.0.1", "127.0.0.1", PORT); }
static void survivor(struct probe *p) { connection(p, "127.0.0.1", "127.0.0.1", 40000); }

static void has_none_to_give(struct probe *p) { p->any_port = EADDRINUSE; }

static void browser(struct probe *p)
{
	connection(p, "192.168.1.5", "1.2.3.4", 443);
	p->connections[0].socket.local.port = 40000;
}

/* Either end's port may be the one that the kernel chose. */
static void between_clients(struct probe *p)
{
	connection(p, "127.0.0.1", "127.0.0.1", 40001);
	p->connections[0].socket.local.port = 40000;
}

static void in_container(struct probe *p)
{
	p->elsewhere[0].local = parse("0.0.0.0");
	p->elsewhere[0].local.port = PORT;
	p->elsewhere[0].pid = 9;
	p->elsewhere_count = 1;
}

static void v6_first(struct probe *p)
{
	p->localhost[0] = FAMILY_IPV6;
	p->localhost[1] = FAMILY_IPV4;
}

#define NODE " by 7 node alice"
#define STOPPED "process 7 node alice state T\n"
#define PEER " peer 127.0.0.1:40000"
#define PASSED_ON(to) "process 7 socat alice command socat TCP-LISTEN:3000,bind=127.0.0.1 TCP:" to \
	"\ntcp 127.0.0.1:3000 by 7"

static const struct scenario scenarios[] = {
	{ "free", "", "-----", NULL, NULL, 0, 0 },
	{ "free", "", "-----", NULL, NULL, PROTOCOL_UDP, 0 },
	{ "free", "", "", NULL, NULL, 0, 0 },
	{ "free", "tcp 127.0.0.1:3001" NODE, "-----", NULL, NULL, 0, 0 },
	{ "free", "time-wait tcp 127.0.0.1:3000 expires 9" PEER, "-----", NULL, NULL, 0, 0 },

	{ "lo_down", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_down, 0, 0 },
	{ "loopback_address_missing", "", "N----", NULL, without_addresses, 0, 0 },
	{ "ipv6_off", "", "--NNN" "N", "::1", without_v6, 0, 0 },
	{ "scope_missing", "", "?????" "?", "fe80::1", NULL, 0, 0 },
	{ "not_local_address", "", "-----" "N", "10.9.9.9", NULL, 0, 0 },
	{ "not_local_address", "", "", "10.9.9.9", NULL, 0, 0 },
	{ "free", "", "-----" "-", "127.9.9.9", NULL, 0, 0 },
	{ "free", "", "-----" "-", "192.168.1.5", NULL, 0, 0 },

	{ "stopped", "process 7 node alice state T\ntcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "stopped", "process 7 node alice state T\ntcp 127.0.0.1:3000" NODE, "UU--U", NULL, hangs, 0, 0 },
	{ "frozen", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_frozen, 0, 0 },
	{ "frozen", "tcp 127.0.0.1:3000" NODE "\nfrozen 7", "", NULL, NULL, 0, 0 },
	{ "stopped", "process 7 node alice state T\ntcp 127.0.0.1:3000" NODE, "", NULL, NULL, 0, 0 },
	{ "queue_full", "tcp 127.0.0.1:3000 queue 6 5" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "queue_full", "tcp 127.0.0.1:3000 queue 0 5" NODE, "UU--U", NULL, overflows, 0, 0 },
	{ "descriptor_limit", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, at_its_limit, 0, 0 },
	{ "zombie", "process 7 node alice state Z\ntcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 },

	{ "tunnel_nowhere", PASSED_ON("127.0.0.1:8080"), "UU--U", NULL, NULL, 0, 0 },
	{ "tunnel_nowhere", PASSED_ON("localhost:8080") "\nudp 127.0.0.1:8080", "UU--U", NULL, NULL, 0, 0 },
	{ "tunnel_nowhere", PASSED_ON("127.0.0.1:8080") "\ntcp [::1]:8080 by 8 node alice", "UU--U", NULL, NULL,
	  0, 0 },
	{ "v4_loopback", PASSED_ON("localhost:8080") "\ntcp [::1]:8080 by 8 node alice", "UU--U", NULL, NULL, 0,
	  0 },
	{ "v4_loopback", PASSED_ON("10.0.0.7:8080"), "UU--U", NULL, NULL, 0, 0 },

	{ "redirected", "", "-----", NULL, goes_elsewhere, 0, 0 },
	{ "redirected", "", "-----", NULL, redirect_rule, 0, 0 },
	{ "firewall_reject", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_refused, 0, 0 },
	{ "firewall_reject", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_unreachable, 0, 0 },
	{ "firewall_reject", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, reject_rule, 0, 0 },
	{ "firewall_drop", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, vanishes, 0, 0 },
	{ "firewall_drop", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, drop_rule, 0, 0 },
	{ "v4_loopback", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, rule_for_eth0, 0, 0 },
	{ "v4_loopback", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_well, 0, 0 },
	{ "reply_dropped", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, answer_vanishes, 0, 0 },
	{ "md5_required", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, wants_md5, 0, 0 },
	{ "request_queue_full", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, too_many_requests, 0, 0 },
	{ "dropped_at_socket", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_filtered, 0, 0 },
	{ "defer_accept", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, waits_for_data, 0, 0 },
	{ "not_accepting", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, hangs, 0, 0 },
	{ "not_reading", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, does_not_read, 0, 0 },
	{ "route_blocked", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_prohibited, 0, 0 },
	{ "route_blocked", "", "-----" "N", "10.9.9.9", is_prohibited, 0, 0 },
	{ "route_blocked", "", "-----" "N", "10.9.9.9", leads_nowhere, 0, 0 },
	{ "connect_denied", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, is_not_permitted, 0, 0 },
	{ "no_source_port", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, has_no_port_left, 0, 0 },

	{ "bound_not_listening", "bound tcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "bound_not_listening", "bound tcp 127.0.0.1:3000" NODE, "", NULL, NULL, 0, 0 },
	{ "self_connect", "", "UU--U", NULL, itself, 0, 0 },
	{ "outgoing_connection", "", "-U--U", NULL, browser, 0, 40000 },
	{ "outgoing_connection", "tcp 127.0.0.1:40001 by 8 db alice", "UU--U", NULL, between_clients, 0, 40000 },
	{ "accepted_connection", "tcp 127.0.0.1:40001 by 8 db alice netns 77", "UU--U", NULL, between_clients, 0,
	  40000 },
	{ "accepted_connection", "", "UU--U", NULL, survivor, 0, 0 },
	{ "outgoing_connection", "tcp 127.0.0.1:40000 by 8 db alice", "UU--U", NULL, survivor, 0, 0 },
	{ "accepted_connection", "established tcp 127.0.0.1:3000" PEER NODE, "", NULL, NULL, 0, 0 },
	{ "close_wait", "close-wait tcp 127.0.0.1:3000" PEER NODE, "uu--u", NULL, NULL, 0, 0 },
	{ "fin_wait_2", "fin-wait-2 tcp 127.0.0.1:3000 inode 0 expires 9000" PEER, "uu--u", NULL, NULL, 0,
	  0 },
	{ "unacked_close", "fin-wait-1 tcp 127.0.0.1:3000 inode 0" PEER, "uu--u", NULL, NULL, 0, 0 },
	{ "unacked_close", "last-ack tcp 127.0.0.1:3000 inode 0" PEER, "uu--u", NULL, NULL, 0, 0 },
	{ "unacked_close", "closing tcp 127.0.0.1:3000" PEER NODE, "uu--u", NULL, NULL, 0, 0 },
	{ "time_wait", "time-wait tcp 127.0.0.1:3000 expires 9000" PEER, "uu--u", NULL, NULL, 0, 0 },
	{ "time_wait_strict", "time-wait tcp 127.0.0.1:3000 expires 9000" PEER, "UU--U", NULL, NULL, 0, 0 },
	{ "time_wait", "time-wait tcp 127.0.0.1:3000 expires 9000" PEER, "", NULL, NULL, 0, 0 },
	{ "client_time_wait", "time-wait tcp 127.0.0.1:3000 expires 9000 peer 127.0.0.1:80", "UU--U", NULL,
	  NULL, 0, 0 },
	{ "taken_unseen", "gap bound_only 0", "UU--U", NULL, NULL, 0, 0 },

	{ "bound_beside_listener", "tcp 127.0.0.1:3000" NODE "\nbound tcp 127.0.0.1:3000 by 8 node alice",
	  "UU--U", NULL, NULL, 0, 0 },
	{ "split", "tcp 127.0.0.1:3000" NODE "\ntcp [::1]:3000 by 8 vite alice", "UUUUU", NULL, NULL, 0, 0 },
	{ "hidden_owner", "gap owners 2\ntcp 127.0.0.1:3000 user root\ntcp [::1]:3000 user root", "UUUUU", NULL,
	  NULL, 0, 0 },
	{ "split", "gap owners 2\ntcp 127.0.0.1:3000 user root\ntcp [::1]:3000 user bob", "UUUUU", NULL, NULL,
	  0, 0 },
	{ "v4_loopback", "tcp 127.0.0.1:3000" NODE "\ntcp [::1]:3000 by 8 vite alice", "UUUUU" "U",
	  "127.0.0.1", NULL, 0, 0 },
	{ "v6_loopback", "tcp 127.0.0.1:3000" NODE "\ntcp [::1]:3000 by 8 vite alice", "UUUUU" "U", "::1",
	  NULL, 0, 0 },
	{ "both_loopbacks", "tcp 127.0.0.1:3000" NODE "\ntcp [::1]:3000" NODE, "UUUUU", NULL, NULL, 0, 0 },
	{ "shadowed", "tcp 0.0.0.0:3000" NODE "\ntcp 127.0.0.1:3000 by 8 vite alice", "UU--U", NULL, NULL, 0,
	  0 },
	{ "leaked", "tcp 127.0.0.1:3000 by 7 sleep alice", "UU--U", NULL, NULL, 0, 0 },
	{ "several_processes", "tcp 127.0.0.1:3000" NODE " by 8 sleep alice", "UU--U", NULL, NULL, 0, 0 },
	{ "leaked", "process 7 perl alice group 5\ntcp 127.0.0.1:3000 by 7 perl alice\n"
	  "waits 7 100001 no adopted inheritable yes kind sleep", "UU--U", NULL, NULL, 0, 0 },
	{ "leaked", "process 7 perl alice group 5\ntcp 127.0.0.1:3000 by 7 perl alice\n"
	  "waits 7 100001 no adopted inheritable yes kind sleep", "", NULL, NULL, 0, 0 },
	{ "v4_loopback", "process 7 node alice ties 2\ntcp 127.0.0.1:3000" NODE, "UU--U", NULL, sleeps, 0,
	  0 },
	{ "v4_loopback", "process 7 node alice ties 2\ntcp 127.0.0.1:3000" NODE, "UU--U", NULL, accepts, 0,
	  0 },
	{ "hidden_owner", "tcp 127.0.0.1:3000 user root\ngap owners 4", "UU--U", NULL, NULL, 0, 0 },
	{ "hidden_owner", "tcp 127.0.0.1:3000 user root\ngap owners 4", "UU--U", NULL, in_a_message, 0, 0 },
	{ "orphan", "process 7 node alice ties 3\ntcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "leaked", "process 7 sleep alice ties 3\ntcp 127.0.0.1:3000 by 7 sleep alice", "UU--U", NULL, NULL,
	  0, 0 },
	{ "inferred_owner", "cgroup 5 /system.slice/cups.service 1 77 cupsd\n"
	  "tcp 127.0.0.1:3000 user root cgroup 5\ngap owners 4", "UU--U", NULL, NULL, 0, 0 },
	{ "io_uring", "tcp 127.0.0.1:3000 user root", "UU--U", NULL, in_a_ring, 0, 0 },
	{ "io_uring", "tcp 127.0.0.1:3000 user root\ngap owners 4", "UU--U", NULL, in_a_ring, 0, 0 },
	{ "io_uring_accept", "tcp 127.0.0.1:3000 user root", "UU--U", NULL, in_an_accept, 0, 0 },
	{ "no_holder", "tcp 127.0.0.1:3000 user root", "UU--U", NULL, in_either, 0, 0 },
	{ "in_flight", "tcp 127.0.0.1:3000 user root", "UU--U", NULL, in_a_message, 0, 0 },
	{ "no_holder", "tcp 127.0.0.1:3000 user root", "UU--U", NULL, NULL, 0, 0 },
	{ "kernel_socket", "udp 0.0.0.0:3000 user root", "UU--U", NULL, NULL, PROTOCOL_UDP, 0 },
	{ "hidden_owner", "udp 0.0.0.0:3000 user root\ngap owners 4", "UU--U", NULL, NULL, PROTOCOL_UDP, 0 },
	{ "udp_full", "udp 127.0.0.1:3000 queue 9000 0 drops 4" NODE, "UU--U", NULL, NULL, PROTOCOL_UDP, 0 },
	{ "udp_shared", "udp 127.0.0.1:3000" NODE "\nudp 127.0.0.1:3000 by 8 node alice", "UU--U", NULL, NULL,
	  PROTOCOL_UDP, 0 },
	{ "reuseport_group", "tcp 127.0.0.1:3000" NODE "\ntcp 127.0.0.1:3000 by 8 node alice", "UU--U", NULL,
	  NULL, 0, 0 },

	{ "v4_loopback", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "v4_loopback", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, v6_first, 0, 0 },
	{ "v4_loopback", "tcp 127.0.0.1:3000" NODE, "UU--U" "-", "::1", NULL, 0, 0 },
	/* How the server at another address is matters only to who wants that one, or meets it. */
	{ "v4_loopback", STOPPED "tcp 127.0.0.1:3000" NODE, "UU--U" "-", "::1", NULL, 0, 0 },
	{ "stopped", STOPPED "tcp 127.0.0.1:3000" NODE, "UU--U" "U", "0.0.0.0", NULL, 0, 0 },
	{ "stopped", STOPPED "tcp 127.0.0.2:3000" NODE, "-U--U" "U", "0.0.0.0", NULL, 0, 0 },
	{ "other_loopback_address", STOPPED "tcp 127.0.0.2:3000" NODE, "-U--U" "-", "127.0.0.1", NULL, 0, 0 },
	{ "v4_loopback", "udp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, PROTOCOL_UDP, 0 },
	{ "v6_loopback", "tcp [::1]:3000" NODE, "--UUU", NULL, NULL, 0, 0 },
	{ "v4_mapped", "tcp [::ffff:127.0.0.1]:3000 v6only no" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "v4_wildcard", "tcp 0.0.0.0:3000" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "v6_wildcard", "tcp [::]:3000 v6only yes" NODE, "--UUU", NULL, NULL, 0, 0 },
	{ "dual_stack", "tcp [::]:3000 v6only no" NODE, "UUUUU", NULL, NULL, 0, 0 },
	{ "other_loopback_address", "tcp 127.0.0.2:3000" NODE, "-U--U", NULL, NULL, 0, 0 },
	{ "other_loopback_address", "tcp 127.0.0.2:3000" NODE, "-U--U" "-", "127.0.0.1", NULL, 0, 0 },
	{ "other_address", "tcp 192.168.1.5:3000" NODE, "-U--U", NULL, NULL, 0, 0 },
	{ "foreign_address", "tcp 192.0.2.1:3000" NODE, "-U--U", NULL, NULL, 0, 0 },
	{ "device_bound", "tcp 0.0.0.0%eth0:3000" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "device_bound", "tcp 0.0.0.0%lo:3000" NODE, "UU--U", NULL, NULL, 0, 0 },
	{ "link_local", "tcp [fe80::1%eth0]:3000" NODE, "---UU", NULL, NULL, 0, 0 },

	{ "privileged_port", "", "AAAAA", NULL, NULL, 0, 80 },
	{ "v4_loopback", "tcp 127.0.0.1:80" NODE, "AAAAA", NULL, NULL, 0, 80 },
	{ "denied_by_policy", "", "AAAAA", NULL, NULL, 0, 0 },
	{ "denied_by_policy", "", "PPPPP", NULL, NULL, 0, 0 },
	{ "other_protocol", "udp 127.0.0.1:3000" NODE, "-----", NULL, NULL, 0, 0 },
	{ "other_protocol", "tcp 127.0.0.1:3000" NODE, "-----", NULL, NULL, PROTOCOL_UDP, 0 },
	{ "free", "udp 127.0.0.1:3000 netns 77" NODE, "-----", NULL, NULL, 0, 0 },
	{ "udp_connected", "established udp 127.0.0.1:3000" PEER NODE, "UU--U", NULL, NULL, PROTOCOL_UDP, 0 },
	{ "other_namespace", "", "-----", NULL, in_container, 0, 0 },
	{ "other_namespace", "tcp 127.0.0.1:3000 netns 77" NODE, "-----", NULL, in_container, 0, 0 },
	{ "free", "tcp 127.0.0.1:3000 netns 77" NODE, "-----", NULL, NULL, 0, 0 },
	{ "v4_loopback", "tcp 127.0.0.1:3000 netns 77" NODE "\ntcp 127.0.0.1:3000 by 9 vite alice", "UU--U",
	  NULL, NULL, 0, 0 },
	{ "in_namespace", "netns 77 blue\ntcp 127.0.0.1:3000 netns 77" NODE, "", "@127.0.0.1", NULL, 0,
	  0 },
	{ "in_namespace", "tcp 127.0.0.1:3000" NODE, "", "@127.0.0.1", NULL, 0, 0 },
};

enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

/* Ids that are never the first. */
static bool is_a_note(const char *id)
{
	return !strcmp(id, "localhost_order") || !strcmp(id, "ephemeral_range") || !strcmp(id, "no_free_port") ||
	       !strcmp(id, "firewall_unread");
}

static struct why *explain(const struct scenario *sc)
{
	const struct snapshot *s = build_snapshot(1, sc->scene);
	struct endpoint at = sc->at ? parse(sc->at) : (struct endpoint){ 0 };
	struct probe p;
	struct why *w;

	healthy_machine(&p);
	for (size_t i = 0; sc->binds[i]; i++)
		p.binds[i] = trial(sc->binds[i]);
	if (sc->prepare)
		sc->prepare(&p);
	at.protocol = sc->protocol ? sc->protocol : PROTOCOL_TCP;
	at.port = sc->port ? sc->port : PORT;
	w = why_new(s, *sc->binds || sc->at ? &p : NULL, &at);
	snapshot_unref(s);                   /* it borrows nothing */
	return w;
}

static void check_texts(const struct finding *f)
{
	assert_true(f->answer[0]);
	assert_true(text_is_safe(slice_of(f->answer)));
	assert_in_range(f->severity, SEVERITY_FINE, SEVERITY_PROBLEM);
	assert_in_range(f->question, QUESTION_BIND, QUESTION_BOTH);
	for (uint32_t i = 0; i < f->evidence_count; i++) {
		assert_true(f->evidence[i][0]);
		assert_true(text_is_safe(slice_of(f->evidence[i])));
	}
	if (f->remedy)
		assert_true(f->remedy[0] && text_is_safe(slice_of(f->remedy)));
}

static void the_first_finding_is_the_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCENARIOS; i++) {
		struct why *w = explain(&scenarios[i]);
		size_t count;
		const struct finding *findings = why_findings(w, &count);

		assert_true(count > 0);
		if (strcmp(findings[0].id, scenarios[i].first))
			fail_msg("scene %zu (%s): %s instead of %s: %s", i, scenarios[i].scene,
				 findings[0].id, scenarios[i].first, findings[0].answer);
		assert_int_equal(why_is_free(w), !strcmp(findings[0].id, "free"));
		for (size_t k = 0; k < count; k++)
			check_texts(&findings[k]);
		why_free(w);
	}
}

static const struct why_rule *const rules[] = {
	why_netns, why_machine, why_server, why_tunnel, why_attempt, why_taken, why_sharing, why_unheld, why_several,
	why_place, why_absent, why_notes,
};

static bool has_scene(const char *id)
{
	for (size_t i = 0; i < SCENARIOS; i++)
		if (!strcmp(scenarios[i].first, id))
			return true;
	return false;
}

static char *read_manual(void)
{
	FILE *f = fopen(LOTOP_SOURCE_DIR "/man/lotop.1", "r");
	char *page = NULL;
	size_t cap = 0;

	assert_non_null(f);
	assert_true(getdelim(&page, &cap, '\0', f) > 0);
	fclose(f);
	return page;
}

static void every_rule_is_the_answer_somewhere_and_in_the_manual(void **state)
{
	char *page = read_manual();
	(void)state;

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		for (const struct why_rule *rule = rules[i]; rule->id; rule++) {
			if (!has_scene(rule->id) && !is_a_note(rule->id))
				fail_msg("no scene for %s", rule->id);
			if (!strstr(page, rule->id))
				fail_msg("man/lotop.1 lacks %s", rule->id);
		}
	free(page);
}

static bool has_finding(const struct why *w, const char *id)
{
	size_t count;
	const struct finding *findings = why_findings(w, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(findings[i].id, id))
			return true;
	return false;
}

static void notes_stand_beside_the_answer(void **state)
{
	static const struct {
		struct scenario scenario;
		const char *note;
		bool wanted;
	} cases[] = {
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, v6_first, 0, 0 }, "localhost_order", true },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 }, "localhost_order", false },
		{ { "", "tcp [::1]:3000" NODE, "--UUU", NULL, NULL, 0, 0 }, "localhost_order", true },
		{ { "", "tcp [::1]:3000" NODE, "--UUU", NULL, v6_first, 0, 0 }, "localhost_order", false },
		{ { "", "tcp 127.0.0.1:40000" NODE, "UU--U", NULL, NULL, 0, 40000 },
		  "ephemeral_range", true },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, nft_fails, 0, 0 }, "firewall_unread", true },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, nft_hangs, 0, 0 }, "firewall_unread", true },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 }, "firewall_unread", false },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, may_not_read_rules, 0, 0 }, "firewall_unread", false },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, has_no_nft, 0, 0 }, "firewall_unread", false },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 }, "ephemeral_range", false },
		{ { "", "established tcp 127.0.0.1:40000 peer 127.0.0.1:80" NODE, "-----", NULL,
		  has_none_to_give, 0, 0 }, "no_free_port", true },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, overflows, 0, 0 }, "dropped_at_socket", false },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, wants_md5, 0, 0 }, "dropped_at_socket", false },
		{ { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 }, "no_free_port", false },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct why *w = explain(&cases[i].scenario);

		assert_int_equal(has_finding(w, cases[i].note), cases[i].wanted);
		why_free(w);
	}
}

/* By the order in which programs try localhost: whom each address reaches. */
static void who_is_reached(void **state)
{
	const struct scenario dual = { "", "tcp [::]:3000 v6only no" NODE, "UUUUU", NULL, v6_first, 0, 0 };
	const struct scenario v4 = { "", "tcp 127.0.0.1:3000" NODE, "UU--U", NULL, NULL, 0, 0 };
	struct why *w = explain(&dual);
	const struct reached *r = why_reached(w);
	(void)state;

	assert_int_equal(r[0].family, FAMILY_IPV6);
	assert_int_equal(r[1].family, FAMILY_IPV4);
	assert_true(r[0].is_localhost && r[1].is_localhost && r[0].is_answered && r[1].is_answered);
	assert_int_equal(r[0].inode, r[1].inode);
	assert_int_equal(r[0].pid, 7);
	why_free(w);
	w = explain(&v4);
	r = why_reached(w);
	assert_int_equal(r[0].family, FAMILY_IPV4);
	assert_true(r[0].is_answered);
	assert_false(r[1].is_answered);
	why_free(w);
}

/* The kernel's own lookup knows what rows cannot tell: which of two sockets takes a packet. */
static void the_lookup_outweighs_the_rows(void **state)
{
	const struct snapshot *s = build_snapshot(1, "tcp 0.0.0.0:3000 cookie 5" NODE
						     "\ntcp 127.0.0.1:3000 cookie 6 by 8 x y");
	struct endpoint at = { .protocol = PROTOCOL_TCP, .port = PORT };
	struct probe p;
	struct why *w;
	(void)state;

	healthy_machine(&p);
	p.lookups[TARGET_V4] = (struct probe_lookup){ .error = 0, .socket = { .cookie = 5 } };
	w = why_new(s, &p, &at);
	assert_int_equal(why_reached(w)[0].pid, 7);
	why_free(w);
	p.lookups[TARGET_V4].error = ENOENT;
	w = why_new(s, &p, &at);
	assert_false(why_reached(w)[0].is_answered);
	why_free(w);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_finding_is_the_answer),
		cmocka_unit_test(every_rule_is_the_answer_somewhere_and_in_the_manual),
		cmocka_unit_test(notes_stand_beside_the_answer),
		cmocka_unit_test(who_is_reached),
		cmocka_unit_test(the_lookup_outweighs_the_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
