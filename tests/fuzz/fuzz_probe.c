/* The texts that a probe reads, on any bytes: nft's listing, /proc/net/netstat, limits, cgroups and port
 * lists. What is taken from them stays within its place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "platform/linux/attempt.h"
#include "platform/linux/firewall.h"
#include "platform/linux/limits.h"
#include "platform/linux/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void check_rules(struct slice text)
{
	const struct endpoint at = { .protocol = PROTOCOL_TCP, .port = 3000 };
	struct probe p;

	probe_init(&p);
	firewall_parse(text, &at, &p);
	demand(p.rule_count <= PROBE_RULES);
	for (uint32_t i = 0; i < p.rule_count; i++) {
		demand(p.rules[i].verdict <= RULE_REDIRECT);
		demand(memchr(p.rules[i].text, 0, sizeof p.rules[i].text) != NULL);
		demand(memchr(p.rules[i].chain, 0, sizeof p.rules[i].chain) != NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice text = { (const char *)bytes, len }, freezer;
	struct tcp_counters counters;

	check_rules(text);
	attempt_parse_counters(text, &counters);
	limits_parse_files(text);
	limits_parse_frozen(text);
	freezer = limits_parse_freezer(text);
	demand(freezer.len <= len);
	probe_is_listed(text, 3000);
	return 0;
}
