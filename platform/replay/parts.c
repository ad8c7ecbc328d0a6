/* Owns the arrays of a frame: sockets, holders, processes and the rest, one item at a time. Limits how
 * many are believed. Knows neither lines nor files. */
#include "platform/replay/parts.h"

#include <errno.h>
#include "model/shared.h"
#include "model/snapshot.h"
#include "platform/replay/fields.h"

enum { ITEMS_MAX = 1 << 20 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *state_name(uint8_t state)
{
	bool is_known = (state >= SOCKET_ESTABLISHED && state <= SOCKET_CLOSING) || state == SOCKET_BOUND ||
			state == SOCKET_UNCONN;

	return is_known ? socket_state_name(state) : NULL;
}

static const char *gap_name(uint8_t kind)
{
	return kind < GAP_COUNT ? gap_text(kind)->what : NULL;
}

static const struct field socket_fields[] = {
	FIELD(socket_fact, local, FIELD_ENDPOINT, 0),
	FIELD(socket_fact, remote, FIELD_ENDPOINT, 0),
	FIELD_NAMED(socket_fact, state, 0, state_name),
	FIELD(socket_fact, inode, FIELD_UNSIGNED, 0),
	FIELD(socket_fact, cookie, FIELD_UNSIGNED, 0),
	FIELD(socket_fact, uid, FIELD_UNSIGNED, UID_UNKNOWN),
	FIELD(socket_fact, cgroup_id, FIELD_UNSIGNED, 0),
	FIELD(socket_fact, queue_length, FIELD_UNSIGNED, 0),
	FIELD(socket_fact, queue_limit, FIELD_UNSIGNED, QUEUE_UNKNOWN),
	FIELD(socket_fact, drops, FIELD_UNSIGNED, 0),
	FIELD(socket_fact, expires_ms, FIELD_SIGNED, EXPIRES_UNKNOWN),
	FIELD(socket_fact, v6only, FIELD_SIGNED, TRISTATE_UNKNOWN),
	FIELD(socket_fact, timer, FIELD_UNSIGNED, 0),
	FIELD(socket_fact, is_mptcp, FIELD_BOOL, false),
};

static const struct field process_fields[] = {
	FIELD(process_fact, pid, FIELD_SIGNED, 0),
	FIELD(process_fact, ppid, FIELD_SIGNED, 0),
	FIELD(process_fact, group, FIELD_SIGNED, 0),
	FIELD(process_fact, session, FIELD_SIGNED, 0),
	FIELD(process_fact, uid, FIELD_UNSIGNED, UID_UNKNOWN),
	FIELD(process_fact, gid, FIELD_UNSIGNED, UID_UNKNOWN),
	FIELD(process_fact, tty_device, FIELD_UNSIGNED, 0),
	FIELD(process_fact, start_time, FIELD_UNSIGNED, 0),
	FIELD(process_fact, started_wall_ms, FIELD_SIGNED, 0),
	FIELD(process_fact, state, FIELD_LETTER, '?'),
	FIELD(process_fact, unknown, FIELD_UNSIGNED, 0),
	FIELD(process_fact, ties, FIELD_UNSIGNED, 0),
	FIELD(process_fact, in_other_mounts, FIELD_BOOL, false),
	FIELD(process_fact, comm, FIELD_TEXT, 0),
	FIELD(process_fact, exe, FIELD_TEXT, 0),
	FIELD(process_fact, command, FIELD_TEXT, 0),
	FIELD(process_fact, cwd, FIELD_TEXT, 0),
	FIELD(process_fact, tty, FIELD_TEXT, 0),
	FIELD(process_fact, cgroup, FIELD_TEXT, 0),
	FIELD(process_fact, environment, FIELD_TEXT, 0),
};

static const char *project_state_name(uint8_t state)
{
	static const char *const names[] = {
		[PROJECT_UNKNOWN] = "unknown", [PROJECT_NONE] = "none", [PROJECT_FOUND] = "found",
		[PROJECT_STUCK] = "stuck",
	};

	return state < COUNT(names) ? names[state] : NULL;
}

static const struct field directory_fields[] = {
	FIELD(directory_fact, path, FIELD_TEXT, 0),
	FIELD(directory_fact, uid, FIELD_UNSIGNED, UID_UNKNOWN),
	FIELD_NAMED(directory_fact, state, PROJECT_FOUND, project_state_name),
	FIELD(directory_fact, project.root, FIELD_TEXT, 0),
	FIELD(directory_fact, project.git_root, FIELD_TEXT, 0),
	FIELD(directory_fact, project.name, FIELD_TEXT, 0),
	FIELD(directory_fact, project.branch, FIELD_TEXT, 0),
	FIELD(directory_fact, project.worktree, FIELD_TEXT, 0),
	FIELD(directory_fact, project.repository, FIELD_TEXT, 0),
	FIELD(directory_fact, project.files, FIELD_UNSIGNED, 0),
	FIELD(directory_fact, project.is_detached, FIELD_BOOL, false),
};

static const struct field cgroup_fields[] = {
	FIELD(cgroup_fact, id, FIELD_UNSIGNED, 0),
	FIELD(cgroup_fact, path, FIELD_TEXT, 0),
	FIELD(cgroup_fact, count, FIELD_UNSIGNED, 0),
	FIELD(cgroup_fact, pid, FIELD_SIGNED, 0),
	FIELD(cgroup_fact, name, FIELD_TEXT, 0),
};

static const struct field container_fields[] = {
	FIELD(container_fact, id, FIELD_TEXT, 0),
	FIELD(container_fact, name, FIELD_TEXT, 0),
	FIELD(container_fact, image, FIELD_TEXT, 0),
	FIELD(container_fact, published, FIELD_ENDPOINT, 0),
	FIELD(container_fact, inner_port, FIELD_UNSIGNED, 0),
};

static const struct field netns_fields[] = {
	FIELD(netns_fact, inode, FIELD_UNSIGNED, 0),
	FIELD(netns_fact, pid, FIELD_SIGNED, 0),
	FIELD(netns_fact, name, FIELD_TEXT, 0),
	FIELD(netns_fact, comm, FIELD_TEXT, 0),
	FIELD(netns_fact, cgroup, FIELD_TEXT, 0),
};

static const struct field client_fields[] = {
	FIELD(client_fact, local, FIELD_ENDPOINT, 0),
	FIELD(client_fact, count, FIELD_UNSIGNED, 0),
};

static const struct field gap_fields[] = {
	FIELD_NAMED(gap_fact, kind, UINT8_MAX, gap_name),
	FIELD(gap_fact, count, FIELD_UNSIGNED, 0),
	FIELD(gap_fact, error, FIELD_SIGNED, 0),
};

static json_t *numbers_to_json(const int64_t *numbers, size_t count)
{
	json_t *array = json_sure(json_array());

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_sure(json_integer(numbers[i])));
	return array;
}

