/* Preloaded into a program (LD_PRELOAD), it makes the kernel an old one in what it overlooks of a sock_diag question:
 * before Linux 6.8 state bit 13, sockets that are bound and do not listen; before 5.9 the attribute that says which
 * protocol an old TCPDIAG_GETSOCK is about. */
#include <dlfcn.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum { STATE_BOUND = 1 << 13, MOST = 4096 };

/* Where the states stand in a question; 0 = it is none about sockets. */
static size_t states_at(const void *bytes, size_t len)
{
	struct nlmsghdr head;
	size_t at = 0;

	if (len < sizeof head)
		return 0;
	memcpy(&head, bytes, sizeof head);
	if (head.nlmsg_type == SOCK_DIAG_BY_FAMILY)
		at = NLMSG_HDRLEN + offsetof(struct inet_diag_req_v2, idiag_states);
	else if (head.nlmsg_type == TCPDIAG_GETSOCK)
		at = NLMSG_HDRLEN + offsetof(struct inet_diag_req, idiag_states);
	return at + sizeof(uint32_t) <= len ? at : 0;
}

static void overlook_states(char *question, size_t at)
{
	uint32_t states;

	memcpy(&states, question + at, sizeof states);
	states &= ~(uint32_t)STATE_BOUND;
	memcpy(question + at, &states, sizeof states);
}

static void overlook_protocol(char *question, size_t len)
{
	const size_t at = NLMSG_HDRLEN + sizeof(struct inet_diag_req);
	const uint16_t unknown = INET_DIAG_REQ_NONE;
	struct nlmsghdr head;
	struct nlattr first;

	memcpy(&head, question, sizeof head);
	if (head.nlmsg_type != TCPDIAG_GETSOCK || len < at + sizeof first)
		return;
	memcpy(&first, question + at, sizeof first);
	if (first.nla_type == INET_DIAG_REQ_PROTOCOL)
		memcpy(question + at + offsetof(struct nlattr, nla_type), &unknown, sizeof unknown);
}

ssize_t sendto(int fd, const void *bytes, size_t len, int flags, __CONST_SOCKADDR_ARG to, socklen_t size)
{
	static ssize_t (*behind)(int, const void *, size_t, int, __CONST_SOCKADDR_ARG, socklen_t);
	size_t at = states_at(bytes, len);
	char copy[MOST];

	if (!behind)
		*(void **)&behind = dlsym(RTLD_NEXT, "sendto");
	if (!at || len > sizeof copy)
		return behind(fd, bytes, len, flags, to, size);
	memcpy(copy, bytes, len);
	overlook_states(copy, at);
	overlook_protocol(copy, len);
	return behind(fd, copy, len, flags, to, size);
}
