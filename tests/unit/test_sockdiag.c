/* The bytes of sock_diag: requests as the kernel wants them, answers of every length and age. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>
#include "platform/linux/message.h"
#include "platform/linux/sockdiag.h"

struct answer {
	unsigned char bytes[512];
	size_t len;
};

static struct answer make_answer(uint8_t family, uint8_t kernel_state, const char *address, uint16_t port)
{
	struct inet_diag_msg m = {
		.idiag_family = family, .idiag_state = kernel_state, .idiag_rqueue = 3, .idiag_wqueue = 128,
		.idiag_uid = 1000, .idiag_inode = 4711,
		.id = {.idiag_sport = htons(port), .idiag_if = 1, .idiag_cookie = {0x55, 0x2}},
	};
	struct answer a = {.len = sizeof m};

	inet_pton(family, address, m.id.idiag_src);
	memcpy(a.bytes, &m, sizeof m);
	return a;
}

static struct inet_diag_msg *head(struct answer *a)
{
	return (struct inet_diag_msg *)(void *)a->bytes;
}

static void add_attribute(struct answer *a, uint16_t type, const void *value, size_t len)
{
	struct nlattr header = {(uint16_t)(sizeof header + len), type};

	memcpy(a->bytes + a->len, &header, sizeof header);
	memcpy(a->bytes + a->len + sizeof header, value, len);
	a->len += sizeof header + ((len + 3) & ~(size_t)3);
}

static struct slice slice_of_answer(const struct answer *a)
{
	return (struct slice){(const char *)a->bytes, a->len};
}

static struct socket_fact decoded(const struct answer *a, uint8_t protocol)
{
	struct socket_fact s;

	assert_int_equal(sockdiag_decode(slice_of_answer(a), protocol, &s), 0);
	return s;
}

static void test_a_listener(void **state)
{
	struct answer a = make_answer(AF_INET, 10, "127.0.0.1", 3000);
	uint32_t memory[9] = {[SK_MEMINFO_DROPS] = 17};
	uint64_t cgroup = 0x1234567890;
	struct socket_fact s;

	(void)state;
	add_attribute(&a, INET_DIAG_SKMEMINFO, memory, sizeof memory);
	add_attribute(&a, INET_DIAG_CGROUP_ID, &cgroup, sizeof cgroup);
	s = decoded(&a, PROTOCOL_TCP);
	assert_int_equal(s.state, SOCKET_LISTEN);
	assert_int_equal(s.local.family, FAMILY_IPV4);
	assert_int_equal(s.local.port, 3000);
	assert_int_equal(s.local.device, 1);
	assert_memory_equal(s.local.address, "\x7f\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(s.cookie, 0x200000055);
	assert_int_equal(s.inode, 4711);
	assert_int_equal(s.uid, 1000);
	assert_int_equal(s.queue_length, 3);
	assert_int_equal(s.queue_limit, 128);
	assert_int_equal(s.drops, 17);
	assert_int_equal(s.cgroup_id, cgroup);
	assert_int_equal(s.v6only, TRISTATE_UNKNOWN);
	assert_int_equal(s.expires_ms, EXPIRES_UNKNOWN);
	assert_false(s.is_mptcp);
}

static void test_v6only_is_three_valued(void **state)
{
	static const struct v6_case {
		uint8_t family;
		int value;           /* -1: no attribute */
		int8_t v6only;
	} cases[] = {{AF_INET6, 1, 1}, {AF_INET6, 0, 0}, {AF_INET6, -1, -1}, {AF_INET, 1, -1}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct answer a = make_answer(cases[i].family, 10,
					      cases[i].family == AF_INET ? "127.0.0.1" : "::", 1);
		uint8_t value = (uint8_t)cases[i].value;

		if (cases[i].value >= 0)
			add_attribute(&a, INET_DIAG_SKV6ONLY, &value, 1);
		assert_int_equal(decoded(&a, PROTOCOL_TCP).v6only, cases[i].v6only);
	}
}

