/* platform/linux/firewall: listings as nft prints them -> the rules that name a port. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "platform/linux/firewall.h"

#define CHAIN "\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\t"
#define IN_CHAIN(rule) "table inet filter {\n" CHAIN rule "\n\t}\n}\n"

enum { NONE = -1 };

static const struct {
	const char *listing;
	int verdict;                 /* enum rule_verdict of the only rule; NONE */
} cases[] = {
	{ "", NONE },
	{ IN_CHAIN("tcp dport 3000 drop"), RULE_DROP },
	{ IN_CHAIN("tcp dport 3000 counter packets 0 bytes 0 drop"), RULE_DROP },
	{ IN_CHAIN("tcp sport 3000 drop"), RULE_DROP },
	{ IN_CHAIN("th dport 3000 drop"), RULE_DROP },
	{ IN_CHAIN("tcp dport 2990-3010 reject with tcp reset"), RULE_REJECT },
	{ IN_CHAIN("tcp dport { 80, 3000 } reject"), RULE_REJECT },
	{ IN_CHAIN("tcp dport { 80, 2000-4000, 8080 } drop"), RULE_DROP },
	{ IN_CHAIN("tcp dport != 22 drop"), RULE_DROP },
	{ IN_CHAIN("tcp dport != { 22, 80 } drop"), RULE_DROP },
	{ IN_CHAIN("ip daddr 127.0.0.1 tcp dport 3000 redirect to :4000"), RULE_REDIRECT },
	{ IN_CHAIN("tcp dport 3000 dnat to 172.17.0.2:80"), RULE_REDIRECT },
	{ IN_CHAIN("tcp dport 3001 drop"), NONE },
	{ IN_CHAIN("tcp dport { 80, 3001 } drop"), NONE },
	{ IN_CHAIN("tcp dport != 3000 drop"), NONE },
	{ IN_CHAIN("tcp dport != { 22, 3000 } drop"), NONE },
	{ IN_CHAIN("udp dport 3000 drop"), NONE },
	{ IN_CHAIN("tcp dport 3000 accept"), NONE },
	{ IN_CHAIN("tcp dport"), NONE },
	{ IN_CHAIN("tcp dport {"), NONE },
	{ IN_CHAIN("tcp dport @ports drop"), NONE },
	{ "tcp dport 3000 drop\n", NONE },
	{ "table inet filter {\n\tset s {\n\t\ttcp dport 3000 drop\n\t}\n}\n", NONE },
};

static void each_rule_that_names_the_port(void **state)
{
	const struct endpoint at = { .protocol = PROTOCOL_TCP, .port = 3000 };
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct probe p;

		probe_init(&p);
		firewall_parse(slice_of(cases[i].listing), &at, &p);
		if (p.rule_count != (cases[i].verdict != NONE))
			fail_msg("%u rules in %s", p.rule_count, cases[i].listing);
		if (!p.rule_count)
			continue;
		assert_int_equal(p.rules[0].verdict, cases[i].verdict);
		assert_string_equal(p.rules[0].chain, "inet filter input");
	}
}

static void families_and_udp(void **state)
{
	static const char listing[] = "table ip a {\n\tchain c {\n\t\tudp dport 53 drop\n\t}\n}\n"
				      "table ip6 b {\n\tchain c {\n\t\tudp dport 53 reject\n\t}\n}\n";
	const struct endpoint at = { .protocol = PROTOCOL_UDP, .port = 53 };
	struct probe p;
	(void)state;

	probe_init(&p);
	firewall_parse(slice_of(listing), &at, &p);
	assert_int_equal(p.rule_count, 2);
	assert_int_equal(p.rules[0].family, FAMILY_IPV4);
	assert_int_equal(p.rules[1].family, FAMILY_IPV6);
	assert_string_equal(p.rules[1].chain, "ip6 b c");
	assert_string_equal(p.rules[1].text, "udp dport 53 reject");
}

/* More rules than fit, and texts that are longer than their place. */
static void what_does_not_fit_is_cut(void **state)
{
	const struct endpoint at = { .protocol = PROTOCOL_TCP, .port = 3000 };
	struct buf listing = { 0 };
	struct probe p;
	(void)state;

	buf_printf(&listing, "table inet %0200d {\n\tchain %0200d {\n", 1, 2);
	for (int i = 0; i < PROBE_RULES + 2; i++)
		buf_printf(&listing, "tcp dport 3000 drop comment \"%0300d\"\n", i);
	probe_init(&p);
	firewall_parse(buf_slice(&listing), &at, &p);
	assert_int_equal(p.rule_count, PROBE_RULES);
	assert_int_equal(strlen(p.rules[0].text), sizeof p.rules[0].text - 1);
	assert_int_equal(strlen(p.rules[0].chain), sizeof p.rules[0].chain - 1);
	buf_done(&listing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_that_names_the_port),
		cmocka_unit_test(families_and_udp),
		cmocka_unit_test(what_does_not_fit_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