/* Exactly `count` numbers from `min` to `max` out of an array. */
static int number_at(const json_t *array, size_t index, int64_t min, int64_t max, int64_t *out)
{
	const json_t *item = json_array_get(array, index);

	if (!json_is_integer(item) || json_integer_value(item) < min || json_integer_value(item) > max)
		return -EINVAL;
	*out = json_integer_value(item);
	return 0;
}

static json_t *write_socket(const struct facts *f, size_t i)
{
	return fields_object(socket_fields, COUNT(socket_fields), &f->sockets[i]);
}

static int read_socket(const json_t *item, struct facts *f)
{
	struct socket_fact socket;

	if (fields_from_json(item, socket_fields, COUNT(socket_fields), &f->arena, &socket))
		return -EINVAL;
	*facts_add_socket(f) = socket;
	return 0;
}

static json_t *write_client(const struct facts *f, size_t i)
{
	return fields_object(client_fields, COUNT(client_fields), &f->clients[i]);
}

static int read_client(const json_t *item, struct facts *f)
{
	struct client_fact client;

	if (fields_from_json(item, client_fields, COUNT(client_fields), &f->arena, &client))
		return -EINVAL;
	facts_add_client(f, &client.local, client.count);
	return 0;
}

static json_t *write_holder(const struct facts *f, size_t i)
{
	const struct holder_fact *h = &f->holders[i];

	return numbers_to_json((const int64_t[]){ h->inode, h->pid, h->fd }, 3);
}

static int read_holder(const json_t *item, struct facts *f)
{
	int64_t inode, pid, fd;

	if (json_array_size(item) != 3 || number_at(item, 0, 0, UINT32_MAX, &inode) ||
	    number_at(item, 1, INT32_MIN, INT32_MAX, &pid) || number_at(item, 2, INT32_MIN, INT32_MAX, &fd))
		return -EINVAL;
	facts_add_holder(f, (uint32_t)inode, (int32_t)pid, (int32_t)fd);
	return 0;
}

