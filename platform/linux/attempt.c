/* Owns the connection and what is read around it: the listener's drop counter before and after, and the
 * socket at the other end of our own addresses. Whether a firewall or the application is to blame, model/why
 * judges. */
#include "platform/linux/attempt.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "model/exposure.h"
#include "platform/linux/procfs.h"
#include "platform/linux/sockaddr.h"

enum { NETSTAT_BYTES = 32 * 1024, LOOK_EVERY_MS = 10 };

struct attempt {
	struct tables *tables;
	struct endpoint to, from;    /* `from` is known once connect() was called */
	int fd;
	int64_t began_ms;
	struct probe_attempt *out;
};

static void take_counter(struct slice name, uint64_t value, struct tcp_counters *out)
{
	const struct {
		const char *name;
		uint32_t *counter;
	} wanted[] = {
		{"ListenOverflows", &out->listen_overflows},
		{"TCPReqQFullDrop", &out->request_queue_full},
		{"TCPMD5NotFound", &out->md5_missing},
	};

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (slice_is(name, wanted[i].name))
			*wanted[i].counter = (uint32_t)value;
}

void attempt_parse_counters(struct slice text, struct tcp_counters *out)
{
	*out = (struct tcp_counters){0};
	while (text.len) {
		struct slice names = slice_cut(&text, '\n'), numbers, name;

		if (!slice_is(slice_word(&names), "TcpExt:"))
			continue;
		numbers = slice_cut(&text, '\n');
		slice_word(&numbers);
		while ((name = slice_word(&names)).len) {
			uint64_t value;

			if (slice_to_u64(slice_word(&numbers), 10, &value))
				take_counter(name, value, out);
		}
		return;
	}
}

static struct tcp_counters read_counters(void)
{
	char *bytes = fatal_alloc(NETSTAT_BYTES);
	struct tcp_counters counters;
	int error;

	attempt_parse_counters(procfs_read(AT_FDCWD, "/proc/net/netstat", bytes, NETSTAT_BYTES, &error),
			       &counters);
	free(bytes);
	return counters;
}

static uint32_t listener_drops(struct attempt *a, bool *is_there)
{
	struct endpoint local = a->to;
	struct socket_fact listener;

	local.device = local.device ? local.device : LOOPBACK_IFINDEX;
	*is_there = tables_exact(a->tables, &local, NULL, &listener) == 0;
	return *is_there ? listener.drops : 0;
}

/* 0 = connected, else errno. */
static int await_answer(struct attempt *a, int timeout_ms)
{
	struct pollfd ready = {.fd = a->fd, .events = POLLOUT};
	int64_t left_ms;
	int error = 0, got = 0;
	socklen_t len = sizeof error;

	while ((left_ms = a->began_ms + timeout_ms - clock_monotonic_ms()) > 0) {
		got = poll(&ready, 1, (int)left_ms);
		if (got >= 0 || errno != EINTR)
			break;
	}
	if (got <= 0)
		return ETIMEDOUT;
	return getsockopt(a->fd, SOL_SOCKET, SO_ERROR, &error, &len) ? errno : error;
}

static int start(struct attempt *a)
{
	const struct linger reset = {.l_onoff = 1};
	struct sockaddr_storage address;
	socklen_t len = sockaddr_of(&a->to, &address);
	int error;

	if (setsockopt(a->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset))
		return errno;
	error = connect(a->fd, (struct sockaddr *)&address, len) ? errno : 0;
	len = sizeof address;
	if (getsockname(a->fd, (struct sockaddr *)&address, &len) == 0)
		sockaddr_read((struct sockaddr *)&address, &a->from);
	a->from.protocol = PROTOCOL_TCP;
	return error;
}

/* The lookup falls back to the listener where no connection matches. */
static bool look_at_server(struct attempt *a)
{
	struct socket_fact server;
	struct endpoint local = a->to;

	local.device = local.device ? local.device : LOOPBACK_IFINDEX;
	if (tables_exact(a->tables, &local, &a->from, &server) || server.state == SOCKET_LISTEN ||
	    server.remote.port != a->from.port)
		return false;
	a->out->server_state = server.state;
	a->out->is_accepted = server.inode != 0;
	return a->out->is_accepted;
}

