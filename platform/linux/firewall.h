/* Rules of nftables that name a port: dropped, rejected, sent elsewhere. Needs nft and CAP_NET_ADMIN; without
 * one of them the rules stay unknown. */
#ifndef PLATFORM_LINUX_FIREWALL_H
#define PLATFORM_LINUX_FIREWALL_H

#include "base/slice.h"
#include "model/probe.h"

/* Sets rules, rule_count and rules_error, which is not 0 with rules where only the first were read. At most
 * two seconds. */
void firewall_read(const struct endpoint *at, struct probe *out);

/* Adds what a listing of nft ("nft -n list ruleset") says about the port. Named sets are not followed, and
 * conditions besides the port are not judged: a rule that names it may still not match. */
void firewall_parse(struct slice listing, const struct endpoint *at, struct probe *out);

#endif
