/* Owns what is wrong with the machine, whatever listens: lo without its flag or addresses, an address that is
 * not here. */
#include "model/why_rule.h"

#include <errno.h>

static const struct endpoint loopback_v4 = { .family = FAMILY_IPV4, .address = { 127, 0, 0, 1 } };
static const struct endpoint loopback_v6 = { .family = FAMILY_IPV6, .address = { [15] = 1 } };

static bool concerns_loopback(const struct why_scene *c)
{
	return !c->at.family || endpoint_is_loopback(&c->at) || endpoint_is_wildcard(&c->at);
}

/* Local traffic to any address of this machine passes lo. */
static bool lo_down(const struct why_scene *c, struct why_draft *d)
{
	if (c->probe->loopback_is_up != TRISTATE_FALSE)
		return false;
	buf_add_string(&d->answer,
		       "the loopback interface lo is down: nothing on this machine can be reached by it");
	draft_line(d, "lo lacks the flag UP in this network namespace");
	draft_line(d, "bind works all the same; IPv4 connections time out, IPv6 has no address");
	return true;
}

static bool v4_missing(const struct why_scene *c, struct why_draft *d)
{
	bool is_asked = concerns_loopback(c) && c->at.family != FAMILY_IPV6;

	if (!is_asked || scene_is_local(c, &loopback_v4) != TRISTATE_FALSE)
		return false;
	buf_add_string(&d->answer, "lo has lost its address 127.0.0.1: it can neither be bound nor reached");
	draft_line(d, "no address of 127.0.0.0/8 is on lo in this network namespace");
	return true;
}

static bool v6_missing(const struct why_scene *c, struct why_draft *d)
{
	if (c->at.family != FAMILY_IPV6 || !endpoint_is_loopback(&c->at) || endpoint_is_v4_mapped(&c->at) ||
	    scene_is_local(c, &loopback_v6) != TRISTATE_FALSE)
		return false;
	buf_add_string(&d->answer, "lo has no address ::1: IPv6 is switched off here");
	draft_line(d, "no ::1 is on lo in this network namespace");
	return true;
}

static bool scope_missing(const struct why_scene *c, struct why_draft *d)
{
	if (!endpoint_is_link_local(&c->at) || c->at.device)
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " lacks its device: a link-local address means nothing without one");
	return true;
}

/* A route answered: then somebody asked how to get there, and has more than that it is not here. */
static bool was_routed(const struct why_scene *c)
{
	const struct probe_attempt *a = &c->probe->attempt;

	return a->to.family && (a->error == EACCES || a->error == EHOSTUNREACH || a->error == EINVAL);
}

/* A socket with IP_FREEBIND can be bound to it, and still nobody reaches it. */
static bool not_local(const struct why_scene *c, struct why_draft *d)
{
	bool is_refused = scene_was_refused(c, EADDRNOTAVAIL);

	if (!c->at.family || was_routed(c) || (!is_refused && scene_is_local(c, &c->at) != TRISTATE_FALSE))
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, ": this machine has no such address");
	draft_line(d, "%s",
		   is_refused ? "bind says: cannot assign requested address" : "no interface has it");
	return true;
}

const struct why_rule why_machine[] = {
	{ "lo_down", SEVERITY_PROBLEM, QUESTION_REACH, "switch it on: ip link set lo up", lo_down },
	{ "loopback_address_missing", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "give it back: ip addr add 127.0.0.1/8 dev lo",
	  v4_missing },
	{ "ipv6_off", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "use 127.0.0.1, or switch IPv6 on: sysctl net.ipv6.conf.lo.disable_ipv6=0", v6_missing },
	{ "scope_missing", SEVERITY_PROBLEM, QUESTION_BOTH, "name the device: fe80::1%eth0", scope_missing },
	{ "not_local_address", SEVERITY_PROBLEM, QUESTION_BOTH,
	  "use an address of this machine (ip addr), 127.0.0.1 or 0.0.0.0", not_local },
	{ 0 },
};
