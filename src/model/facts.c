/* Owns the memory of one scan: growing arrays, and one arena for all texts. Arrays survive a reset,
 * so that a steady stream of scans stops allocating.
 * Refuses to interpret: what a fact means is the snapshot's business. */
#include "model/facts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/fatal.h"
#include "model/shared.h"

enum { UNPRIVILEGED_START_DEFAULT = 1024 };    /* ip-sysctl: ip_unprivileged_port_start */

static const struct gap_text gap_texts[GAP_COUNT] = {
	[GAP_SOCK_DIAG] = {
		"sock_diag",
		"sock_diag refused, /proc/net read instead: no bound-only sockets, devices, queue limits",
		"run outside of the sandbox, or load the kernel modules tcp_diag and udp_diag",
	},
	[GAP_BOUND_ONLY] = {
		"bound_only",
		"this kernel cannot list sockets that are bound but do not listen",
		"use Linux 6.8 or newer",
	},
	[GAP_DUMP_INTERRUPTED] = {
		"dump",
		"the socket tables changed while they were read: a row may be missing for a moment",
		NULL,
	},
	[GAP_PROTOCOL] = {
		"protocol",
		"the table of one protocol or address family could not be read",
		NULL,
	},
	[GAP_OWNERS_DENIED] = {
		"owners",
		"owners hidden: other users' processes",
		"run with sudo to see them",
	},
	[GAP_OWNERS_FOREIGN] = {
		"owners_foreign",
		"owners hidden: in another namespace, in flight, or the kernel itself",
		NULL,
	},
	[GAP_PROCESSES_HIDDEN] = {
		"processes",
		"owners hidden: by hidepid or a pid namespace",
		"run with sudo, on the host",
	},
	[GAP_DESCRIPTORS_EXHAUSTED] = {
		"descriptors",
		"no file descriptors were left while looking for owners",
		"raise the limit with ulimit -n",
	},
	[GAP_PROC_MISSING] = {
		"proc",
		"/proc is not mounted: no owners can be seen",
		"mount it: mount -t proc proc /proc",
	},
	[GAP_OWNERS_PENDING] = {
		"owners_pending",
		"owners still being looked for",
		NULL,
	},
	[GAP_RECORDING] = {
		"recording",
		"the recording has stopped: its file could not be written",
		"make room on its disk, then record to a new file",
	},
	[GAP_NETNS_HIDDEN] = {
		"netns_hidden",
		"other users' processes may listen in network namespaces that cannot be told",
		"run with sudo, on the host",
	},
	[GAP_NETNS_UNREAD] = {
		"netns_unread",
		"other network namespaces could not be read",
		"run with sudo to see into them",
	},
	[GAP_LO_DOWN] = {
		"lo_down",
		"lo is down: nothing here can be reached by loopback",
		"as root: ip link set lo up",
	},
};

struct facts *facts_new(void)
{
	struct facts *f = fatal_calloc(1, sizeof *f);

	facts_reset(f);
	return f;
}

/* Of what is shared with other facts. */
static void let_go(struct facts *f)
{
	leftovers_unref(f->leftovers);
	if (!f->owners)
		return;
	owners_unref(f->owners);
	f->holders = NULL;
	f->processes = NULL;
	f->holder_cap = f->process_cap = 0;
}

void facts_free(struct facts *f)
{
	if (!f)
		return;
	let_go(f);
	arena_done(&f->arena);
	free(f->sockets);
	free(f->clients);
	free(f->holders);
	free(f->processes);
	free(f->directories);
	free(f->cgroups);
	free(f->ancestors);
	free(f->users);
	free(f->devices);
	free(f->services);
	free(f->namespaces);
	free(f->containers);
	free(f->addresses);
	free(f->frozen);
	free(f->waits);
	free(f);
}

void facts_reset(struct facts *f)
{
	let_go(f);
	arena_reset(&f->arena);
	*f = (struct facts){
		.arena = f->arena,
		.limits.unprivileged_start = UNPRIVILEGED_START_DEFAULT,
		.sockets = f->sockets, .socket_cap = f->socket_cap,
		.clients = f->clients, .client_cap = f->client_cap,
		.holders = f->holders, .holder_cap = f->holder_cap,
		.processes = f->processes, .process_cap = f->process_cap,
		.directories = f->directories, .directory_cap = f->directory_cap,
		.cgroups = f->cgroups, .cgroup_cap = f->cgroup_cap,
		.ancestors = f->ancestors, .ancestor_cap = f->ancestor_cap,
		.users = f->users, .user_cap = f->user_cap,
		.devices = f->devices, .device_cap = f->device_cap,
		.services = f->services, .service_cap = f->service_cap,
		.containers = f->containers, .container_cap = f->container_cap,
		.namespaces = f->namespaces, .namespace_cap = f->namespace_cap,
		.addresses = f->addresses, .address_cap = f->address_cap,
		.frozen = f->frozen, .frozen_cap = f->frozen_cap,
		.waits = f->waits, .wait_cap = f->wait_cap,
	};
}

struct socket_fact *facts_add_socket(struct facts *f)
{
	ARRAY_PUSH(f->sockets, f->socket_count, f->socket_cap) = (struct socket_fact){
		.uid = UID_UNKNOWN,
		.queue_limit = QUEUE_UNKNOWN,
		.expires_ms = EXPIRES_UNKNOWN,
		.v6only = TRISTATE_UNKNOWN,
	};
	return &f->sockets[f->socket_count - 1];
}

