/* Owns what the arrays of a frame are: which members of an item are recorded and how they stand there, in
 * one table that is written and read by. Limits how many items are believed. Knows neither lines nor files,
 * nor how a member is written (fields.c). */
#include "platform/replay/parts.h"

#include <errno.h>
#include <string.h>
#include "model/shared.h"
#include "model/snapshot.h"
#include "model/waiting.h"
#include "platform/replay/fields.h"

enum { ITEMS_MAX = 1 << 20 };

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
	FIELD(process_fact, started_wall_ms, FIELD_TIME, 0),
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

	return state < sizeof names / sizeof *names ? names[state] : NULL;
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

static const struct field holder_fields[] = {
	FIELD(holder_fact, inode, FIELD_UNSIGNED, 0),
	FIELD(holder_fact, pid, FIELD_SIGNED, 0),
	FIELD(holder_fact, fd, FIELD_SIGNED, 0),
};

static const struct field name_fields[] = {
	FIELD(name_fact, key, FIELD_UNSIGNED, 0),
	FIELD(name_fact, name, FIELD_TEXT, 0),
};

static const struct field wait_fields[] = {
	FIELD(wait_fact, inode, FIELD_UNSIGNED, 0),
	FIELD(wait_fact, pid, FIELD_SIGNED, 0),
	FIELD(wait_fact, is_waiting, FIELD_SIGNED, TRISTATE_UNKNOWN),
	FIELD(wait_fact, is_inheritable, FIELD_SIGNED, TRISTATE_UNKNOWN),
	FIELD(wait_fact, is_adopted, FIELD_BOOL, false),
	FIELD_NAMED(wait_fact, kind, WAIT_UNKNOWN, wait_name),
	FIELD(wait_fact, error, FIELD_SIGNED, 0),
	FIELD(wait_fact, call, FIELD_TEXT, 0),
};

static const struct field address_fields[] = { FIELD_WHOLE(struct endpoint, FIELD_ADDRESS) };
static const struct field pid_fields[] = { FIELD_WHOLE(int32_t, FIELD_SIGNED) };

static const struct field gap_fields[] = {
	FIELD_NAMED(gap_fact, kind, UINT8_MAX, gap_name),
	FIELD(gap_fact, count, FIELD_UNSIGNED, 0),
	FIELD(gap_fact, error, FIELD_SIGNED, 0),
};

union item {                             /* of any of the arrays */
	struct socket_fact socket;
	struct client_fact client;
	struct holder_fact holder;
	struct process_fact process;
	struct directory_fact directory;
	struct cgroup_fact cgroup;
	struct container_fact container;
	struct netns_fact netns;
	struct name_fact name;
	struct endpoint address;
	struct wait_fact wait;
	struct gap_fact gap;
	int32_t pid;
};

static int add_socket(struct facts *f, const union item *item)
{
	*facts_add_socket(f) = item->socket;
	return 0;
}

static int add_client(struct facts *f, const union item *item)
{
	facts_add_client(f, &item->client.local, item->client.count);
	return 0;
}

static int add_holder(struct facts *f, const union item *item)
{
	facts_add_holder(f, item->holder.inode, item->holder.pid, item->holder.fd);
	return 0;
}

static int add_process(struct facts *f, const union item *item)
{
	facts_add_process(f, &item->process);
	return 0;
}

static int add_directory(struct facts *f, const union item *item)
{
	facts_add_directory(f, &item->directory);
	return 0;
}

static int add_cgroup(struct facts *f, const union item *item)
{
	facts_add_cgroup(f, &item->cgroup);
	return 0;
}

static int add_container(struct facts *f, const union item *item)
{
	facts_add_container(f, &item->container);
	return 0;
}

static int add_netns(struct facts *f, const union item *item)
{
	facts_add_netns(f, &item->netns);
	return 0;
}

static int add_address(struct facts *f, const union item *item)
{
	facts_add_address(f, &item->address);
	return 0;
}

static int add_ancestor(struct facts *f, const union item *item)
{
	facts_add_ancestor(f, item->pid);
	return 0;
}

static int add_frozen(struct facts *f, const union item *item)
{
	facts_add_frozen(f, item->pid);
	return 0;
}

static int add_wait(struct facts *f, const union item *item)
{
	if (!wait_name(item->wait.kind))
		return -EINVAL;
	facts_add_wait(f, &item->wait);
	return 0;
}

static int add_user(struct facts *f, const union item *item)
{
	facts_add_user(f, item->name.key, item->name.name);
	return 0;
}

static int add_device(struct facts *f, const union item *item)
{
	facts_add_device(f, item->name.key, item->name.name);
	return 0;
}

