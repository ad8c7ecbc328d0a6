/* Owns the conventions by which systemd and the container engines name their cgroup directories. Knows no
 * process, and asks nobody: neither whether the unit exists nor whether it has Restart= set. */
#include "model/cgroup.h"

#include <string.h>
#include "model/facts.h"

enum { ID_LEN = 64, SHORT_ID_LEN = 12, POD_LEN = 36, POD_HASH_LEN = 32 };

static const struct unit_suffix {
	const char *suffix;
	enum unit_kind kind;
} unit_suffixes[] = {
	{ ".service", UNIT_SERVICE }, { ".socket", UNIT_SOCKET }, { ".scope", UNIT_SCOPE },
	{ ".mount", UNIT_OTHER }, { ".swap", UNIT_OTHER },
};

static const struct engine {
	const char *name, *stop; /* stop: NULL = no command that is surely right */
} engines[] = {
	[CONTAINER_NONE] = { NULL, NULL },
	[CONTAINER_DOCKER] = { "docker", "docker stop " },
	[CONTAINER_PODMAN] = { "podman", "podman stop " },
	[CONTAINER_CONTAINERD] = { "containerd", NULL },
	[CONTAINER_CRIO] = { "cri-o", "crictl stop " },
	[CONTAINER_LXC] = { "lxc", NULL },
	[CONTAINER_NSPAWN] = { "nspawn", "machinectl poweroff " },
	[CONTAINER_QEMU] = { "qemu", NULL },
	[CONTAINER_OTHER] = { "container", NULL },
};

/* A directory name that an engine gives: prefix, id or name, suffix. The first that fits counts. */
static const struct scope {
	const char *prefix, *suffix;
	enum container_engine engine;
	bool is_named;           /* any name; else an id */
} scopes[] = {
	{ "docker-", ".scope", CONTAINER_DOCKER, false },
	{ "libpod-", ".scope", CONTAINER_PODMAN, false },
	{ "libpod-conmon-", ".scope", CONTAINER_PODMAN, false },
	{ "libpod-payload-", "", CONTAINER_PODMAN, false },
	{ "libpod-", "", CONTAINER_PODMAN, false },
	{ "cri-containerd-", ".scope", CONTAINER_CONTAINERD, false },
	{ "nerdctl-", ".scope", CONTAINER_CONTAINERD, false },
	{ "crio-", ".scope", CONTAINER_CRIO, false },
	{ "crio-conmon-", ".scope", CONTAINER_CRIO, false },
	{ "lxc.payload.", "", CONTAINER_LXC, true },
	{ "lxc.monitor.", "", CONTAINER_LXC, true },
	{ "systemd-nspawn@", ".service", CONTAINER_NSPAWN, true },
	{ "machine-qemu\\x2d", ".scope", CONTAINER_QEMU, true },
	{ "machine-lxc\\x2d", ".scope", CONTAINER_LXC, true },
	{ "machine-", ".scope", CONTAINER_NSPAWN, true },
};

/* With the cgroupfs driver the id has a directory of its own, below one of these. */
static const struct parent {
	const char *name;
	enum container_engine engine;
	bool is_named;
} parents[] = {
	{ "docker", CONTAINER_DOCKER, false },
	{ "actions_job", CONTAINER_DOCKER, false },    /* GitHub's runner gives docker this parent */
	{ "ecs", CONTAINER_DOCKER, false },
	{ "libpod_parent", CONTAINER_PODMAN, false },
	{ "kubepods", CONTAINER_CONTAINERD, false },
	{ "lxc", CONTAINER_LXC, true },
};

static bool is_hex(struct slice text, size_t len)
{
	if (text.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return true;
}

/* A UUID, with underscores where systemd would read dashes as folders; a static pod has the hash of its file
 * instead. */
static bool is_pod_uid(struct slice text)
{
	if (text.len != POD_LEN)
		return is_hex(text, POD_HASH_LEN);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '-' && text.ptr[i] != '_' && !is_hex((struct slice){ &text.ptr[i], 1 }, 1))
			return false;
	return true;
}