static json_t *write_process(const struct facts *f, size_t i)
{
	return fields_object(process_fields, COUNT(process_fields), &f->processes[i]);
}

static int read_process(const json_t *item, struct facts *f)
{
	struct process_fact process;

	if (fields_from_json(item, process_fields, COUNT(process_fields), &f->arena, &process))
		return -EINVAL;
	facts_add_process(f, &process);
	return 0;
}

static json_t *write_directory(const struct facts *f, size_t i)
{
	return fields_object(directory_fields, COUNT(directory_fields), &f->directories[i]);
}

static int read_directory(const json_t *item, struct facts *f)
{
	struct directory_fact directory;

	if (fields_from_json(item, directory_fields, COUNT(directory_fields), &f->arena, &directory))
		return -EINVAL;
	facts_add_directory(f, &directory);
	return 0;
}

static json_t *write_cgroup(const struct facts *f, size_t i)
{
	return fields_object(cgroup_fields, COUNT(cgroup_fields), &f->cgroups[i]);
}

static int read_cgroup(const json_t *item, struct facts *f)
{
	struct cgroup_fact cgroup;

	if (fields_from_json(item, cgroup_fields, COUNT(cgroup_fields), &f->arena, &cgroup))
		return -EINVAL;
	facts_add_cgroup(f, &cgroup);
	return 0;
}

static json_t *write_container(const struct facts *f, size_t i)
{
	return fields_object(container_fields, COUNT(container_fields), &f->containers[i]);
}

static int read_container(const json_t *item, struct facts *f)
{
	struct container_fact container;

	if (fields_from_json(item, container_fields, COUNT(container_fields), &f->arena, &container))
		return -EINVAL;
	facts_add_container(f, &container);
	return 0;
}

static json_t *write_netns(const struct facts *f, size_t i)
{
	return fields_object(netns_fields, COUNT(netns_fields), &f->namespaces[i]);
}

static int read_netns(const json_t *item, struct facts *f)
{
	struct netns_fact netns;

	if (fields_from_json(item, netns_fields, COUNT(netns_fields), &f->arena, &netns))
		return -EINVAL;
	facts_add_netns(f, &netns);
	return 0;
}

static json_t *write_address(const struct facts *f, size_t i)
{
	struct buf text = { 0 };
	json_t *json;

	endpoint_add_address(&text, &f->addresses[i], NULL);
	json = json_sure(json_string(buf_string(&text)));
	buf_done(&text);
	return json;
}

static int read_address(const json_t *item, struct facts *f)
{
	struct endpoint e = { 0 };

	if (!json_is_string(item) ||
	    endpoint_parse_address((struct slice){ json_string_value(item), json_string_length(item) }, &e))
		return -EINVAL;
	facts_add_address(f, &e);
	return 0;
}

static json_t *write_ancestor(const struct facts *f, size_t i)
{
	return json_sure(json_integer(f->ancestors[i]));
}

static int pid_from_json(const json_t *item, int32_t *out)
{
	json_int_t pid = json_integer_value(item);       /* 0 when it is none */

	if (!json_is_integer(item) || pid < INT32_MIN || pid > INT32_MAX)
		return -EINVAL;
	*out = (int32_t)pid;
	return 0;
}

static int read_ancestor(const json_t *item, struct facts *f)
{
	int32_t pid;

	if (pid_from_json(item, &pid))
		return -EINVAL;
	facts_add_ancestor(f, pid);
	return 0;
}

static json_t *write_frozen(const struct facts *f, size_t i)
{
	return json_sure(json_integer(f->frozen[i]));
}

static int read_frozen(const json_t *item, struct facts *f)
{
	int32_t pid;

	if (pid_from_json(item, &pid))
		return -EINVAL;
	facts_add_frozen(f, pid);
	return 0;
}

static json_t *name_to_json(const struct name_fact *name)
{
	json_t *pair = numbers_to_json((const int64_t[]){ name->key }, 1);

	json_array_append_new(pair, text_to_json(name->name));
	return pair;
}

static int name_from_json(const json_t *item, struct facts *f, uint32_t *key, struct slice *name)
{
	int64_t number;

	if (json_array_size(item) != 2 || number_at(item, 0, 0, UINT32_MAX, &number) ||
	    text_from_json(json_array_get(item, 1), &f->arena, name))
		return -EINVAL;
	*key = (uint32_t)number;
	return 0;
}

static json_t *write_user(const struct facts *f, size_t i)
{
	return name_to_json(&f->users[i]);
}

