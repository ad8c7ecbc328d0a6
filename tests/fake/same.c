/* Owns what makes two scans equal. Written out by hand: a member that a table of the product forgets must
 * be missed here. */
#include "same.h"

#define DIFFERS(member) (a->member != b->member)
#define TEXT_DIFFERS(member) (!slice_equal(a->member, b->member))
#define FIRST(condition, name) do { if (condition) return name; } while (0)

static const char *same_socket(const struct socket_fact *a, const struct socket_fact *b)
{
	FIRST(!endpoint_equal(&a->local, &b->local), "socket.local");
	FIRST(!endpoint_equal(&a->remote, &b->remote), "socket.remote");
	FIRST(DIFFERS(cookie), "socket.cookie");
	FIRST(DIFFERS(cgroup_id), "socket.cgroup_id");
	FIRST(DIFFERS(inode), "socket.inode");
	FIRST(DIFFERS(uid), "socket.uid");
	FIRST(DIFFERS(queue_length), "socket.queue_length");
	FIRST(DIFFERS(queue_limit), "socket.queue_limit");
	FIRST(DIFFERS(drops), "socket.drops");
	FIRST(DIFFERS(expires_ms), "socket.expires_ms");
	FIRST(DIFFERS(state), "socket.state");
	FIRST(DIFFERS(v6only), "socket.v6only");
	FIRST(DIFFERS(timer), "socket.timer");
	FIRST(DIFFERS(is_mptcp), "socket.is_mptcp");
	return NULL;
}

static const char *same_process(const struct process_fact *a, const struct process_fact *b)
{
	FIRST(DIFFERS(pid), "process.pid");
	FIRST(DIFFERS(ppid), "process.ppid");
	FIRST(DIFFERS(group), "process.group");
	FIRST(DIFFERS(session), "process.session");
	FIRST(DIFFERS(uid), "process.uid");
	FIRST(DIFFERS(tty_device), "process.tty_device");
	FIRST(DIFFERS(start_time), "process.start_time");
	FIRST(DIFFERS(started_wall_ms), "process.started_wall_ms");
	FIRST(DIFFERS(state), "process.state");
	FIRST(DIFFERS(unknown), "process.unknown");
	FIRST(TEXT_DIFFERS(comm), "process.comm");
	FIRST(TEXT_DIFFERS(exe), "process.exe");
	FIRST(TEXT_DIFFERS(command), "process.command");
	FIRST(TEXT_DIFFERS(cwd), "process.cwd");
	FIRST(TEXT_DIFFERS(tty), "process.tty");
	FIRST(TEXT_DIFFERS(cgroup), "process.cgroup");
	return NULL;
}

static const char *same_holder(const struct holder_fact *a, const struct holder_fact *b)
{
	return DIFFERS(inode) || DIFFERS(pid) || DIFFERS(fd) ? "holder" : NULL;
}

static const char *same_name(const struct name_fact *a, const struct name_fact *b)
{
	return DIFFERS(key) || TEXT_DIFFERS(name) ? "name" : NULL;
}

static const char *same_gap(const struct gap_fact *a, const struct gap_fact *b)
{
	return DIFFERS(kind) || DIFFERS(count) || DIFFERS(error) ? "gap" : NULL;
}

static const char *same_scalars(const struct facts *a, const struct facts *b)
{
	FIRST(DIFFERS(source), "source");
	FIRST(DIFFERS(owners_complete), "owners_complete");
	FIRST(DIFFERS(has_connections), "has_connections");
	FIRST(DIFFERS(wall_ms), "wall_ms");
	FIRST(TEXT_DIFFERS(host), "host");
	FIRST(DIFFERS(limits.ephemeral_low), "ephemeral_low");
	FIRST(DIFFERS(limits.ephemeral_high), "ephemeral_high");
	FIRST(DIFFERS(limits.unprivileged_start), "unprivileged_start");
	FIRST(DIFFERS(limits.self_pid), "self_pid");
	FIRST(DIFFERS(limits.self_uid), "self_uid");
	return NULL;
}

static const char *same_counts(const struct facts *a, const struct facts *b)
{
	FIRST(DIFFERS(socket_count), "socket_count");
	FIRST(DIFFERS(holder_count), "holder_count");
	FIRST(DIFFERS(process_count), "process_count");
	FIRST(DIFFERS(ancestor_count), "ancestor_count");
	FIRST(DIFFERS(user_count), "user_count");
	FIRST(DIFFERS(device_count), "device_count");
	FIRST(DIFFERS(service_count), "service_count");
	FIRST(DIFFERS(gap_count), "gap_count");
	return NULL;
}

const char *same_facts(const struct facts *a, const struct facts *b)
{
	const char *different = same_scalars(a, b);

	if (!different)
		different = same_counts(a, b);
	if (different)
		return different;
	for (size_t i = 0; i < a->socket_count && !different; i++)
		different = same_socket(&a->sockets[i], &b->sockets[i]);
	for (size_t i = 0; i < a->holder_count && !different; i++)
		different = same_holder(&a->holders[i], &b->holders[i]);
	for (size_t i = 0; i < a->process_count && !different; i++)
		different = same_process(&a->processes[i], &b->processes[i]);
	for (size_t i = 0; i < a->ancestor_count && !different; i++)
		different = a->ancestors[i] != b->ancestors[i] ? "ancestor" : NULL;
	for (size_t i = 0; i < a->user_count && !different; i++)
		different = same_name(&a->users[i], &b->users[i]);
	for (size_t i = 0; i < a->device_count && !different; i++)
		different = same_name(&a->devices[i], &b->devices[i]);
	for (size_t i = 0; i < a->service_count && !different; i++)
		different = same_name(&a->services[i], &b->services[i]);
	for (size_t i = 0; i < a->gap_count && !different; i++)
		different = same_gap(&a->gaps[i], &b->gaps[i]);
	return different;
}
