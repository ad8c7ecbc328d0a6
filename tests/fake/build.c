/* Owns the little language in which tests say what a machine looks like. Fills facts through the
 * facts_add_* calls only, as a platform does, so that a scene passes through the same doors as the
 * truth. Every line is one pass over its words; there is no state besides the facts themselves. */
#include "build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "model/waiting.h"

static const struct { const char *name; enum socket_state state; } states[] = {
	{ "listen", SOCKET_LISTEN }, { "bound", SOCKET_BOUND }, { "unconn", SOCKET_UNCONN },
	{ "established", SOCKET_ESTABLISHED }, { "time-wait", SOCKET_TIME_WAIT },
	{ "fin-wait-1", SOCKET_FIN_WAIT_1 }, { "fin-wait-2", SOCKET_FIN_WAIT_2 },
	{ "close-wait", SOCKET_CLOSE_WAIT }, { "last-ack", SOCKET_LAST_ACK }, { "closing", SOCKET_CLOSING },
};

static _Noreturn void refuse(const char *what, struct slice word)
{
	fprintf(stderr, "tests/fake/build: %s: '%.*s'\n", what, (int)word.len, word.ptr ? word.ptr : "");
	abort();
}

static uint64_t number(struct slice *line)
{
	struct slice word = slice_word(line);
	uint64_t value;

	if (!slice_to_u64(word, 10, &value))
		refuse("a number is expected", word);
	return value;
}

/* The key under which `name` stands in a list of names, or UINT32_MAX. */
static uint32_t key_of(const struct name_fact *names, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++)
		if (slice_equal(names[i].name, name))
			return names[i].key;
	return UINT32_MAX;
}

static uint32_t uid_of(struct facts *f, struct slice name)
{
	uint32_t uid = key_of(f->users, f->user_count, name);

	if (uid != UINT32_MAX)
		return uid;
	uid = slice_is(name, "root") ? 0 : 1000 + (uint32_t)f->user_count;
	facts_add_user(f, uid, name);
	return uid;
}

static uint32_t device_of(struct facts *f, struct slice name)
{
	uint32_t index = key_of(f->devices, f->device_count, name);

	if (index != UINT32_MAX)
		return index;
	index = slice_is(name, "lo") ? 1 : 2 + (uint32_t)f->device_count;
	facts_add_device(f, index, name);
	return index;
}

/* "127.0.0.1:3000", "[::1]:3000", "127.0.0.53%lo:53", "[fe80::1%eth0]:3000". */
static void read_endpoint(struct facts *f, struct slice word, struct endpoint *out)
{
	const char *colon = word.len ? memrchr(word.ptr, ':', word.len) : NULL;
	struct slice device, address;
	uint64_t port;

	if (!colon || !slice_to_u64(slice_from(word, (size_t)(colon - word.ptr) + 1), 10, &port))
		refuse("an address:port is expected", word);
	device = (struct slice){ word.ptr, (size_t)(colon - word.ptr) };
	if (slice_starts(device, "[") && slice_ends(device, "]"))
		device = (struct slice){ device.ptr + 1, device.len - 2 };
	address = slice_cut(&device, '%');
	if (endpoint_parse_address(address, out))
		refuse("no address", address);
	out->port = (uint16_t)port;
	if (device.len)
		out->device = device_of(f, device);
}

static void read_socket_state(struct slice word, struct socket_fact *out)
{
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		if (slice_is(word, states[i].name)) {
			out->state = (uint8_t)states[i].state;
			return;
		}
	}
	refuse("no such state", word);
}

static bool has_process(const struct facts *f, int32_t pid)
{
	for (size_t i = 0; i < f->process_count; i++)
		if (f->processes[i].pid == pid)
			return true;
	return false;
}

static struct process_fact named_process(struct facts *f, struct slice *line)
{
	int32_t pid = (int32_t)number(line);
	struct process_fact p = {
		.pid = pid, .ppid = 1, .group = pid, .session = pid, .state = 'S',
		.start_time = (uint64_t)pid * 10,
	};

	p.comm = slice_word(line);
	p.uid = uid_of(f, slice_word(line));
	return p;
}

