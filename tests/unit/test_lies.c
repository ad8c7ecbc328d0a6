/* A kernel that lies: sock_diag answers that are cut, too long, doubled, disturbed, refused or absurd, sent
 * through a socket pair in the place of the netlink socket. Rows stay right, or a gap is told; nothing hangs. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netlink/netlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmocka.h>
#include "platform/linux/tables.h"

enum { DATAGRAM_MAX = 60000 };

struct datagram {
	char bytes[DATAGRAM_MAX];
	size_t len;
	int error;                   /* recvmsg() fails with it instead */
};

/* What libnl and recvmsg(2) are in this program: one conversation at a time, told by `lie`. */
static struct kernel {
	int near, far;               /* lotop's end and the kernel's */
	uint32_t sequence;           /* of the newest question */
	uint8_t family;              /* that was asked for; 0 = both */
	unsigned questions, receives;
	int send_error;
	int receive_errors[4];       /* errno of the first calls to recvmsg(); 0 = it goes through */
	void (*lie)(struct kernel *k);
} kernel;

int nl_connect(struct nl_sock *socket, int protocol)
{
	(void)socket;
	assert_int_equal(protocol, NETLINK_SOCK_DIAG);
	return 0;
}

int nl_socket_get_fd(const struct nl_sock *socket)
{
	(void)socket;
	return kernel.near;
}

int nl_sendto(struct nl_sock *socket, void *bytes, size_t len)
{
	const struct nlmsghdr *header = bytes;

	(void)socket;
	if (kernel.send_error) {
		errno = kernel.send_error;
		return -NLE_FAILURE;
	}
	kernel.sequence = header->nlmsg_seq;
	kernel.questions++;
	kernel.family = *(const uint8_t *)(header + 1);
	kernel.lie(&kernel);
	return (int)len;
}

ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
	unsigned nth = kernel.receives++;

	if (nth < 4 && kernel.receive_errors[nth]) {
		errno = kernel.receive_errors[nth];
		return -1;
	}
	return syscall(SYS_recvmsg, fd, header, flags);
}

/* An answer that does not come is waited for, but not as long as in earnest. */
int setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	const struct timeval soon = { .tv_usec = 20000 };

	return (int)syscall(SYS_setsockopt, fd, level, option, option == SO_RCVTIMEO ? &soon : value, size);
}

static void put(struct datagram *d, const void *bytes, size_t len)
{
	assert_true(d->len + len <= sizeof d->bytes);
	memcpy(d->bytes + d->len, bytes, len);
	d->len += len;
}

static void put_header(struct datagram *d, uint16_t type, uint16_t flags, size_t payload)
{
	struct nlmsghdr header = { .nlmsg_len = (uint32_t)(sizeof header + payload),
				   .nlmsg_type = type,
				   .nlmsg_flags = flags,
				   .nlmsg_seq = kernel.sequence };

	put(d, &header, sizeof header);
}

static struct inet_diag_msg listener(uint16_t port, uint32_t inode, uint64_t cookie)
{
	return (struct inet_diag_msg){
		.idiag_family = AF_INET,
		.idiag_state = SOCKET_LISTEN,
		.idiag_inode = inode,
		.id = { .idiag_sport = htons(port),
			.idiag_src = { htonl(0x7f000001) },
			.idiag_cookie = { (uint32_t)cookie, (uint32_t)(cookie >> 32) } },
	};
}

static void put_listener(struct datagram *d, uint16_t port, uint32_t inode, uint64_t cookie)
{
	struct inet_diag_msg m = listener(port, inode, cookie);

	put_header(d, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, sizeof m);
	put(d, &m, sizeof m);
}

/* A listener with one attribute of the given header and bytes. */
static void put_attribute(struct datagram *d, uint16_t port, uint16_t claimed, uint16_t type, size_t real)
{
	struct inet_diag_msg m = listener(port, port, port);
	struct nlattr header = { .nla_len = claimed, .nla_type = type };
	char bytes[256] = { 0 };

	put_header(d, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, sizeof m + sizeof header + real);
	put(d, &m, sizeof m);
	put(d, &header, sizeof header);
	put(d, bytes, real);
}

static void put_done(struct datagram *d, uint16_t flags, int error)
{
	put_header(d, NLMSG_DONE, flags, sizeof error);
	put(d, &error, sizeof error);
}

static void send_datagram(struct kernel *k, const struct datagram *d)
{
	assert_int_equal(send(k->far, d->bytes, d->len, 0), d->len);
}

/* The lies. Where both ends of the story are told, ports 1 and 2 are true. */
static void truth(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	put_listener(&d, 1, 11, 101);
	put_listener(&d, 2, 12, 102);
	put_done(&d, NLM_F_MULTI, 0);
	send_datagram(k, &d);
}

