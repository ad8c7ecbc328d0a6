/* Owns the discriminator between firewall and application: what a connection met, whether the listener's own
 * drop counter grew, and which socket stood at the other end. Without an attempt, rules of the firewall alone
 * can be named. A firewall in front of the socket leaves the counter alone; what the socket refuses itself,
 * it counts. */
#include "model/why_rule.h"

#include <errno.h>
#include <string.h>
#include "base/text.h"
#include "model/why_holders.h"

static const struct probe_attempt *tried(const struct why_scene *c)
{
	return c->probe->attempt.to.family ? &c->probe->attempt : NULL;
}

/* Ours met a listener and ended with `error`; 0 = connected. */
static const struct probe_attempt *ended(const struct why_scene *c, int error)
{
	const struct probe_attempt *a = tried(c);

	return a && a->was_listening && a->error == error ? a : NULL;
}

static void add_target(struct buf *out, const struct why_scene *c)
{
	scene_add_endpoint(out, c, &c->probe->attempt.to);
}

/* A rule for another device does not see loopback traffic. */
static bool is_for_loopback(const struct probe_rule *r)
{
	const char *device = strstr(r->text, "iif");

	device = device ? device : strstr(r->text, "oif");
	return !device || strstr(r->text, "\"lo\"");
}

static bool is_for_family(const struct why_scene *c, const struct probe_rule *r)
{
	return !r->family || !c->at.family || r->family == c->at.family;
}

static const struct probe_rule *find_rule(const struct why_scene *c, enum rule_verdict verdict)
{
	for (uint32_t i = 0; i < c->probe->rule_count; i++)
		if (c->probe->rules[i].verdict == verdict && is_for_loopback(&c->probe->rules[i]) &&
		    is_for_family(c, &c->probe->rules[i]))
			return &c->probe->rules[i];
	return NULL;
}

static void add_rule(struct why_draft *d, const struct probe_rule *r)
{
	struct buf chain = { 0 }, text = { 0 };

	text_escape(&chain, slice_of(r->chain));
	text_escape(&text, slice_of(r->text));
	draft_line(d, "nftables, %s: %s", buf_string(&chain), buf_string(&text));
	buf_done(&chain);
	buf_done(&text);
}

static void add_rules(const struct why_scene *c, struct why_draft *d, enum rule_verdict verdict)
{
	const struct probe_rule *r = find_rule(c, verdict);

	if (r)
		add_rule(d, r);
	else if (c->probe->rules_error == EPERM)
		draft_line(d, "the rules of the firewall may be read by root only: sudo lotop why");
	else if (c->probe->rules_error == ENOENT)
		draft_line(d, "lotop reads its rules by nft, which is not there");
	else if (!c->probe->rules_error)
		draft_line(d, "no rule of nftables names the port: see nft list ruleset, policies and sets");
}

static bool redirected(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = tried(c);
	const struct probe_rule *r = find_rule(c, RULE_REDIRECT);
	bool is_proven = a && !a->error && !a->was_listening;
	bool is_denied = a && !is_proven;

	if (!is_proven && (!r || is_denied))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer,
		       " is redirected by the firewall: a server that is bound here gets nothing of it");
	if (is_proven)
		draft_line(d, "a connection succeeded, though nobody listens");
	if (r)
		add_rule(d, r);
	return true;
}

static bool firewall_reject(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = tried(c);
	const struct probe_rule *r = find_rule(c, RULE_REJECT);
	bool is_proven = a && a->was_listening &&
			 (a->error == ECONNREFUSED || a->error == EHOSTUNREACH || a->error == ENETUNREACH);
	bool is_slow = r && ended(c, ETIMEDOUT) && a->to.family == FAMILY_IPV6 && !a->drops;

	if (!is_proven && !is_slow && (a || !r || !c->server))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, is_proven || is_slow
					   ? ": a firewall rejects connections before the server sees them"
					   : ": a rule of the firewall rejects connections to it");
	if (is_proven)
		draft_line(d, "connect said %s, though somebody listens", strerror(a->error));
	if (is_slow)
		draft_line(d, "over IPv6 a rejected connection of one's own waits: the answer is slow");
	add_rules(c, d, RULE_REJECT);
	return true;
}

static bool reply_dropped(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, ETIMEDOUT);

	if (!a || a->server_state != SOCKET_SYN_RECV)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer, ": the server's answer is dropped on its way back, by a firewall");
	draft_line(d, "the server's end of our connection is in SYN-RECV: it has answered, nothing came");
	add_rules(c, d, RULE_DROP);
	return true;
}

static bool firewall_drop(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, ETIMEDOUT);
	const struct probe_rule *r = find_rule(c, RULE_DROP);
	bool is_proven = a && !a->drops && !a->server_state;

	if (!is_proven && (tried(c) || !r || !c->server))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, is_proven ? ": a firewall drops connections before the server sees them"
					     : ": a rule of the firewall drops connections to it");
	if (is_proven)
		draft_line(d, "no answer, and the listener's own drop counter did not grow");
	add_rules(c, d, RULE_DROP);
	return true;
}

static bool md5_required(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, ETIMEDOUT);

	if (!a || !a->counters.md5_missing)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer,
		       ": the server takes only connections signed with TCP MD5 (as BGP routers do)");
	draft_line(d, "TCPMD5NotFound grew by %u, the listener dropped %u", a->counters.md5_missing,
		   a->drops);
	return true;
}

static bool request_queue(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, ETIMEDOUT);

	if (!a || !a->drops || !a->counters.request_queue_full)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer, ": too many half-open connections, and SYN cookies are off");
	draft_line(d, "TCPReqQFullDrop grew by %u, the listener dropped %u", a->counters.request_queue_full,
		   a->drops);
	return true;
}

