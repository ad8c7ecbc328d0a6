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
	FIRST(DIFFERS(gid), "process.gid");
	FIRST(DIFFERS(ties), "process.ties");
	FIRST(DIFFERS(in_other_mounts), "process.in_other_mounts");
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
	FIRST(TEXT_DIFFERS(environment), "process.environment");
	return NULL;
}

static const char *same_directory(const struct directory_fact *a, const struct directory_fact *b)
{
	FIRST(TEXT_DIFFERS(path), "directory.path");
	FIRST(DIFFERS(uid), "directory.uid");
	FIRST(DIFFERS(state), "directory.state");
	FIRST(TEXT_DIFFERS(project.root), "directory.root");
	FIRST(TEXT_DIFFERS(project.git_root), "directory.git_root");
	FIRST(TEXT_DIFFERS(project.name), "directory.name");
	FIRST(TEXT_DIFFERS(project.branch), "directory.branch");
	FIRST(TEXT_DIFFERS(project.worktree), "directory.worktree");
	FIRST(TEXT_DIFFERS(project.repository), "directory.repository");
	FIRST(DIFFERS(project.files), "directory.files");
	FIRST(DIFFERS(project.is_detached), "directory.is_detached");
	return NULL;
}

static const char *same_cgroup(const struct cgroup_fact *a, const struct cgroup_fact *b)
{
	FIRST(DIFFERS(id), "cgroup.id");
	FIRST(TEXT_DIFFERS(path), "cgroup.path");
	FIRST(DIFFERS(count), "cgroup.count");
	FIRST(DIFFERS(pid), "cgroup.pid");
	FIRST(TEXT_DIFFERS(name), "cgroup.name");
	return NULL;
}

static const char *same_container(const struct container_fact *a, const struct container_fact *b)
{
	FIRST(TEXT_DIFFERS(id), "container.id");
	FIRST(TEXT_DIFFERS(name), "container.name");
	FIRST(TEXT_DIFFERS(image), "container.image");
	FIRST(DIFFERS(inner_port), "container.inner_port");
	return endpoint_equal(&a->published, &b->published) ? NULL : "container.published";
}

static const char *same_netns(const struct netns_fact *a, const struct netns_fact *b)
{
	FIRST(DIFFERS(inode), "netns.inode");
	FIRST(DIFFERS(pid), "netns.pid");
	FIRST(TEXT_DIFFERS(name), "netns.name");
	FIRST(TEXT_DIFFERS(comm), "netns.comm");
	FIRST(TEXT_DIFFERS(cgroup), "netns.cgroup");
	return NULL;
}

static const char *same_wait(const struct wait_fact *a, const struct wait_fact *b)
{
	FIRST(DIFFERS(inode), "wait.inode");
	FIRST(DIFFERS(pid), "wait.pid");
	FIRST(DIFFERS(is_waiting), "wait.is_waiting");
	FIRST(DIFFERS(is_inheritable), "wait.is_inheritable");
	FIRST(DIFFERS(is_adopted), "wait.is_adopted");
	FIRST(DIFFERS(kind), "wait.kind");
	FIRST(DIFFERS(error), "wait.error");
	FIRST(TEXT_DIFFERS(call), "wait.call");
	return NULL;
}

static const char *same_holder(const struct holder_fact *a, const struct holder_fact *b)
{
	return DIFFERS(inode) || DIFFERS(pid) || DIFFERS(fd) ? "holder" : NULL;
}

static const char *same_client(const struct client_fact *a, const struct client_fact *b)
{
	return !endpoint_equal(&a->local, &b->local) || DIFFERS(count) ? "client" : NULL;
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
	FIRST(DIFFERS(has_other_netns), "has_other_netns");
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
	FIRST(DIFFERS(client_count), "client_count");
	FIRST(DIFFERS(holder_count), "holder_count");
	FIRST(DIFFERS(process_count), "process_count");
	FIRST(DIFFERS(directory_count), "directory_count");
	FIRST(DIFFERS(cgroup_count), "cgroup_count");
	FIRST(DIFFERS(ancestor_count), "ancestor_count");
	FIRST(DIFFERS(container_count), "container_count");
	FIRST(DIFFERS(namespace_count), "namespace_count");
	FIRST(DIFFERS(address_count), "address_count");
	FIRST(DIFFERS(frozen_count), "frozen_count");
	FIRST(DIFFERS(wait_count), "wait_count");
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
	for (size_t i = 0; i < a->client_count && !different; i++)
		different = same_client(&a->clients[i], &b->clients[i]);
	for (size_t i = 0; i < a->holder_count && !different; i++)
		different = same_holder(&a->holders[i], &b->holders[i]);
	for (size_t i = 0; i < a->process_count && !different; i++)
		different = same_process(&a->processes[i], &b->processes[i]);
	for (size_t i = 0; i < a->directory_count && !different; i++)
		different = same_directory(&a->directories[i], &b->directories[i]);
	for (size_t i = 0; i < a->cgroup_count && !different; i++)
		different = same_cgroup(&a->cgroups[i], &b->cgroups[i]);
	for (size_t i = 0; i < a->container_count && !different; i++)
		different = same_container(&a->containers[i], &b->containers[i]);
	for (size_t i = 0; i < a->namespace_count && !different; i++)
		different = same_netns(&a->namespaces[i], &b->namespaces[i]);
	for (size_t i = 0; i < a->address_count && !different; i++)
		different = endpoint_equal(&a->addresses[i], &b->addresses[i]) ? NULL : "address";
	for (size_t i = 0; i < a->frozen_count && !different; i++)
		different = a->frozen[i] != b->frozen[i] ? "frozen" : NULL;
	for (size_t i = 0; i < a->wait_count && !different; i++)
		different = same_wait(&a->waits[i], &b->waits[i]);
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