static void test_states(void **state)
{
	static const struct state_case {
		uint8_t protocol, kernel, expected;
	} cases[] = {
		{PROTOCOL_TCP, 7, SOCKET_BOUND},       {PROTOCOL_UDP, 7, SOCKET_UNCONN},
		{PROTOCOL_UDP, 1, SOCKET_ESTABLISHED}, {PROTOCOL_TCP, 6, SOCKET_TIME_WAIT},
		{PROTOCOL_TCP, 8, SOCKET_CLOSE_WAIT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer a = make_answer(AF_INET, cases[i].kernel, "127.0.0.1", 1);

		assert_int_equal(decoded(&a, cases[i].protocol).state, cases[i].expected);
	}
	assert_int_equal(sockdiag_state_bit(SOCKET_BOUND), 1 << 13);
	assert_int_equal(sockdiag_state_bit(SOCKET_UNCONN), 1 << 7);
	assert_int_equal(sockdiag_state_bit(SOCKET_LISTEN), 1 << 10);
}

static void test_time_wait_has_nobody_and_a_deadline(void **state)
{
	struct answer a = make_answer(AF_INET, 6, "127.0.0.1", 3000);
	struct socket_fact s;

	(void)state;
	head(&a)->idiag_inode = head(&a)->idiag_uid = 0;
	head(&a)->idiag_timer = 3;
	head(&a)->idiag_expires = 41000;
	s = decoded(&a, PROTOCOL_TCP);
	assert_int_equal(s.expires_ms, 41000);
	assert_true(s.uid == UID_UNKNOWN && s.queue_limit == QUEUE_UNKNOWN && s.queue_length == 0);
	head(&a)->idiag_timer = 1;                   /* a retransmission frees nothing */
	assert_int_equal(decoded(&a, PROTOCOL_TCP).expires_ms, EXPIRES_UNKNOWN);
	head(&a)->idiag_timer = 3;
	head(&a)->idiag_expires = 0xffffffff;        /* just over: the kernel's difference went below zero */
	assert_int_equal(decoded(&a, PROTOCOL_TCP).expires_ms, 0);
}

static void test_short_and_unknown_attributes(void **state)
{
	struct answer a = make_answer(AF_INET6, 10, "::1", 3000);
	uint32_t short_memory[4] = {1, 2, 3, 4};
	struct socket_fact s;

	(void)state;
	add_attribute(&a, INET_DIAG_SKMEMINFO, short_memory, sizeof short_memory);
	add_attribute(&a, INET_DIAG_CGROUP_ID, short_memory, 4);
	add_attribute(&a, INET_DIAG_SKV6ONLY, "", 0);
	add_attribute(&a, 999, short_memory, sizeof short_memory);
	s = decoded(&a, PROTOCOL_TCP);
	assert_int_equal(s.drops, 0);
	assert_int_equal(s.cgroup_id, 0);
	assert_int_equal(s.v6only, TRISTATE_UNKNOWN);
}

static void test_mptcp(void **state)
{
	static const unsigned char ulp[] = {10, 0, INET_ULP_INFO_NAME, 0, 'm', 'p', 't', 'c', 'p', 0, 0, 0};
	struct answer a = make_answer(AF_INET, 10, "127.0.0.1", 3000);

	(void)state;
	add_attribute(&a, INET_DIAG_ULP_INFO | NLA_F_NESTED, ulp, sizeof ulp);
	assert_true(decoded(&a, PROTOCOL_TCP).is_mptcp);
}

/* Cut at every length: never more than was there, and the fixed part decides. */
static void test_every_truncation(void **state)
{
	struct answer a = make_answer(AF_INET, 10, "127.0.0.1", 3000);
	uint32_t memory[9] = {0};
	struct socket_fact s;
	size_t whole;

	(void)state;
	add_attribute(&a, INET_DIAG_SKMEMINFO, memory, sizeof memory);
	whole = a.len;
	for (a.len = 0; a.len <= whole; a.len++) {
		unsigned char exact[512];

		memcpy(exact, a.bytes, a.len);
		assert_int_equal(sockdiag_decode((struct slice){(char *)exact, a.len}, PROTOCOL_TCP, &s),
				 a.len < sizeof(struct inet_diag_msg) ? -EBADMSG : 0);
	}
	head(&a)->idiag_family = AF_UNIX;
	assert_int_equal(sockdiag_decode((struct slice){(char *)a.bytes, whole}, PROTOCOL_TCP, &s), -EBADMSG);
}

static void test_dump_requests(void **state)
{
	const struct sockdiag_query both = {.protocol = PROTOCOL_TCP, .states = 1 << 10, .wants_mptcp = true};
	const struct sockdiag_query one = {
		.protocol = PROTOCOL_UDP, .family = FAMILY_IPV6, .states = 1 << 7, .port = 53};
	struct sockdiag_request r;
	struct inet_diag_req_v2 v2;
	struct inet_diag_req v1;

	(void)state;
	sockdiag_dump(&r, &both);
	assert_int_equal(r.type, TCPDIAG_GETSOCK);
	assert_int_equal(r.len, sizeof v1);
	memcpy(&v1, r.bytes, sizeof v1);
	assert_int_equal(v1.idiag_states, 1 << 10);
	assert_int_equal(v1.idiag_ext, 1 << (INET_DIAG_SKMEMINFO - 1) | 1 << (INET_DIAG_INFO - 1));
	sockdiag_dump(&r, &one);
	assert_int_equal(r.type, SOCK_DIAG_BY_FAMILY);
	assert_int_equal(r.len, sizeof v2);
	memcpy(&v2, r.bytes, sizeof v2);
	assert_int_equal(v2.sdiag_family, AF_INET6);
	assert_int_equal(v2.sdiag_protocol, IPPROTO_UDP);
	assert_int_equal(v2.id.idiag_sport, htons(53));
	assert_int_equal(v2.idiag_states, 1 << 7);
}

/* The old request has no place for a protocol: an attribute behind it says so, and a filter comes after that. */
static void test_udp_of_both_families(void **state)
{
	const struct sockdiag_query query = {.protocol = PROTOCOL_UDP, .states = 1 << 7, .is_loopback_only = true};
	struct sockdiag_request r;
	struct attribute first, second;
	struct slice attributes;
	uint32_t protocol;

	(void)state;
	sockdiag_dump(&r, &query);
	assert_int_equal(r.type, TCPDIAG_GETSOCK);
	attributes = slice_from((struct slice){(const char *)r.bytes, r.len}, sizeof(struct inet_diag_req));
	assert_int_equal(attribute_next(&attributes, &first), 1);
	assert_int_equal(first.type, INET_DIAG_REQ_PROTOCOL);
	assert_int_equal(first.value.len, sizeof protocol);
	memcpy(&protocol, first.value.ptr, sizeof protocol);
	assert_int_equal(protocol, IPPROTO_UDP);
	assert_int_equal(attribute_next(&attributes, &second), 1);
	assert_int_equal(second.type, INET_DIAG_REQ_BYTECODE);
	assert_int_equal(attribute_next(&attributes, &second), 0);
	sockdiag_ask_attribute(&r);
	memcpy(&protocol, r.bytes + r.len - sizeof protocol, sizeof protocol);
	assert_true(r.is_dump && protocol > IPPROTO_MAX);
}

static void test_the_exact_lookup_swaps_for_udp(void **state)
{
	struct endpoint local = {.protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .port = 3000, .device = 1,
				 .address = {127, 0, 0, 1}};
	struct endpoint remote = {.family = FAMILY_IPV4, .port = 40000, .address = {127, 0, 0, 2}};
	struct sockdiag_request r;
	struct inet_diag_req_v2 q;

	(void)state;
	sockdiag_exact(&r, &local, &remote);
	memcpy(&q, r.bytes, sizeof q);
	assert_false(r.is_dump);
	assert_int_equal(q.id.idiag_sport, htons(3000));
	assert_memory_equal(q.id.idiag_src, "\x7f\0\0\1", 4);
	assert_memory_equal(q.id.idiag_dst, "\x7f\0\0\2", 4);
	assert_int_equal(q.id.idiag_if, 1);
	local.protocol = PROTOCOL_UDP;
	sockdiag_exact(&r, &local, NULL);
	memcpy(&q, r.bytes, sizeof q);
	assert_int_equal(q.id.idiag_sport, 0);
	assert_int_equal(q.id.idiag_dport, htons(3000));
	assert_memory_equal(q.id.idiag_dst, "\x7f\0\0\1", 4);
}

static void test_messages(void **state)
{
	static const struct stream {
		uint32_t len;        /* nlmsg_len of the first */
		size_t given;        /* bytes of datagram */
		int first, second;   /* message_next() */
	} streams[] = {
		{16, 16, 1, 0},
		{20, 20, 1, 0},
		{17, 17, 1, 0},
		{17, 20, 1, 0},
		{16, 32, 1, 1},
		{15, 16, -EBADMSG, 0},
		{0, 16, -EBADMSG, 0},
		{17, 16, -EBADMSG, 0},
		{0xffffffff, 32, -EBADMSG, 0},
		{0xfffffffd, 32, -EBADMSG, 0},
		{16, 15, -EBADMSG, 0},
		{16, 20, 1, -EBADMSG},
		{16, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		_Alignas(4) unsigned char bytes[64] = {0};
		struct slice datagram = {(char *)bytes, streams[i].given};
		struct nlmsghdr second = {.nlmsg_len = 16};
		struct message m;

		memcpy(bytes + 16, &second, sizeof second);
		memcpy(bytes, &streams[i].len, 4);
		assert_int_equal(message_next(&datagram, &m), streams[i].first);
		if (streams[i].first == 1)
			assert_int_equal(message_next(&datagram, &m), streams[i].second);
	}
}

static void test_errors_in_messages(void **state)
{
	static const struct error_case {
		uint16_t type;
		size_t len;
		int32_t value;
		int error;
	} cases[] = {
		{NLMSG_ERROR, 20, -2, -ENOENT}, {NLMSG_ERROR, 4, -1, -EPERM}, {NLMSG_ERROR, 3, -1, -EBADMSG},
		{NLMSG_ERROR, 0, 0, -EBADMSG}, {NLMSG_DONE, 4, -105, -ENOBUFS}, {NLMSG_DONE, 4, 0, 0},
		{NLMSG_DONE, 0, 0, 0}, {NLMSG_ERROR, 4, INT32_MIN, -EBADMSG}, {NLMSG_ERROR, 4, 5, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char bytes[32] = {0};
		struct message m = {.type = cases[i].type, .payload = {bytes, cases[i].len}};

		memcpy(bytes, &cases[i].value, 4);
		assert_int_equal(message_error(&m), cases[i].error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_listener), cmocka_unit_test(test_v6only_is_three_valued),
		cmocka_unit_test(test_states), cmocka_unit_test(test_time_wait_has_nobody_and_a_deadline),
		cmocka_unit_test(test_short_and_unknown_attributes), cmocka_unit_test(test_mptcp),
		cmocka_unit_test(test_every_truncation), cmocka_unit_test(test_dump_requests),
		cmocka_unit_test(test_udp_of_both_families),
		cmocka_unit_test(test_the_exact_lookup_swaps_for_udp), cmocka_unit_test(test_messages),
		cmocka_unit_test(test_errors_in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