/* What else makes a listener drop a connection is counted under a name of its own, or has answered first. */
static bool has_other_reason(const struct probe_attempt *a)
{
	return a->counters.listen_overflows || a->counters.md5_missing || a->counters.request_queue_full ||
	       a->server_state;
}

static bool dropped_at_socket(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, ETIMEDOUT);

	if (!a || !a->drops || has_other_reason(a))
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer,
		       ": the socket itself drops connections, by a filter on it or on its control group");
	draft_line(d, "no answer, and the listener's own drop counter grew by %u", a->drops);
	draft_line(d, "its queue is not full, and no signature was missing");
	return true;
}

static bool defer_accept(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, 0);

	if (!a || a->server_state != SOCKET_SYN_RECV)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer,
		       " waits for the client to speak first (TCP_DEFER_ACCEPT): nothing is wrong");
	draft_line(d, "we are connected, the server's end is still in SYN-RECV");
	return true;
}

/* Accepting a connection is what gives its socket an inode. */
static bool not_accepting(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, 0);

	if (!a || a->is_accepted || !a->server_state)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer, ": the server hangs, it listens and accepts nobody");
	draft_line(d, "the kernel has connected us, but no process has accepted it after 250 ms");
	holders_explain_waiting(c, d);
	return true;
}

/* A moment's delay is none: the same bytes waited before our connection and after it. */
static bool not_reading(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = ended(c, 0);

	if (!a || !a->unread_connections)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer, ": the server accepts connections and does not read from them");
	draft_line(d, "%u bytes in %u connections waited before and after we were connected", a->unread_bytes,
		   a->unread_connections);
	holders_explain_waiting(c, d);
	return true;
}

/* What a route does with who wants to go there: ip-route(8), unreachable, prohibit, blackhole. A firewall
 * says EHOSTUNREACH, too, but only where somebody listens can that be told apart (firewall_reject). */
static const char *blocked_by(const struct probe_attempt *a)
{
	switch (a->error) {
	case EACCES: return "connections are forbidden, by a route (prohibit) or a sandbox (Landlock)";
	case EINVAL: return "a route sends connections into a black hole";
	case EHOSTUNREACH: return a->was_listening ? NULL : "a route (unreachable) refuses connections";
	default: return NULL;
	}
}

static bool route_blocked(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = tried(c);

	const char *what = a ? blocked_by(a) : NULL;

	if (!what)
		return false;
	add_target(&d->answer, c);
	buf_printf(&d->answer, ": %s", what);
	draft_line(d, "connect said %s", strerror(a->error));
	return true;
}

static bool connect_denied(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = tried(c);

	if (!a || a->error != EPERM)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer,
		       ": the firewall or the control group of this shell forbids connections to it");
	draft_line(d, "connect said %s", strerror(a->error));
	return true;
}

static bool no_source_port(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = tried(c);
	const struct kernel_limits *limits = &c->snapshot->facts->limits;

	if (!a || a->error != EADDRNOTAVAIL || scene_is_local(c, &a->to) == TRISTATE_FALSE)
		return false;
	add_target(&d->answer, c);
	buf_add_string(&d->answer, ": no port is left for outgoing connections to it");
	draft_line(d, "the kernel gives ports from %u to %u, and all are in use towards it",
		   limits->ephemeral_low, limits->ephemeral_high);
	return true;
}

#define LOOK_AT_RULES "look at the rule: nft list ruleset"

const struct why_rule why_attempt[] = {
	{ "redirected", SEVERITY_WARNING, QUESTION_BOTH, LOOK_AT_RULES, redirected },
	{ "firewall_reject", SEVERITY_PROBLEM, QUESTION_REACH, LOOK_AT_RULES, firewall_reject },
	{ "reply_dropped", SEVERITY_PROBLEM, QUESTION_REACH, LOOK_AT_RULES, reply_dropped },
	{ "firewall_drop", SEVERITY_PROBLEM, QUESTION_REACH, LOOK_AT_RULES, firewall_drop },
	{ "md5_required", SEVERITY_PROBLEM, QUESTION_REACH, "this port is not meant for other clients",
	  md5_required },
	{ "request_queue_full", SEVERITY_PROBLEM, QUESTION_REACH,
	  "raise the backlog and net.ipv4.tcp_max_syn_backlog, or set net.ipv4.tcp_syncookies=1",
	  request_queue },
	{ "dropped_at_socket", SEVERITY_PROBLEM, QUESTION_REACH,
	  "look for IPAddressDeny= of its unit, or a filter that the program sets itself",
	  dropped_at_socket },
	{ "defer_accept", SEVERITY_NOTE, QUESTION_REACH, NULL, defer_accept },
	{ "not_reading", SEVERITY_PROBLEM, QUESTION_REACH,
	  "see what the server is busy with (a debugger, a deadlock), or restart it", not_reading },
	{ "not_accepting", SEVERITY_PROBLEM, QUESTION_REACH,
	  "see what the server is busy with (a debugger, a deadlock), or restart it", not_accepting },
	{ "route_blocked", SEVERITY_PROBLEM, QUESTION_REACH, "look at the routes: ip route show table all",
	  route_blocked },
	{ "connect_denied", SEVERITY_PROBLEM, QUESTION_REACH, LOOK_AT_RULES, connect_denied },
	{ "no_source_port", SEVERITY_PROBLEM, QUESTION_REACH,
	  "close connections, or widen net.ipv4.ip_local_port_range", no_source_port },
	{ 0 },
};