static bool next_part(struct slice *path, struct slice *part)
{
	while (path->len) {
		*part = slice_cut(path, '/');
		if (part->len)
			return true;
	}
	return false;
}

static struct slice without_ends(struct slice text, const char *prefix, const char *suffix)
{
	size_t ends = strlen(prefix) + strlen(suffix);

	if (text.len <= ends || !slice_starts(text, prefix) || !slice_ends(text, suffix))
		return (struct slice){ 0 };
	text = slice_from(text, strlen(prefix));
	text.len -= strlen(suffix);
	return text;
}

/* systemd puts an underscore before a name that would collide with the kernel's own files (cg_escape). */
static struct slice unescape(struct slice part)
{
	return slice_from(part, slice_starts(part, "_"));
}

static enum unit_kind unit_kind(struct slice part)
{
	for (size_t i = 0; i < sizeof unit_suffixes / sizeof *unit_suffixes; i++)
		if (part.len > strlen(unit_suffixes[i].suffix) && slice_ends(part, unit_suffixes[i].suffix))
			return unit_suffixes[i].kind;
	return UNIT_NONE;
}

/* The first part that is no slice, when it is a unit: what stands below it is the unit's own business. */
static enum unit_kind next_unit(struct slice *path, struct slice *unit)
{
	struct slice part;
	enum unit_kind kind;

	while (next_part(path, &part)) {
		part = unescape(part);
		if (slice_ends(part, ".slice"))
			continue;
		kind = unit_kind(part);
		if (kind)
			*unit = part;
		return kind;
	}
	return UNIT_NONE;
}

/* "user@1000.service": another systemd, with units of its own below. What belongs to none of them is not that
 * service's either: to stop it would end the whole session. */
static bool is_user_manager(struct slice unit, uint32_t *uid)
{
	uint64_t number;

	if (!slice_to_u64(without_ends(unit, "user@", ".service"), 10, &number) || number >= UID_UNKNOWN)
		return false;
	*uid = (uint32_t)number;
	return true;
}

static void find_unit(struct slice path, struct cgroup *out)
{
	struct slice inner;
	uint32_t uid;
	enum unit_kind kind;

	out->kind = (uint8_t)next_unit(&path, &out->unit);
	if (!out->kind || !is_user_manager(out->unit, &uid))
		return;
	kind = next_unit(&path, &inner);
	out->kind = UNIT_OTHER;
	if (!kind)
		return;
	out->unit = inner;
	out->kind = (uint8_t)kind;
	out->manager_uid = uid;
}

static bool match_scope(struct slice part, struct cgroup *out)
{
	for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
		struct slice id = without_ends(part, scopes[i].prefix, scopes[i].suffix);

		if (!id.len || (!scopes[i].is_named && !is_hex(id, ID_LEN)))
			continue;
		out->container = id;
		out->engine = (uint8_t)scopes[i].engine;
		return true;
	}
	return false;
}

/* "kubepods-burstable-pod<uid>.slice" (with _ for -), "pod<uid>", and both with ":cri-containerd:<id>"
 * behind. */
static void find_pod(struct slice part, struct cgroup *out)
{
	static const char mark[] = "pod";

	part = slice_cut(&part, ':');
	if (slice_ends(part, ".slice"))
		part.len -= strlen(".slice");
	for (; part.len > sizeof mark; part = slice_from(part, 1)) {
		struct slice uid = slice_from(part, sizeof mark - 1);

		if (slice_starts(part, mark) && is_pod_uid(uid)) {
			out->pod = uid;
			return;
		}
	}
}

/* "kubepods-besteffort-pod<uid>.slice:cri-containerd:<id>": the systemd spelling, given to the cgroupfs
 * driver. */