static void doubles(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	for (int i = 0; i < 100; i++) {
		put_listener(&d, 1, 11, 101);
		put_listener(&d, 2, 12, 102);
	}
	put_done(&d, NLM_F_MULTI, 0);
	send_datagram(k, &d);
}

static void disturbed_once(struct kernel *k)
{
	static struct datagram d;

	if (k->questions > 1) {
		truth(k);
		return;
	}
	d.len = 0;
	put_listener(&d, 1, 11, 101);
	put_done(&d, NLM_F_MULTI | NLM_F_DUMP_INTR, 0);
	send_datagram(k, &d);
}

static void disturbed_for_ever(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	put_listener(&d, 1, 11, 101);
	put_listener(&d, 2, 12, 102);
	put_done(&d, NLM_F_MULTI | NLM_F_DUMP_INTR, 0);
	send_datagram(k, &d);
}

static void cut_in_a_row(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	put_listener(&d, 1, 11, 101);
	put_listener(&d, 2, 12, 102);
	d.len -= 20;
	send_datagram(k, &d);
}

/* Every attribute that lotop reads, one byte short of its value, and claiming more than there is. */
static void bad_attributes(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	for (uint16_t type = 0; type < 64; type++) {
		put_attribute(&d, 1, 4, type, 0);
		put_attribute(&d, 1, 5, type, 4);
		put_attribute(&d, 1, 3, type, 4);
		put_attribute(&d, 1, 0, type, 8);
		put_attribute(&d, 2, UINT16_MAX, type, 4);
	}
	put_done(&d, NLM_F_MULTI, 0);
	send_datagram(k, &d);
}

static void length(struct kernel *k, uint32_t claimed)
{
	static struct datagram d;
	struct nlmsghdr *last;

	d.len = 0;
	put_listener(&d, 1, 11, 101);
	put_listener(&d, 2, 12, 102);
	last = (struct nlmsghdr *)(void *)(d.bytes + d.len / 2);
	last->nlmsg_len = claimed;
	put_done(&d, NLM_F_MULTI, 0);
	send_datagram(k, &d);
}

static void length_of_nothing(struct kernel *k)
{
	length(k, 0);
}

static void length_of_a_header_less_one(struct kernel *k)
{
	length(k, 15);
}

static void length_of_everything(struct kernel *k)
{
	length(k, UINT32_MAX);
}

static void length_that_wraps(struct kernel *k)
{
	length(k, UINT32_MAX - 2);
}

static void refused(struct kernel *k)
{
	static struct datagram d;
	struct nlmsgerr e = { .error = -EPERM };

	d.len = 0;
	put_header(&d, NLMSG_ERROR, 0, sizeof e);
	put(&d, &e, sizeof e);
	send_datagram(k, &d);
}

static void refused_shortly(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	put_header(&d, NLMSG_ERROR, 0, 2);
	put(&d, "\377\377\0\0", 4);
	send_datagram(k, &d);
}

static void fails_at_the_end(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	put_listener(&d, 1, 11, 101);
	put_done(&d, NLM_F_MULTI, -ENOMEM);
	send_datagram(k, &d);
}

/* What is left of an older question, then the answer. */
static void late(struct kernel *k)
{
	static struct datagram d;
	uint32_t now = k->sequence;

	d.len = 0;
	k->sequence = now - 1;
	put_listener(&d, 3, 13, 103);
	put_done(&d, NLM_F_MULTI, -EPERM);
	k->sequence = now;
	send_datagram(k, &d);
	truth(k);
}

static void nothing_at_all(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	put_done(&d, NLM_F_MULTI, 0);
	send_datagram(k, &d);
}

static void silence(struct kernel *k)
{
	(void)k;
}

/* Cookies at both ends of 64 bits, and none. */
static void odd_cookies(struct kernel *k)
{
	static struct datagram d;

	d.len = 0;
	put_listener(&d, 1, 11, UINT64_MAX);
	put_listener(&d, 2, 12, 1);
	put_listener(&d, 1, 11, UINT64_MAX);
	put_done(&d, NLM_F_MULTI, 0);
	send_datagram(k, &d);
}

/* Sockets without a cookie and an inode cannot be told apart: all stay. */
static void absurd_rows(struct kernel *k)
{
	static struct datagram d;
	struct inet_diag_msg m;

	d.len = 0;
	for (unsigned i = 0; i < 256; i++) {
		memset(&m, (int)i, sizeof m);
		put_header(&d, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, sizeof m);
		put(&d, &m, sizeof m);
	}
	put_listener(&d, 1, 11, 101);
	put_listener(&d, 2, 12, 102);
	put_done(&d, NLM_F_MULTI, 0);
	send_datagram(k, &d);
}

