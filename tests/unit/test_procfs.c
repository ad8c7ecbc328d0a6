/* The texts of /proc: as kernels write them, and as a hostile process would have them written. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "platform/linux/mounts.h"
#include "platform/linux/pace.h"
#include "platform/linux/procfs.h"
#include "platform/linux/procnet.h"
#include "platform/linux/sockstat.h"

#define REST " 1 2 3 34817 4 4194560 1 2 3 4 5 6 7 8 20 0 1 0 464800 18833408 3642\n"

static void test_stat(void **state)
{
	static const struct stat_case {
		const char *text, *comm;
		char state;
	} cases[] = {
		{"4711 (node) S" REST, "node", 'S'},
		{"4711 () R" REST, "", 'R'},
		{"4711 (a) R 1 (b) T" REST, "a) R 1 (b", 'T'},
		{"4711 (x\n) Z\n) t" REST, "x\n) Z\n", 't'},
		{"4711 ((((() D" REST, "((((", 'D'},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct proc_stat s;

		assert_int_equal(procfs_parse_stat(slice_of(cases[i].text), &s), 0);
		assert_true(slice_is(s.comm, cases[i].comm));
		assert_int_equal(s.state, cases[i].state);
		assert_true(s.ppid == 1 && s.group == 2 && s.session == 3 && s.tty_device == 34817);
		assert_int_equal(s.start_time, 464800);
		assert_false(s.is_kernel_thread);
	}
}

static void test_stat_that_is_none(void **state)
{
	static const char *const texts[] = {"",
					    "4711",
					    "4711 (node",
					    "4711 node) S",
					    ")(",
					    "4711 (node) S 1 2",
					    ("4711 (node) SS" REST),
					    "4711 (node) S 1 2 x 34817 4 5 6 7"};
	struct proc_stat s;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_int_equal(procfs_parse_stat(slice_of(texts[i]), &s), -EBADMSG);
	assert_int_equal(
		procfs_parse_stat(
			slice_of("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 12 0 0"), &s),
		0);
	assert_true(s.is_kernel_thread && s.start_time == 12);
}

static void test_status(void **state)
{
	static const char text[] =
		"Name:\tUid:\t7\nUmask:\t0022\nState:\tS (sleeping)\nUid:\t1000\t1001\t1002\t1003\n"
		"NSpid:\t4711\t1\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000001000\n"
		"SigCgt:\tffffffffffffffff\n";
	struct proc_status s;

	(void)state;
	assert_int_equal(procfs_parse_status(slice_of(text), &s), 0);
	assert_int_equal(s.uid, 1001);
	assert_true(s.is_namespace_init);
	assert_true(s.blocked == 1 && s.ignored == 0x1000 && s.caught == UINT64_MAX);
	assert_int_equal(procfs_parse_status(slice_of("Uid:\t0\t0\t0\t0\nNSpid:\t11\n"), &s), 0);
	assert_false(s.is_namespace_init);
	assert_int_equal(procfs_parse_status(slice_of("Name:\tx\n"), &s), -EBADMSG);
}

static void test_small_texts(void **state)
{
	uint32_t inode = 0;
	int32_t pid = 0;

	(void)state;
	assert_true(slice_is(procfs_parse_cgroup(slice_of("1:name=systemd:/x\n0::/user.slice/a b\n")),
			     "/user.slice/a b"));
	assert_int_equal(procfs_parse_cgroup(slice_of("1:cpu:/x\n")).len, 0);
	assert_true(procfs_parse_socket(slice_of("socket:[4294967295]"), &inode) && inode == UINT32_MAX);
	assert_false(procfs_parse_socket(slice_of("socket:[4294967296]"), &inode));
	assert_false(procfs_parse_socket(slice_of("socket:[0]"), &inode));
	assert_false(procfs_parse_socket(slice_of("socket:[12"), &inode));
	assert_false(procfs_parse_socket(slice_of("/tmp/socket:[12]"), &inode));
	assert_true(procfs_parse_pid("4194304", &pid) && pid == 4194304);
	assert_false(procfs_parse_pid("0", &pid) || procfs_parse_pid("12x", &pid) ||
		     procfs_parse_pid("self", &pid) || procfs_parse_pid("", &pid) ||
		     procfs_parse_pid("99999999999", &pid));
	assert_int_equal(procfs_parse_last_pid(slice_of("0.1 0.2 0.3 1/99 20580\n"), &pid), 0);
	assert_int_equal(pid, 20580);
	assert_int_equal(procfs_parse_last_pid(slice_of(""), &pid), -EBADMSG);
}

static void test_tty_names(void **state)
{
	static const struct tty_case {
		unsigned major, minor;
		const char *name;
	} cases[] = {{136, 3, "pts/3"},	  {136, 300, "pts/300"}, {4, 1, "tty1"}, {4, 64, "ttyS0"},
		     {188, 0, "ttyUSB0"}, {5, 1, "console"},	 {5, 2, "5:2"},	 {0, 0, ""}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t device = (cases[i].minor & 0xff) | cases[i].major << 8 | (cases[i].minor >> 8) << 20;
		char name[PROCFS_TTY];

		procfs_tty_name(device, name);
		assert_string_equal(name, cases[i].name);
	}
}

static void test_mounts(void **state)
{
	static const struct hide_case {
		const char *options;
		int hides;
	} cases[] = {{"rw", 0}, {"rw,hidepid=0", 0}, {"rw,hidepid=off", 0}, {"rw,hidepid=2", 1},
		     {"rw,gid=4,hidepid=ptraceable", 1}, {"rw,subset=pid", 1}, {"", 0}};
	struct mount m;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(mounts_hides_processes(slice_of(cases[i].options)), cases[i].hides);
	assert_true(mounts_parse(
		slice_of("36 35 98:0 /mnt1 /proc rw shared:1 master:2 - proc p rw,hidepid=2"), &m));
	assert_true(slice_is(m.point, "/proc") && slice_is(m.type, "proc") &&
		    slice_is(m.options, "rw,hidepid=2"));
	assert_true(mounts_parse(slice_of("36 35 98:0 / /proc rw - proc p rw"), &m));
	assert_false(mounts_parse(slice_of("36 35 98:0 / /proc rw"), &m));
	assert_false(mounts_parse(slice_of(""), &m));
}

static void test_sockstat(void **state)
{
	static const char text[] =
		"sockets: used 12\nTCP: inuse 5 orphan 1 tw 2 alloc 7 mem 0\nUDP: inuse 9 mem 0\n";
	uint64_t value = 0;

	(void)state;
	assert_true(sockstat_parse(slice_of(text), "TCP:", "inuse", &value) && value == 5);
	assert_true(sockstat_parse(slice_of(text), "TCP:", "tw", &value) && value == 2);
	assert_true(sockstat_parse(slice_of(text), "UDP:", "inuse", &value) && value == 9);
	assert_false(sockstat_parse(slice_of(text), "TCP6:", "inuse", &value));
	assert_false(sockstat_parse(slice_of("TCP: inuse"), "TCP:", "inuse", &value));
}

/* The addresses are printed as native words: these lines come from a little-endian machine. */
static void test_lines_of_proc_net(void **state)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	static const struct line_case {
		uint8_t protocol, family, state;
		uint16_t port, remote;
		uint32_t inode, uid, length, limit, drops;
		int32_t expires;
		const char *address, *line;
	} cases[] = {
		{PROTOCOL_TCP, FAMILY_IPV4, SOCKET_LISTEN, 3000, 0, 4711, 1000, 2, QUEUE_UNKNOWN, 0, -1,
		 "127.0.0.1",
		 "   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000002 00:00000000 00000000  1000        0 "
		 "4711 1 0 100 0 0 10 0"},
		{PROTOCOL_TCP, FAMILY_IPV4, SOCKET_TIME_WAIT, 3000, 40000, 0, UID_UNKNOWN, 0, QUEUE_UNKNOWN,
		 0, 41000, "127.0.0.1",
		 "  12: 0100007F:0BB8 0100007F:9C40 06 00000000:00000000 03:00001004 00000000     0        0 "
		 "0 3 0"},
		{PROTOCOL_TCP, FAMILY_IPV6, SOCKET_LISTEN, 9229, 0, 77, 0, 0, QUEUE_UNKNOWN, 0, -1, "::1",
		 "   0: 00000000000000000000000001000000:240D 00000000000000000000000000000000:0000 0A "
		 "00000000:00000000 "
		 "00:00000000 00000000     0        0 77 1 0 100 0 0 10 0"},
		{PROTOCOL_UDP, FAMILY_IPV4, SOCKET_UNCONN, 53, 0, 88, 0, 9, 4, 197, -1, "0.0.0.0",
		 " 4711: 00000000:0035 00000000:0000 07 00000004:00000009 00:00000000 00000000     0        "
		 "0 88 2 0 197"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct line_case *c = &cases[i];
		struct endpoint expected = {0};
		struct socket_fact s;

		assert_int_equal(procnet_parse(slice_of(c->line), c->protocol, c->family, &s), 0);
		assert_int_equal(endpoint_parse_address(slice_of(c->address), &expected), 0);
		assert_memory_equal(s.local.address, expected.address, 16);
		assert_true(s.state == c->state && s.local.port == c->port && s.remote.port == c->remote);
		assert_true(s.inode == c->inode && s.uid == c->uid && s.queue_length == c->length);
		assert_true(s.queue_limit == c->limit && s.drops == c->drops && s.expires_ms == c->expires);
		assert_true(s.cookie == 0 && s.v6only == TRISTATE_UNKNOWN);
	}
#else
	(void)state;
	skip();
#endif
}