static void read_holder(struct facts *f, struct slice *line, struct socket_fact *socket)
{
	struct process_fact p = named_process(f, line);

	if (!has_process(f, p.pid))
		facts_add_process(f, &p);
	if (socket->uid == UID_UNKNOWN)
		socket->uid = p.uid;
	facts_add_holder(f, socket->inode, p.pid, 3);
}

/* One word after the endpoint of a socket, with what belongs to it. */
static void read_socket_word(struct facts *f, struct slice word, struct slice *line, struct socket_fact *out)
{
	if (slice_is(word, "cookie"))
		out->cookie = number(line);
	else if (slice_is(word, "inode"))
		out->inode = (uint32_t)number(line);
	else if (slice_is(word, "uid"))
		out->uid = (uint32_t)number(line);
	else if (slice_is(word, "user"))
		out->uid = uid_of(f, slice_word(line));
	else if (slice_is(word, "peer"))
		read_endpoint(f, slice_word(line), &out->remote);
	else if (slice_is(word, "v6only"))
		out->v6only = slice_is(slice_word(line), "yes");
	else if (slice_is(word, "cgroup"))
		out->cgroup_id = number(line);
	else if (slice_is(word, "netns"))
		out->local.netns = (uint32_t)number(line);
	else if (slice_is(word, "drops"))
		out->drops = (uint32_t)number(line);
	else if (slice_is(word, "others"))
		out->others = (uint32_t)number(line);
	else if (slice_is(word, "expires"))
		out->expires_ms = (int32_t)number(line);
	else if (slice_is(word, "queue")) {
		out->queue_length = (uint32_t)number(line);
		out->queue_limit = (uint32_t)number(line);
	} else if (slice_is(word, "by"))
		read_holder(f, line, out);
	else
		refuse("not a word of a socket", word);
}

static void read_socket(struct facts *f, struct slice first, struct slice line)
{
	struct socket_fact *s = facts_add_socket(f);
	struct slice protocol = first;
	bool is_udp;

	if (!slice_is(first, "tcp") && !slice_is(first, "udp")) {
		read_socket_state(first, s);
		protocol = slice_word(&line);
	}
	is_udp = slice_is(protocol, "udp");
	if (!is_udp && !slice_is(protocol, "tcp"))
		refuse("neither a setting, nor a state, nor tcp or udp", protocol);
	if (!s->state)
		s->state = is_udp ? SOCKET_UNCONN : SOCKET_LISTEN;
	read_endpoint(f, slice_word(&line), &s->local);
	s->local.protocol = s->remote.protocol = is_udp ? PROTOCOL_UDP : PROTOCOL_TCP;
	s->remote.family = s->local.family;
	s->cookie = f->socket_count;
	s->inode = s->state == SOCKET_TIME_WAIT ? 0 : 100000 + (uint32_t)f->socket_count;
	for (struct slice word = slice_word(&line); word.len; word = slice_word(&line))
		read_socket_word(f, word, &line, s);
	s->remote.protocol = s->local.protocol;
}

static struct slice arguments_of(struct facts *f, struct slice line)
{
	struct slice text = slice_trim(line);
	char *copy = arena_string(&f->arena, text);

	for (size_t i = 0; i < text.len; i++)
		if (copy[i] == ' ')
			copy[i] = '\0';
	return (struct slice){ copy, text.len ? text.len + 1 : 0 };
}

static void read_process_word(struct facts *f, struct slice word, struct slice *line,
			      struct process_fact *out)
{
	if (slice_is(word, "start"))
		out->start_time = number(line);
	else if (slice_is(word, "since"))
		out->started_wall_ms = (int64_t)number(line);
	else if (slice_is(word, "state"))
		out->state = slice_word(line).ptr[0];
	else if (slice_is(word, "session"))
		out->session = (int32_t)number(line);
	else if (slice_is(word, "group"))
		out->group = (int32_t)number(line);
	else if (slice_is(word, "ties"))
		out->ties = (uint8_t)number(line);
	else if (slice_is(word, "device"))
		out->tty_device = (uint32_t)number(line);
	else if (slice_is(word, "parent"))
		out->ppid = (int32_t)number(line);
	else if (slice_is(word, "cwd"))
		out->cwd = slice_word(line);
	else if (slice_is(word, "exe"))
		out->exe = slice_word(line);
	else if (slice_is(word, "tty"))
		out->tty = slice_word(line);
	else if (slice_is(word, "environment"))
		out->environment = slice_word(line);
	else if (slice_is(word, "cgroup"))
		out->cgroup = slice_word(line);
	else if (slice_is(word, "command")) {
		out->command = arguments_of(f, *line);
		*line = (struct slice){ NULL, 0 };
	} else
		refuse("not a word of a process", word);
}