static const struct lie {
	const char *name;
	void (*tell)(struct kernel *k);
	bool has_rows;               /* ports 1 and 2 are there, each once */
	int gap;                     /* enum gap_kind; -1 = none */
	int send_error, receive_errors[4];
} lies[] = {
	{ "truth", truth, true, -1, 0, { 0 } },
	{ "doubles", doubles, true, -1, 0, { 0 } },
	{ "disturbed once", disturbed_once, true, -1, 0, { 0 } },
	{ "disturbed for ever", disturbed_for_ever, true, GAP_DUMP_INTERRUPTED, 0, { 0 } },
	{ "cut in a row", cut_in_a_row, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "bad attributes", bad_attributes, true, -1, 0, { 0 } },
	{ "length of nothing", length_of_nothing, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "length of a header less one", length_of_a_header_less_one, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "length of everything", length_of_everything, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "length that wraps", length_that_wraps, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "refused", refused, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "refused shortly", refused_shortly, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "fails at the end", fails_at_the_end, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "late answers", late, true, -1, 0, { 0 } },
	{ "nothing", nothing_at_all, false, -1, 0, { 0 } },
	{ "silence", silence, false, GAP_SOCK_DIAG, 0, { 0 } },
	{ "odd cookies", odd_cookies, true, -1, 0, { 0 } },
	{ "absurd rows", absurd_rows, true, -1, 0, { 0 } },
	{ "EINTR", truth, true, -1, 0, { EINTR, EINTR, EINTR } },
	{ "ENOBUFS", truth, false, GAP_SOCK_DIAG, 0, { ENOBUFS, ENOBUFS, ENOBUFS, ENOBUFS } },
	{ "no answer in time", truth, false, GAP_SOCK_DIAG, 0, { EAGAIN, EAGAIN, EAGAIN, EAGAIN } },
	{ "the question is not sent", truth, false, GAP_SOCK_DIAG, EPERM, { 0 } },
};

static void begin(const struct lie *lie)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
	kernel = (struct kernel){
		.near = ends[0], .far = ends[1], .lie = lie->tell, .send_error = lie->send_error
	};
	memcpy(kernel.receive_errors, lie->receive_errors, sizeof kernel.receive_errors);
}

static unsigned count_port(const struct socket_list *l, uint16_t port)
{
	unsigned count = 0;

	for (size_t i = 0; i < l->count; i++)
		count += l->items[i].local.port == port && l->items[i].state == SOCKET_LISTEN;
	return count;
}

static bool has_gap(const struct facts *f, int kind)
{
	for (size_t i = 0; i < f->gap_count; i++)
		if (f->gaps[i].kind == kind)
			return true;
	return kind < 0 && f->gap_count == 0;
}

static void check(const struct lie *lie)
{
	const struct sockdiag_query query = { .protocol = PROTOCOL_TCP,
					      .family = FAMILY_IPV4,
					      .states = sockdiag_state_bit(SOCKET_LISTEN) };
	struct facts *facts = facts_new();
	struct socket_list list = { 0 };
	struct tables tables = { 0 };

	begin(lie);
	tables_dump(&tables, &query, &list, facts);
	if (lie->has_rows && (count_port(&list, 1) != 1 || count_port(&list, 2) != 1))
		fail_msg("%s: port 1 %u times, port 2 %u times", lie->name, count_port(&list, 1),
			 count_port(&list, 2));
	if (!has_gap(facts, lie->gap))
		fail_msg("%s: %zu gaps, the first is %d", lie->name, facts->gap_count,
			 facts->gap_count ? facts->gaps[0].kind : -1);
	socket_list_done(&list);
	tables_close(&tables);
	facts_free(facts);
	close(kernel.near);
	close(kernel.far);
}

static void test_lies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
		check(&lies[i]);
	printf("lies: %zu of %zu seen through\n", sizeof lies / sizeof *lies, sizeof lies / sizeof *lies);
}

/* Each end of a true answer: whatever is cut off, nothing is read behind it. */
static void test_every_cut(void **state)
{
	static struct datagram d;
	const struct sockdiag_query query = { .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .states = ~0u };

	(void)state;
	for (size_t cut = 1; cut < 300; cut++) {
		struct facts *facts = facts_new();
		struct socket_list list = { 0 };
		struct tables tables = { 0 };

		begin(&(struct lie){ .tell = silence });
		kernel.sequence = 1;
		d.len = 0;
		put_listener(&d, 1, 11, 101);
		put_attribute(&d, 2, 40, INET_DIAG_SKMEMINFO, 36);
		put_done(&d, NLM_F_MULTI, 0);
		if (cut >= d.len) {
			facts_free(facts);
			close(kernel.near);
			close(kernel.far);
			break;
		}
		d.len -= cut;
		send_datagram(&kernel, &d);
		tables_dump(&tables, &query, &list, facts);
		assert_true(has_gap(facts, GAP_SOCK_DIAG));
		socket_list_done(&list);
		tables_close(&tables);
		facts_free(facts);
		close(kernel.near);
		close(kernel.far);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lies), cmocka_unit_test(test_every_cut) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
