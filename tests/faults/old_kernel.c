/* Preloaded into a program (LD_PRELOAD), it makes the kernel one before Linux 6.8 in a single respect: state
 * bit 13 of a sock_diag question, sockets that are bound and do not listen, means nothing to it. */
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

ssize_t sendto(int fd, const void *bytes, size_t len, int flags, __CONST_SOCKADDR_ARG to, socklen_t size)
{
	static ssize_t (*behind)(int, const void *, size_t, int, __CONST_SOCKADDR_ARG, socklen_t);
	size_t at = states_at(bytes, len);
	char copy[MOST];
	uint32_t states;

	if (!behind)
		*(void **)&behind = dlsym(RTLD_NEXT, "sendto");
	if (!at || len > sizeof copy)
		return behind(fd, bytes, len, flags, to, size);
	memcpy(copy, bytes, len);
	memcpy(&states, copy + at, sizeof states);
	states &= ~(uint32_t)STATE_BOUND;
	memcpy(copy + at, &states, sizeof states);
	return behind(fd, copy, len, flags, to, size);
}