static int read_user(const json_t *item, struct facts *f)
{
	struct slice name;
	uint32_t uid;

	if (name_from_json(item, f, &uid, &name))
		return -EINVAL;
	facts_add_user(f, uid, name);
	return 0;
}

static json_t *write_device(const struct facts *f, size_t i)
{
	return name_to_json(&f->devices[i]);
}

static int read_device(const json_t *item, struct facts *f)
{
	struct slice name;
	uint32_t index;

	if (name_from_json(item, f, &index, &name))
		return -EINVAL;
	facts_add_device(f, index, name);
	return 0;
}

static json_t *write_service(const struct facts *f, size_t i)
{
	return name_to_json(&f->services[i]);
}

static int read_service(const json_t *item, struct facts *f)
{
	struct slice name;
	uint32_t key;

	if (name_from_json(item, f, &key, &name) || key >> 16 > UINT8_MAX)
		return -EINVAL;
	facts_add_service(f, (uint8_t)(key >> 16), (uint16_t)key, name);
	return 0;
}

static json_t *write_gap(const struct facts *f, size_t i)
{
	return fields_object(gap_fields, COUNT(gap_fields), &f->gaps[i]);
}

static int read_gap(const json_t *item, struct facts *f)
{
	struct gap_fact gap;

	if (fields_from_json(item, gap_fields, COUNT(gap_fields), &f->arena, &gap) || gap.kind >= GAP_COUNT)
		return -EINVAL;
	facts_add_gap(f, gap.kind, gap.count, gap.error);
	return 0;
}

/* One array of struct facts. */
static const struct part {
	const char *key;
	size_t count;                        /* where its length stands in struct facts */
	json_t *(*write)(const struct facts *f, size_t i);
	int (*read)(const json_t *item, struct facts *f);
} parts[] = {
	{ "sockets", offsetof(struct facts, socket_count), write_socket, read_socket },
	{ "clients", offsetof(struct facts, client_count), write_client, read_client },
	{ "holders", offsetof(struct facts, holder_count), write_holder, read_holder },
	{ "processes", offsetof(struct facts, process_count), write_process, read_process },
	{ "directories", offsetof(struct facts, directory_count), write_directory, read_directory },
	{ "cgroups", offsetof(struct facts, cgroup_count), write_cgroup, read_cgroup },
	{ "containers", offsetof(struct facts, container_count), write_container, read_container },
	{ "namespaces", offsetof(struct facts, namespace_count), write_netns, read_netns },
	{ "addresses", offsetof(struct facts, address_count), write_address, read_address },
	{ "ancestors", offsetof(struct facts, ancestor_count), write_ancestor, read_ancestor },
	{ "frozen", offsetof(struct facts, frozen_count), write_frozen, read_frozen },
	{ "users", offsetof(struct facts, user_count), write_user, read_user },
	{ "devices", offsetof(struct facts, device_count), write_device, read_device },
	{ "services", offsetof(struct facts, service_count), write_service, read_service },
	{ "gaps", offsetof(struct facts, gap_count), write_gap, read_gap },
};

static json_t *part_to_json(const struct part *part, const struct facts *f)
{
	size_t count = *(const size_t *)((const char *)f + part->count);
	json_t *array = json_sure(json_array());

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, part->write(f, i));
	return array;
}

/* A recorded frame shares nothing: what is left over stands among its sockets, as old as it was. */
static void add_leftovers(json_t *sockets, const struct facts *f)
{
	struct socket_fact s;

	for (size_t i = 0; f->leftovers && i < f->leftovers->count; i++)
		if (leftover_at(f->leftovers, i, f->leftovers_age_ms, &s))
			json_array_append_new(sockets, fields_object(socket_fields, COUNT(socket_fields), &s));
}

void parts_to_json(json_t *frame, const struct facts *f)
{
	for (size_t i = 0; i < COUNT(parts); i++)
		json_object_set_new(frame, parts[i].key, part_to_json(&parts[i], f));
	add_leftovers(json_object_get(frame, "sockets"), f);
}

static int part_from_json(const struct part *part, const json_t *array, struct facts *f)
{
	size_t count = json_array_size(array);

	if ((array && !json_is_array(array)) || count > ITEMS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		if (part->read(json_array_get(array, i), f))
			return -EINVAL;
	return 0;
}

int parts_from_json(const json_t *frame, struct facts *f)
{
	int error = 0;

	for (size_t i = 0; i < COUNT(parts) && !error; i++)
		error = part_from_json(&parts[i], json_object_get(frame, parts[i].key), f);
	return error;
}