static int add_service(struct facts *f, const union item *item)
{
	uint32_t protocol = item->name.key >> 16;

	if (protocol > UINT8_MAX)
		return -EINVAL;
	facts_add_service(f, (uint8_t)protocol, (uint16_t)item->name.key, item->name.name);
	return 0;
}

static int add_gap(struct facts *f, const union item *item)
{
	if (item->gap.kind >= GAP_COUNT)
		return -EINVAL;
	facts_add_gap(f, item->gap.kind, item->gap.count, item->gap.error);
	return 0;
}

/* One array of struct facts: its name there is its key. */
static const struct part {
	const char *key;
	size_t array, count;                 /* where the array (or the pointer to it) stands, and its length */
	size_t item_bytes;
	struct fields fields;
	int (*add)(struct facts *f, const union item *item);     /* 0, or -EINVAL: there can be no such item */
	bool is_inside;                      /* the array itself stands there */
} parts[] = {
#define PART(member, count_of, form, table, adder) \
	.key = #member, .array = offsetof(struct facts, member), .count = offsetof(struct facts, count_of), \
	.item_bytes = sizeof *((struct facts *)0)->member, .fields = FIELDS(form, table), .add = adder
	{ PART(sockets, socket_count, FIELDS_OBJECT, socket_fields, add_socket) },
	{ PART(clients, client_count, FIELDS_OBJECT, client_fields, add_client) },
	{ PART(holders, holder_count, FIELDS_LIST, holder_fields, add_holder) },
	{ PART(processes, process_count, FIELDS_OBJECT, process_fields, add_process) },
	{ PART(directories, directory_count, FIELDS_OBJECT, directory_fields, add_directory) },
	{ PART(cgroups, cgroup_count, FIELDS_OBJECT, cgroup_fields, add_cgroup) },
	{ PART(containers, container_count, FIELDS_OBJECT, container_fields, add_container) },
	{ PART(namespaces, namespace_count, FIELDS_OBJECT, netns_fields, add_netns) },
	{ PART(addresses, address_count, FIELDS_VALUE, address_fields, add_address) },
	{ PART(ancestors, ancestor_count, FIELDS_VALUE, pid_fields, add_ancestor) },
	{ PART(frozen, frozen_count, FIELDS_VALUE, pid_fields, add_frozen) },
	{ PART(waits, wait_count, FIELDS_OBJECT, wait_fields, add_wait) },
	{ PART(users, user_count, FIELDS_LIST, name_fields, add_user) },
	{ PART(devices, device_count, FIELDS_LIST, name_fields, add_device) },
	{ PART(services, service_count, FIELDS_LIST, name_fields, add_service) },
	{ PART(gaps, gap_count, FIELDS_OBJECT, gap_fields, add_gap), .is_inside = true },
#undef PART
};

enum { PART_COUNT = sizeof parts / sizeof *parts };

static const char *items_of(const struct part *part, const struct facts *f)
{
	const char *place = (const char *)f + part->array, *items;

	if (part->is_inside)
		return place;
	memcpy(&items, place, sizeof items);
	return items;
}

static json_t *part_to_json(const struct part *part, const struct facts *f)
{
	size_t count = *(const size_t *)((const char *)f + part->count);
	const char *items = items_of(part, f);
	json_t *array = json_sure(json_array());

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, fields_to_json(&part->fields, items + i * part->item_bytes));
	return array;
}

/* A recorded frame shares nothing: what is left over stands among its sockets, as old as it was. */
static void add_leftovers(json_t *sockets, const struct facts *f)
{
	static const struct fields fields = FIELDS(FIELDS_OBJECT, socket_fields);
	struct socket_fact s;

	for (size_t i = 0; f->leftovers && i < f->leftovers->count; i++)
		if (leftover_at(f->leftovers, i, f->leftovers_age_ms, &s))
			json_array_append_new(sockets, fields_to_json(&fields, &s));
}

void parts_to_json(json_t *frame, const struct facts *f)
{
	for (size_t i = 0; i < PART_COUNT; i++)
		json_object_set_new(frame, parts[i].key, part_to_json(&parts[i], f));
	add_leftovers(json_object_get(frame, "sockets"), f);
}

static int part_from_json(const struct part *part, const json_t *array, struct facts *f)
{
	size_t count = json_array_size(array);
	union item item;

	if ((array && !json_is_array(array)) || count > ITEMS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		memset(&item, 0, sizeof item);
		if (fields_from_json(json_array_get(array, i), &part->fields, &f->arena, &item) ||
		    part->add(f, &item))
			return -EINVAL;
	}
	return 0;
}

int parts_from_json(const json_t *frame, struct facts *f)
{
	int error = 0;

	for (size_t i = 0; i < PART_COUNT && !error; i++)
		error = part_from_json(&parts[i], json_object_get(frame, parts[i].key), f);
	return error;
}