static void read_process(struct facts *f, struct slice line)
{
	struct process_fact p = named_process(f, &line);

	for (struct slice word = slice_word(&line); word.len; word = slice_word(&line))
		read_process_word(f, word, &line, &p);
	facts_add_process(f, &p);
}

/* ID PATH [COUNT PID NAME] */
/* "container ID NAME IMAGE", and "published ADDRESS:PORT INNER" for the one before. */
static void read_container(struct facts *f, struct slice line)
{
	struct container_fact container = { .id = slice_word(&line) };

	container.name = slice_word(&line);
	container.image = slice_word(&line);
	facts_add_container(f, &container);
}

static void read_published(struct facts *f, struct slice line)
{
	struct container_fact published = f->containers[f->container_count - 1];

	read_endpoint(f, slice_word(&line), &published.published);
	published.published.protocol = PROTOCOL_TCP;
	published.inner_port = (uint16_t)number(&line);
	facts_add_container(f, &published);
}

static void read_netns(struct facts *f, struct slice line)
{
	struct netns_fact netns = { .inode = (uint32_t)number(&line) };
	struct slice name = slice_word(&line);

	if (!slice_is(name, "-"))
		netns.name = name;
	netns.cgroup = slice_word(&line);
	netns.pid = slice_trim(line).len ? (int32_t)number(&line) : 0;
	facts_add_netns(f, &netns);
	f->has_other_netns = true;
}

static void read_cgroup(struct facts *f, struct slice line)
{
	struct cgroup_fact cgroup = { .id = number(&line) };

	cgroup.path = slice_word(&line);
	if (slice_trim(line).len) {
		cgroup.count = (uint32_t)number(&line);
		cgroup.pid = (int32_t)number(&line);
		cgroup.name = slice_word(&line);
	}
	facts_add_cgroup(f, &cgroup);
}

/* PATH USER ROOT BRANCH: a repository. */
static void read_project(struct facts *f, struct slice line)
{
	struct directory_fact directory = { .state = PROJECT_FOUND, .path = slice_word(&line) };

	directory.uid = uid_of(f, slice_word(&line));
	directory.project.root = directory.project.git_root = slice_word(&line);
	directory.project.branch = slice_word(&line);
	facts_add_directory(f, &directory);
}

static void read_gap(struct facts *f, struct slice line)
{
	struct slice what = slice_word(&line);

	for (unsigned kind = 0; kind < GAP_COUNT; kind++) {
		if (slice_is(what, gap_text(kind)->what)) {
			facts_add_gap(f, kind, (uint32_t)number(&line), 0);
			return;
		}
	}
	refuse("no such gap", what);
}

static void read_address(struct facts *f, struct slice text)
{
	struct endpoint e = { 0 };

	if (endpoint_parse_address(text, &e))
		refuse("no such address", text);
	facts_add_address(f, &e);
}

static uint8_t wait_kind(struct slice name)
{
	for (uint8_t kind = 0; kind < WAIT_COUNT; kind++)
		if (slice_is(name, wait_name(kind)))
			return kind;
	refuse("no such wait", name);
}

static int8_t tristate(struct slice word)
{
	if (slice_is(word, "unknown"))
		return TRISTATE_UNKNOWN;
	return slice_is(word, "yes");
}