void facts_add_sockets(struct facts *f, const struct socket_fact *sockets, size_t count)
{
	if (!count)
		return;
	f->sockets = array_reserve(f->sockets, &f->socket_cap, f->socket_count + count, sizeof *f->sockets);
	memcpy(f->sockets + f->socket_count, sockets, count * sizeof *sockets);
	f->socket_count += count;
}

void facts_add_client(struct facts *f, const struct endpoint *local, uint32_t count)
{
	ARRAY_PUSH(f->clients, f->client_count, f->client_cap) =
		(struct client_fact){ .local = *local, .count = count };
}

void facts_share_leftovers(struct facts *f, const struct leftovers *shared, int32_t age_ms)
{
	f->leftovers = leftovers_ref(shared);
	f->leftovers_age_ms = age_ms;
}

/* Whoever reads holders and processes need not know that they are shared. */
void facts_share_owners(struct facts *f, const struct owners *shared)
{
	free(f->holders);
	free(f->processes);
	f->owners = owners_ref(shared);
	f->holders = shared->holders;
	f->holder_count = shared->holder_count;
	f->processes = shared->processes;
	f->process_count = shared->process_count;
}

void facts_add_holder(struct facts *f, uint32_t inode, int32_t pid, int32_t fd)
{
	assert(!f->owners);
	ARRAY_PUSH(f->holders, f->holder_count, f->holder_cap) =
		(struct holder_fact){ .inode = inode, .pid = pid, .fd = fd };
}

void facts_add_process(struct facts *f, const struct process_fact *process)
{
	assert(!f->owners);
	ARRAY_PUSH(f->processes, f->process_count, f->process_cap) = process_fact_copy(&f->arena, process);
}

void facts_add_directory(struct facts *f, const struct directory_fact *directory)
{
	ARRAY_PUSH(f->directories, f->directory_count, f->directory_cap) =
		directory_fact_copy(&f->arena, directory);
}

void facts_add_cgroup(struct facts *f, const struct cgroup_fact *cgroup)
{
	struct cgroup_fact copy = *cgroup;

	copy.path = arena_slice(&f->arena, cgroup->path);
	copy.name = arena_slice(&f->arena, cgroup->name);
	ARRAY_PUSH(f->cgroups, f->cgroup_count, f->cgroup_cap) = copy;
}

void facts_add_ancestor(struct facts *f, int32_t pid)
{
	ARRAY_PUSH(f->ancestors, f->ancestor_count, f->ancestor_cap) = pid;
}

static struct name_fact name_fact(struct facts *f, uint32_t key, struct slice name)
{
	return (struct name_fact){ .key = key, .name = arena_slice(&f->arena, name) };
}

void facts_add_user(struct facts *f, uint32_t uid, struct slice name)
{
	ARRAY_PUSH(f->users, f->user_count, f->user_cap) = name_fact(f, uid, name);
}

void facts_add_device(struct facts *f, uint32_t ifindex, struct slice name)
{
	ARRAY_PUSH(f->devices, f->device_count, f->device_cap) = name_fact(f, ifindex, name);
}

void facts_add_service(struct facts *f, uint8_t protocol, uint16_t port, struct slice name)
{
	ARRAY_PUSH(f->services, f->service_count, f->service_cap) =
		name_fact(f, (uint32_t)protocol << 16 | port, name);
}

void facts_add_container(struct facts *f, const struct container_fact *container)
{
	ARRAY_PUSH(f->containers, f->container_count, f->container_cap) =
		container_fact_copy(&f->arena, container);
}

void facts_add_netns(struct facts *f, const struct netns_fact *netns)
{
	ARRAY_PUSH(f->namespaces, f->namespace_count, f->namespace_cap) = netns_fact_copy(&f->arena, netns);
}

void facts_add_frozen(struct facts *f, int32_t pid)
{
	ARRAY_PUSH(f->frozen, f->frozen_count, f->frozen_cap) = pid;
}

void facts_add_wait(struct facts *f, const struct wait_fact *wait)
{
	ARRAY_PUSH(f->waits, f->wait_count, f->wait_cap) = wait_fact_copy(&f->arena, wait);
}

/* Members apart: scans are compared byte by byte. */
void facts_add_address(struct facts *f, const struct endpoint *address)
{
	struct endpoint e = { .family = address->family };

	memcpy(e.address, address->address, sizeof e.address);
	ARRAY_PUSH(f->addresses, f->address_count, f->address_cap) = e;
}

static struct gap_fact *find_gap(struct facts *f, enum gap_kind kind)
{
	for (size_t i = 0; i < f->gap_count; i++)
		if (f->gaps[i].kind == kind)
			return &f->gaps[i];
	f->gaps[f->gap_count] = (struct gap_fact){ .kind = (uint8_t)kind };
	return &f->gaps[f->gap_count++];
}

void facts_add_gap(struct facts *f, enum gap_kind kind, uint32_t count, int error)
{
	struct gap_fact *gap = find_gap(f, kind);

	if (__builtin_add_overflow(gap->count, count, &gap->count))
		gap->count = UINT32_MAX;
	if (!gap->error)
		gap->error = error;
}

const struct gap_text *gap_text(enum gap_kind kind)
{
	return &gap_texts[kind];
}

void gap_add(struct buf *out, const struct gap_fact *gap)
{
	static const char owners[] = "owners";
	const char *reason = gap_text(gap->kind)->reason;

	if (gap->count)
		buf_printf(out, "%u ", gap->count);
	if (gap->count == 1 && !strncmp(reason, owners, sizeof owners - 1)) {
		buf_add_string(out, "owner");
		reason += sizeof owners - 1;
	}
	buf_add_string(out, reason);
}