static void test_what_is_no_line(void **state)
{
	static const char *const lines[] = {
		"",
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout",
		"0: 0100007F:0BB8",
		"0: 0100007F0BB8 00000000:0000 0A 0:0 0:0 0 1000 0 4711",
		"0: 0100007F:10000 00000000:0000 0A 0:0 0:0 0 1000 0 4711",
		"0: 0100007F:0BB8 00000000:0000 0A 0:0 0:0 0 1000 0 4294967296",
	};
	struct socket_fact s;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_int_equal(procnet_parse(slice_of(lines[i]), PROTOCOL_TCP, FAMILY_IPV4, &s), -EBADMSG);
}

static void test_pace(void **state)
{
	struct pace p = {0};

	(void)state;
	assert_true(pace_is_due(&p, 0, false));
	pace_looked(&p, 1000, 1000 + 400);
	assert_false(pace_is_due(&p, 1400 + 400 * PACE_SHARE - 1, true));
	assert_true(pace_is_due(&p, 1400 + 400 * PACE_SHARE, true));
	assert_false(pace_is_due(&p, 1400 + PACE_CALM_US - 1, false));
	assert_true(pace_is_due(&p, 1400 + PACE_CALM_US, false));
	pace_looked(&p, 0, 100000);                               /* dear: hint or not */
	assert_false(pace_is_due(&p, 100000 + 100000LL * PACE_SHARE - 1, true));
	assert_true(pace_is_due(&p, 100000 + 100000LL * PACE_SHARE, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_stat_that_is_none),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_small_texts),
		cmocka_unit_test(test_tty_names),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_sockstat),
		cmocka_unit_test(test_lines_of_proc_net),
		cmocka_unit_test(test_what_is_no_line),
		cmocka_unit_test(test_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