/* PID INODE yes|no|unknown [adopted] [inheritable yes|no] [kind NAME] [call NAME] [error NUMBER] */
static void read_wait(struct facts *f, struct slice line)
{
	struct wait_fact wait = { .is_inheritable = TRISTATE_UNKNOWN };

	wait.pid = (int32_t)number(&line);
	wait.inode = (uint32_t)number(&line);
	wait.is_waiting = tristate(slice_word(&line));
	for (struct slice word = slice_word(&line); word.len; word = slice_word(&line)) {
		if (slice_is(word, "adopted"))
			wait.is_adopted = true;
		else if (slice_is(word, "inheritable"))
			wait.is_inheritable = tristate(slice_word(&line));
		else if (slice_is(word, "kind"))
			wait.kind = wait_kind(slice_word(&line));
		else if (slice_is(word, "call"))
			wait.call = slice_word(&line);
		else if (slice_is(word, "error"))
			wait.error = (int16_t)number(&line);
		else
			refuse("not a word of a wait", word);
	}
	facts_add_wait(f, &wait);
}

static void read_source(struct facts *f, struct slice name)
{
	static const char *const names[] = { "sock_diag", "procfs", "replay" };    /* enum facts_source */

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (slice_is(name, names[i])) {
			f->source = (uint8_t)i;
			return;
		}
	}
	refuse("no such source", name);
}

static void read_line(struct facts *f, struct slice line)
{
	struct slice first = slice_word(&line);

	if (!first.len)
		return;
	if (slice_is(first, "process"))
		read_process(f, line);
	else if (slice_is(first, "cgroup"))
		read_cgroup(f, line);
	else if (slice_is(first, "container"))
		read_container(f, line);
	else if (slice_is(first, "published"))
		read_published(f, line);
	else if (slice_is(first, "netns"))
		read_netns(f, line);
	else if (slice_is(first, "project"))
		read_project(f, line);
	else if (slice_is(first, "gap"))
		read_gap(f, line);
	else if (slice_is(first, "frozen"))
		facts_add_frozen(f, (int32_t)number(&line));
	else if (slice_is(first, "waits"))
		read_wait(f, line);
	else if (slice_is(first, "address"))
		read_address(f, slice_word(&line));
	else if (slice_is(first, "source"))
		read_source(f, slice_word(&line));
	else if (slice_is(first, "connections"))
		f->has_connections = true;
	else if (slice_is(first, "pending"))
		f->owners_complete = false;
	else if (slice_is(first, "ephemeral")) {
		f->limits.ephemeral_low = (uint16_t)number(&line);
		f->limits.ephemeral_high = (uint16_t)number(&line);
	} else
		read_socket(f, first, line);
}

static void read_scene(struct facts *f, struct slice scene)
{
	while (scene.len)
		read_line(f, slice_cut(&scene, '\n'));
}

struct facts *build_facts(int64_t wall_ms, const char *scene)
{
	struct facts *f = facts_new();

	f->wall_ms = wall_ms;
	f->owners_complete = true;
	f->host = arena_slice(&f->arena, slice_of("devbox"));
	f->limits.self_pid = f->limits.self_uid = 1000;
	f->limits.ephemeral_low = 32768;
	f->limits.ephemeral_high = 60999;
	f->limits.unprivileged_start = 1024;
	read_scene(f, slice_of(scene));
	return f;
}

void build_add(struct facts *f, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	read_scene(f, slice_of(text));
	free(text);
}

const struct snapshot *build_snapshot(int64_t wall_ms, const char *scene)
{
	return snapshot_build(build_facts(wall_ms, scene));
}

const struct listener *build_find(const struct snapshot *s, enum row_kind kind, const char *endpoint)
{
	struct facts *names = facts_new();
	struct slice rest = slice_of(endpoint), word = slice_word(&rest);
	struct row_key key = { .kind = (uint8_t)kind };
	const struct listener *found;
	bool is_udp = slice_is(word, "udp");

	for (size_t i = 0; i < s->facts->device_count; i++)
		facts_add_device(names, s->facts->devices[i].key, s->facts->devices[i].name);
	read_endpoint(names, is_udp || slice_is(word, "tcp") ? slice_word(&rest) : word, &key.endpoint);
	key.endpoint.protocol = is_udp ? PROTOCOL_UDP : PROTOCOL_TCP;
	facts_free(names);
	found = snapshot_find(s, &key);
	if (!found)
		refuse("no such row", slice_of(endpoint));
	return found;
}
