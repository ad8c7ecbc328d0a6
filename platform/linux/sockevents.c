/* Owns the multicast socket, the timer that calms it, and the epoll descriptor that joins the two. Refuses
 * to read what an event says: a scan does better. */
#include "platform/linux/sockevents.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "base/fatal.h"
#include "platform/linux/netlink.h"

struct sockevents {
	struct netlink *netlink;     /* owned */
	int epoll, timer;            /* owned */
};

static const int groups[] = {
	SKNLGRP_INET_TCP_DESTROY,
	SKNLGRP_INET6_TCP_DESTROY,
	SKNLGRP_INET_UDP_DESTROY,
	SKNLGRP_INET6_UDP_DESTROY,
};

/* Every connection that ends is announced too; listeners and unconnected UDP sockets are those without a
 * remote port. */
static int filter_connections(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
			 NLMSG_HDRLEN + offsetof(struct inet_diag_msg, id.idiag_dport)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {sizeof code / sizeof *code, code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) ? -errno : 0;
}

static int watch(const struct sockevents *e, int operation, int fd, unsigned events)
{
	struct epoll_event event = {.events = events};

	return epoll_ctl(e->epoll, operation, fd, &event) ? -errno : 0;
}

int sockevents_new(struct sockevents **out)
{
	struct sockevents *e = fatal_calloc(1, sizeof *e);
	int error;

	e->epoll = epoll_create1(EPOLL_CLOEXEC);
	e->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	error = e->epoll < 0 || e->timer < 0 ? -errno : netlink_open(&e->netlink);
	if (!error)
		error = filter_connections(netlink_fd(e->netlink));
	for (size_t i = 0; !error && i < sizeof groups / sizeof *groups; i++)
		error = netlink_join(e->netlink, groups[i]);
	if (!error)
		error = watch(e, EPOLL_CTL_ADD, netlink_fd(e->netlink), EPOLLIN);
	if (!error)
		error = watch(e, EPOLL_CTL_ADD, e->timer, EPOLLIN);
	if (error)
		sockevents_free(e);
	else
		*out = e;
	return error;
}

void sockevents_free(struct sockevents *e)
{
	if (!e)
		return;
	netlink_close(e->netlink);
	if (e->epoll >= 0)
		close(e->epoll);
	if (e->timer >= 0)
		close(e->timer);
	free(e);
}

int sockevents_fd(const struct sockevents *e)
{
	return e->epoll;
}

static void set_timer(const struct sockevents *e)
{
	const struct itimerspec calm = {.it_value.tv_nsec = SOCKEVENTS_CALM_MS * 1000000L};

	timerfd_settime(e->timer, 0, &calm, NULL);
}

/* Awake: the socket is watched. Calm: it is not, and the timer runs; while events go on to come, it runs
 * again. */
void sockevents_drain(struct sockevents *e)
{
	uint64_t expirations;
	bool was_calm = read(e->timer, &expirations, sizeof expirations) > 0;
	bool has_more = netlink_drain(e->netlink) > 0;

	if (was_calm && !has_more) {
		watch(e, EPOLL_CTL_MOD, netlink_fd(e->netlink), EPOLLIN);
	} else if (was_calm || has_more) {
		watch(e, EPOLL_CTL_MOD, netlink_fd(e->netlink), 0);
		set_timer(e);
	}
}