static bool match_colons(struct slice part, struct cgroup *out)
{
	struct slice runtime;

	slice_cut(&part, ':');
	runtime = slice_cut(&part, ':');
	if (!is_hex(part, ID_LEN))
		return false;
	out->container = part;
	out->engine = slice_is(runtime, "cri-containerd") ? CONTAINER_CONTAINERD :
		      slice_is(runtime, "nerdctl") ? CONTAINER_CONTAINERD :
		      slice_is(runtime, "crio") ? CONTAINER_CRIO :
		      slice_is(runtime, "docker") ? CONTAINER_DOCKER : CONTAINER_OTHER;
	return true;
}

static const struct parent *find_parent(struct slice part)
{
	for (size_t i = 0; i < sizeof parents / sizeof *parents; i++)
		if (slice_is(part, parents[i].name))
			return &parents[i];
	return NULL;
}

static void find_container(struct slice path, struct cgroup *out)
{
	const struct parent *parent = NULL;
	struct slice part;

	while (next_part(&path, &part)) {
		if (slice_starts(part, "kubepods") || slice_starts(part, "pod"))
			find_pod(part, out);
		if (match_scope(part, out) || match_colons(part, out))
			return;
		if (is_hex(part, ID_LEN) || (parent && parent->is_named)) {
			out->container = part;
			out->engine = parent ? (uint8_t)parent->engine : CONTAINER_OTHER;
			return;
		}
		if (find_parent(part))
			parent = find_parent(part);
	}
}

bool cgroup_parse(struct slice path, struct cgroup *out)
{
	struct cgroup c = { .manager_uid = UID_UNKNOWN };

	find_unit(path, &c);
	find_container(path, &c);
	if (!c.kind && !c.engine)
		return false;
	c.may_restart = c.kind == UNIT_SERVICE || c.kind == UNIT_SOCKET || c.engine;
	*out = c;
	return true;
}

const char *container_engine_name(enum container_engine engine)
{
	return engines[engine].name;
}

struct slice cgroup_short_container(const struct cgroup *c)
{
	struct slice id = c->container;

	if (is_hex(id, ID_LEN))
		id.len = SHORT_ID_LEN;
	return id;
}

static bool is_plain(struct slice word)
{
	static const char plain[] = "@:._-";

	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !(c && strchr(plain, c)))
			return false;
	}
	return true;
}

/* systemd escapes in unit names with a backslash, which a shell would take away. A name with a quote of its
 * own, or with anything that cannot be shown as it is, gets no command: what is shown would not be what is
 * meant. */
static bool add_word(struct buf *out, const char *command, struct slice word)
{
	bool is_bare = is_plain(word);

	if (slice_starts(word, "-"))
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (word.ptr[i] < ' ' || word.ptr[i] > '~' || word.ptr[i] == '\'')
			return false;
	buf_add_string(out, command);
	buf_add_string(out, is_bare ? "" : "'");
	buf_add_slice(out, word);
	buf_add_string(out, is_bare ? "" : "'");
	return true;
}

/* A container in a service may be one that the service runs (podman's quadlets), and comes back unless the
 * service is stopped; or one of many below the engine's own service (docker, containerd). */
static bool is_ended_by_unit(const struct cgroup *c)
{
	bool is_many = c->engine && c->engine != CONTAINER_PODMAN && c->engine != CONTAINER_NSPAWN;

	return (c->kind == UNIT_SERVICE || c->kind == UNIT_SOCKET) && !is_many;
}

bool cgroup_add_stop(struct buf *out, const struct cgroup *c)
{
	const char *stop = engines[c->engine].stop;
	bool is_users = c->manager_uid != UID_UNKNOWN;

	if (is_ended_by_unit(c))
		return add_word(out, is_users ? "systemctl --user stop " : "systemctl stop ", c->unit);
	return stop && add_word(out, stop, cgroup_short_container(c));
}