/* Bytes or an end come from a process only, though the socket that it accepted us by may be gone by now. Whom
 * nobody has accepted is reset, when the listener is closed: that is no answer. */
static bool has_answered(struct attempt *a)
{
	struct pollfd ready = {.fd = a->fd, .events = POLLIN | POLLRDHUP};
	int error = 0;
	socklen_t len = sizeof error;

	if (poll(&ready, 1, LOOK_EVERY_MS) <= 0)
		return false;
	a->out->error = (int16_t)(getsockopt(a->fd, SOL_SOCKET, SO_ERROR, &error, &len) ? errno : error);
	a->out->is_accepted = !a->out->error;
	return true;
}

static void await_acceptance(struct attempt *a)
{
	int64_t until_ms = clock_monotonic_ms() + ATTEMPT_ACCEPT_MS;

	while (!look_at_server(a) && !has_answered(a) && clock_monotonic_ms() < until_ms)
		continue;
}

static void list_connections(struct attempt *a, struct socket_list *out)
{
	const struct sockdiag_query query = {.protocol = PROTOCOL_TCP, .port = a->to.port,
					     .states = 1u << SOCKET_ESTABLISHED | 1u << SOCKET_CLOSE_WAIT};

	tables_dump(a->tables, &query, out, NULL);
}

/* What came to accepted connections before ours and still waits now that ours was tried. */
static void count_unread(struct attempt *a, struct socket_list *before)
{
	struct socket_list after = {0};

	list_connections(a, &after);
	for (size_t i = 0; i < after.count; i++) {
		const struct socket_fact *s = socket_list_find(before, &after.items[i], i);

		if (!s || !s->inode || !s->queue_length || after.items[i].queue_length < s->queue_length)
			continue;
		a->out->unread_connections++;
		a->out->unread_bytes += after.items[i].queue_length;
	}
	socket_list_done(&after);
}

static void run(struct attempt *a, int timeout_ms)
{
	int error = start(a);

	if (error == EINPROGRESS)
		error = await_answer(a, timeout_ms);
	a->out->error = (int16_t)error;
	a->out->elapsed_ms = (int32_t)(clock_monotonic_ms() - a->began_ms);
	if (!error)
		await_acceptance(a);
	else if (error == ETIMEDOUT)
		look_at_server(a);
}

static struct tcp_counters grown(struct tcp_counters before, struct tcp_counters after)
{
	return (struct tcp_counters){
		.listen_overflows = after.listen_overflows - before.listen_overflows,
		.request_queue_full = after.request_queue_full - before.request_queue_full,
		.md5_missing = after.md5_missing - before.md5_missing,
	};
}

void attempt_connect(struct tables *tables, const struct endpoint *to, int timeout_ms,
		     struct probe_attempt *out)
{
	int family = to->family == FAMILY_IPV6 ? AF_INET6 : AF_INET;
	struct attempt a = {.tables = tables, .to = *to, .out = out, .began_ms = clock_monotonic_ms(),
			    .fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
	struct tcp_counters before = read_counters();
	struct socket_list connections = {0};
	uint32_t drops;
	bool is_there;

	a.to.protocol = PROTOCOL_TCP;
	out->to = a.to;
	if (a.fd < 0) {
		out->error = (int16_t)errno;
		return;
	}
	drops = listener_drops(&a, &out->was_listening);
	list_connections(&a, &connections);
	run(&a, timeout_ms);
	if (!out->error)
		count_unread(&a, &connections);
	socket_list_done(&connections);
	out->drops = listener_drops(&a, &is_there) - drops;
	out->drops = is_there && out->was_listening ? out->drops : 0;
	out->counters = grown(before, read_counters());
	close(a.fd);
}
