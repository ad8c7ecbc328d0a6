/* Owns the netlink socket and its receive buffer, checks who answered and to which question, and hands raw
 * payloads out. Refuses to know what they mean. libnl opens, addresses and sends; receiving is done here
 * because nl_recv() allocates for every datagram. */
#include "platform/linux/netlink.h"
#include <errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "base/fatal.h"
#include "platform/linux/message.h"

/* The kernel sizes its dump chunks by the largest buffer it ever saw on a socket, at most 32 KiB: a smaller
 * buffer later would lose rows without a word. One fixed buffer never does. */
enum { BUFFER_BYTES = 64 * 1024, REQUEST_BYTES = 512, DRAIN_MAX = 256 };

struct netlink {
	struct nl_sock *socket;
	int fd;                      /* borrowed from `socket` */
	uint32_t sequence;           /* of the newest question */
	char buffer[BUFFER_BYTES];
};

static int set_timeout(int fd)
{
	struct timeval patience = {.tv_sec = 2};

	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ? -errno : 0;
}

int netlink_open(struct netlink **out)
{
	struct netlink *n = fatal_alloc(sizeof *n);
	int error = -ENOMEM;

	n->sequence = 0;
	n->socket = nl_socket_alloc();
	if (!n->socket)
		goto out;
	errno = 0;
	if (nl_connect(n->socket, NETLINK_SOCK_DIAG)) {
		error = errno ? -errno : -EPROTONOSUPPORT;    /* libnl's own codes have no errno in them */
		goto out;
	}
	n->fd = nl_socket_get_fd(n->socket);
	error = set_timeout(n->fd);
out:
	if (error)
		netlink_close(n);
	else
		*out = n;
	return error;
}

void netlink_close(struct netlink *n)
{
	if (!n)
		return;
	nl_socket_free(n->socket);
	free(n);
}

static int send_question(struct netlink *n, const struct netlink_question *q)
{
	union {
		struct nlmsghdr header;
		char bytes[REQUEST_BYTES];
	} request = {.bytes = {0}};
	size_t len = NLMSG_HDRLEN + q->payload.len;

	if (len > sizeof request)
		return -EMSGSIZE;
	request.header = (struct nlmsghdr){.nlmsg_len = (uint32_t)len, .nlmsg_type = q->type,
					   .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = ++n->sequence};
	if (q->is_dump)
		request.header.nlmsg_flags |= NLM_F_DUMP;
	if (q->is_order)
		request.header.nlmsg_flags |= NLM_F_ACK;
	for (size_t i = 0; i < q->payload.len; i++)
		request.bytes[NLMSG_HDRLEN + i] = q->payload.ptr[i];
	errno = 0;
	if (nl_sendto(n->socket, &request, len) < 0)
		return errno ? -errno : -EIO;
	return 0;
}

/* One datagram that the kernel itself (port 0) sent. Others are skipped: any process may send to our port. */
static int receive(struct netlink *n, int flags, struct slice *out)
{
	struct sockaddr_nl sender = {0};
	struct iovec part = {n->buffer, sizeof n->buffer};
	struct msghdr header = {.msg_name = &sender, .msg_iov = &part, .msg_iovlen = 1};
	ssize_t len;

	do {
		header.msg_namelen = sizeof sender;
		len = recvmsg(n->fd, &header, flags);
	} while ((len < 0 && errno == EINTR) || (len >= 0 && sender.nl_pid != 0));
	if (len < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (len == 0 || header.msg_flags & MSG_TRUNC)
		return -EBADMSG;
	*out = (struct slice){n->buffer, (size_t)len};
	return 0;
}

struct conversation {
	struct netlink *netlink;
	const struct netlink_question *question;
	void (*each)(void *context, struct slice payload);
	void *context;
	bool is_over;
	int error;                   /* of the conversation: 0 or -errno */
};

static void hear(struct conversation *c, const struct message *m)
{
	if (m->sequence != c->netlink->sequence)
		return;              /* the rest of an answer that was given up earlier */
	if (m->flags & NLM_F_DUMP_INTR && !c->error)
		c->error = -EINTR;
	if (m->type == NLMSG_ERROR || m->type == NLMSG_DONE) {
		int error = message_error(m);

		c->is_over = true;
		c->error = error ? error : c->error;
	} else if (m->type >= NLMSG_MIN_TYPE) {
		c->is_over = !c->question->is_dump;
		c->each(c->context, m->payload);
	}
}

int netlink_ask(struct netlink *n, const struct netlink_question *question,
		void (*each)(void *context, struct slice payload), void *context)
{
	struct conversation c = {.netlink = n, .question = question, .each = each, .context = context};
	int error = send_question(n, question);

	while (!error && !c.is_over) {
		struct slice datagram;
		struct message m;
		int got = 0;

		error = receive(n, 0, &datagram);
		while (!error && !c.is_over && (got = message_next(&datagram, &m)) > 0)
			hear(&c, &m);
		if (got < 0)
			error = got;
	}
	return error ? error : c.error;
}

int netlink_join(struct netlink *n, int group)
{
	int yes = 1;

	errno = 0;
	if (nl_socket_add_membership(n->socket, group))
		return errno ? -errno : -EINVAL;
	return setsockopt(n->fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &yes, sizeof yes) ? -errno : 0;
}

int netlink_fd(const struct netlink *n)
{
	return n->fd;
}

unsigned netlink_drain(struct netlink *n)
{
	struct slice ignored;
	unsigned count = 0;

	while (count < DRAIN_MAX && receive(n, MSG_DONTWAIT, &ignored) == 0)
		count++;
	return count;
}
