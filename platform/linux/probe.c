/* Puts the parts of a probe together, and owns those that are one question each: the kernel's own lookups,
 * connections with that local port, the limits of one process. Refuses to know what any answer means:
 * model/why does. */
#include "platform/linux/probe.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model/exposure.h"
#include "platform/linux/addresses.h"
#include "platform/linux/attempt.h"
#include "platform/linux/elsewhere.h"
#include "platform/linux/firewall.h"
#include "platform/linux/limits.h"
#include "platform/linux/localhost.h"
#include "platform/linux/portholder.h"
#include "platform/linux/procfs.h"
#include "platform/linux/tables.h"
#include "platform/linux/trialbind.h"
#include "platform/linux/unheld.h"
#include "platform/linux/waiter.h"

enum { LIST_BYTES = 8192 };

static const struct endpoint targets[TARGET_GIVEN] = {
	[TARGET_V4] = {.family = FAMILY_IPV4, .address = {127, 0, 0, 1}},
	[TARGET_V6] = {.family = FAMILY_IPV6, .address = {[15] = 1}},
};

/* Packets between addresses of this machine come in by lo: without it a socket bound to lo would not be
 * found. */
static void look_up(struct tables *t, const struct endpoint *at, struct endpoint to, struct probe_lookup *out)
{
	int error;

	to.protocol = at->protocol;
	to.port = at->port;
	to.device = to.device ? to.device : LOOPBACK_IFINDEX;
	error = tables_exact(t, &to, NULL, &out->socket);
	out->error = (int16_t)-error;
}

static void look_up_all(struct tables *t, const struct endpoint *at, struct probe *out)
{
	if (tables_open(t))
		return;
	for (int i = 0; i < TARGET_GIVEN; i++)
		look_up(t, at, targets[i], &out->lookups[i]);
	if (at->family)
		look_up(t, at, *at, &out->lookups[TARGET_GIVEN]);
}

static void take_connections(const struct socket_list *list, struct probe *out)
{
	for (size_t i = 0; i < list->count && out->connection_count < PROBE_CONNECTIONS; i++)
		out->connections[out->connection_count++] = (struct probe_connection){
			.socket = list->items[i]};
}

static bool is_listening(const struct probe *probe)
{
	for (int i = 0; i < TARGET_COUNT; i++)
		if (probe->lookups[i].error == 0)
			return true;
	return false;
}

/* Connections that hold the port: asked for only where no listener explains it, for the dump walks the
 * largest table. */
static void find_connections(int proc, struct tables *t, const struct endpoint *at, struct probe *out)
{
	const struct sockdiag_query query = {.protocol = PROTOCOL_TCP, .port = at->port,
					     .states = 1u << SOCKET_ESTABLISHED | 1u << SOCKET_SYN_SENT};
	struct socket_list list = {0};

	if (at->protocol != PROTOCOL_TCP || is_listening(out))
		return;
	if (tables_dump(t, &query, &list, NULL) == 0)
		take_connections(&list, out);
	socket_list_done(&list);
	for (uint32_t i = 0; proc >= 0 && i < out->connection_count; i++)
		portholder_find(proc, &out->connections[i]);
}

bool probe_is_listed(struct slice list, uint16_t port)
{
	list = slice_trim(list);
	while (list.len) {
		struct slice last = slice_cut(&list, ','), first = slice_cut(&last, '-');
		uint64_t low, high;

		if (!slice_to_u64(first, 10, &low))
			continue;
		if (!last.len || !slice_to_u64(last, 10, &high))
			high = low;
		if (port >= low && port <= high)
			return true;
	}
	return false;
}

static void find_reserved(int proc, uint16_t port, struct probe *out)
{
	char bytes[LIST_BYTES];
	int error;
	struct slice list = procfs_read(proc, "sys/net/ipv4/ip_local_reserved_ports", bytes, sizeof bytes,
					&error);

	if (!error)
		out->is_reserved = probe_is_listed(list, port);
}

static void look_at_holders(int proc, const struct probe_request *request, struct probe *out)
{
	limits_read(proc, request->pid, &out->process);
	for (int i = 0; request->inode && i < PROBE_WAITERS && request->waiters[i]; i++)
		waiter_read(proc, request->waiters[i], request->inode, &out->waiters[out->waiter_count++]);
	if (request->is_unheld)
		unheld_find(proc, request->inode, out);
}

static void try_only_binds(int proc, const struct endpoint *at, struct probe *out)
{
	trialbind_all(at, out);
	if (proc >= 0)
		find_reserved(proc, at->port, out);
}

void probe_port(int proc, const struct probe_request *request, struct probe *out)
{
	struct tables tables = {0};
	struct probe probe;

	probe_init(&probe);
	probe.is_possible = true;
	if (request->only_binds) {
		try_only_binds(proc, &request->at, &probe);
		*out = probe;
		return;
	}
	addresses_read(&probe);
	localhost_read(&probe);
	look_up_all(&tables, &request->at, &probe);
	find_connections(proc, &tables, &request->at, &probe);
	if (request->binds) {
		trialbind_all(&request->at, &probe);
		trialbind_any(request->at.protocol, &probe);
	}
	if (proc >= 0) {
		find_reserved(proc, request->at.port, &probe);
		look_at_holders(proc, request, &probe);
	}
	if (proc >= 0 && request->elsewhere)
		elsewhere_find(proc, &request->at, &probe);
	if (!request->starts_nothing)
		firewall_read(&request->at, &probe);
	if (request->connect.family)
		attempt_connect(&tables, &request->connect, request->timeout_ms, &probe.attempt);
	tables_close(&tables);
	*out = probe;
}
