/* action/probe: which questions are asked about a port, and what becomes of no answer; and the texts of /proc
 * that platform/linux reads for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>
#include "action/probe.h"
#include "platform/linux/attempt.h"
#include "platform/linux/limits.h"
#include "platform/linux/probe.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

static const struct endpoint localhost = { .protocol = PROTOCOL_TCP, .port = 3000 };

static struct probe_request request_for(const char *scene, const struct endpoint *at, bool connect)
{
	const struct snapshot *s = build_snapshot(1, scene);
	struct fake *f = fake_new();
	struct probe_request request;

	why_free(probe_explain(fake_platform(f), s, at, connect));
	request = fake_last_probe(f);
	assert_int_equal(fake_count(f, FAKE_PROBE), 1);
	fake_free(f);
	snapshot_unref(s);
	return request;
}

static void nobody_is_connected_to_unasked(void **state)
{
	struct probe_request r = request_for("tcp 127.0.0.1:3000 by 7 node alice", &localhost, false);
	(void)state;

	assert_int_equal(r.connect.family, 0);
	assert_true(r.binds);
	assert_int_equal(r.at.port, 3000);
	assert_int_equal(r.pid, 7);
	assert_false(r.elsewhere);
}

static void a_connection_goes_where_somebody_listens(void **state)
{
	static const struct endpoint given = { .protocol = PROTOCOL_TCP, .port = 3000, .family = FAMILY_IPV4,
					       .address = { 127, 0, 0, 2 } };
	struct probe_request r = request_for("tcp [::1]:3000 by 7 node alice", &localhost, true);
	(void)state;

	assert_int_equal(r.connect.family, FAMILY_IPV6);
	assert_int_equal(r.connect.address[15], 1);
	assert_int_equal(r.connect.port, 3000);
	r = request_for("tcp [::]:3000 v6only no by 7 node alice", &localhost, true);
	assert_int_equal(r.connect.family, FAMILY_IPV4);
	r = request_for("", &localhost, true);
	assert_int_equal(r.connect.family, FAMILY_IPV4);
	assert_int_equal(r.timeout_ms, PROBE_CONNECT_MS);
	r = request_for("tcp [::1]:3000 by 7 node alice", &given, true);
	assert_int_equal(r.connect.address[3], 2);
}

static void other_namespaces_only_where_nothing_is_here(void **state)
{
	(void)state;
	assert_true(request_for("", &localhost, false).elsewhere);
	assert_true(request_for("udp 127.0.0.1:3000", &localhost, false).elsewhere);
	assert_false(request_for("bound tcp 127.0.0.1:3000", &localhost, false).elsewhere);
}

static void without_a_probe_the_scan_answers(void **state)
{
	const struct snapshot *s = build_snapshot(1, "tcp 127.0.0.1:3000 by 7 node alice");
	struct fake *f = fake_new();
	struct probe nothing;
	struct why *w;
	size_t count;
	(void)state;

	probe_init(&nothing);
	fake_set_probe(f, &nothing, -EOPNOTSUPP);
	w = probe_explain(fake_platform(f), s, &localhost, true);
	assert_string_equal(why_findings(w, &count)[0].id, "v4_loopback");
	const struct finding *first = &why_findings(w, &count)[0];
	assert_string_equal(first->evidence[first->evidence_count - 1],
			    "judged from a scan alone: nothing could be tried");
	why_free(w);
	fake_free(f);
	snapshot_unref(s);
}

static void when_owners_matter(void **state)
{
	static const struct {
		const char *scene;
		bool needed;
	} cases[] = {
		{ "", false },
		{ "tcp 127.0.0.1:3001", false },
		{ "tcp 127.0.0.1:3000", true },
		{ "bound tcp 127.0.0.1:3000", true },
		{ "time-wait tcp 127.0.0.1:3000 peer 127.0.0.1:40000", false },
		{ "close-wait tcp 127.0.0.1:40000 peer 127.0.0.1:3000", true },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);

		assert_int_equal(probe_needs_owners(s, &localhost), cases[i].needed);
		snapshot_unref(s);
	}
}

static void reserved_ports(void **state)
{
	static const struct {
		const char *list;
		bool is_listed;
	} cases[] = {
		{ "", false }, { "\n", false }, { "3000\n", true }, { "80,3000", true },
		  { "80,2000-4000,9000\n", true },
		{ "3001-4000", false }, { "30000", false }, { "3000-x", true }, { "x,3000", true }, { "-3000",
		  false },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(probe_is_listed(slice_of(cases[i].list), 3000), cases[i].is_listed);
}

static void counters_of_netstat(void **state)
{
	static const char text[] = "TcpExt: SyncookiesSent ListenOverflows TCPReqQFullDrop TCPMD5NotFound\n"
				   "TcpExt: 1 22 333 4444\nIpExt: ListenOverflows\nIpExt: 9\n";
	struct tcp_counters c;
	(void)state;

	attempt_parse_counters(slice_of(text), &c);
	assert_int_equal(c.listen_overflows, 22);
	assert_int_equal(c.request_queue_full, 333);
	assert_int_equal(c.md5_missing, 4444);
	attempt_parse_counters(slice_of("TcpExt: ListenOverflows TCPMD5NotFound\nTcpExt: 5"), &c);
	assert_int_equal(c.listen_overflows, 5);
	assert_int_equal(c.md5_missing, 0);
	attempt_parse_counters(slice_of("nonsense"), &c);
	assert_int_equal(c.listen_overflows, 0);
}

static void limits_of_a_process(void **state)
{
	static const char text[] =
		"Limit                     Soft Limit           Hard Limit           Units     \n"
		"Max processes             7711                 7711                 processes \n"
		"Max open files            1024                 524288               files     \n";
	(void)state;

	assert_int_equal(limits_parse_files(slice_of(text)), 1024);
	assert_int_equal(limits_parse_files(slice_of("Max open files unlimited unlimited files\n")), 0);
	assert_int_equal(limits_parse_files(slice_of("")), 0);
	assert_true(limits_parse_frozen(slice_of("populated 1\nfrozen 1\n")));
	assert_true(limits_parse_frozen(slice_of("FROZEN\n")));
	assert_false(limits_parse_frozen(slice_of("populated 1\nfrozen 0\n")));
	assert_false(limits_parse_frozen(slice_of("FREEZING\n")));
	assert_true(slice_is(limits_parse_freezer(slice_of("6:freezer:/a\n0::/b\n")), "/a"));
	assert_true(slice_is(limits_parse_freezer(slice_of("12:cpu,cpuacct:/x\n6:freezer:/a:b\n")), "/a:b"));
	assert_int_equal(limits_parse_freezer(slice_of("0::/b\n")).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_connected_to_unasked),
		cmocka_unit_test(a_connection_goes_where_somebody_listens),
		cmocka_unit_test(other_namespaces_only_where_nothing_is_here),
		cmocka_unit_test(without_a_probe_the_scan_answers),
		cmocka_unit_test(when_owners_matter),
		cmocka_unit_test(reserved_ports),
		cmocka_unit_test(counters_of_netstat),
		cmocka_unit_test(limits_of_a_process),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
