/* Owns the caches of names. Knows sockets and processes only by the numbers that they carry. */
#include "platform/linux/names.h"
#include <netinet/in.h>
#include <fcntl.h>
#include <net/if.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/array.h"
#include "base/fatal.h"
#include "platform/linux/procfs.h"
#include "platform/linux/services.h"

enum { REFRESH_EVERY = 60, PASSWD_BYTES = 16 * 1024, ANCESTORS_MAX = 64, HOST_BYTES = 256,
       SERVICES_BYTES = 256 * 1024, SERVICE_NAME = 64 };

struct name {
	uint32_t key;
	char *text;                  /* owned; NULL = has no name */
};

struct name_table {                  /* zeroed = empty */
	struct name *items;          /* owned */
	size_t count, cap;
	struct map by_key;           /* key -> index */
	struct map added;            /* keys that are in the facts already */
};

struct port_set {                    /* one bit for each port */
	uint64_t words[65536 / 64];
};

struct names {
	struct name_table users, devices, services;
	struct port_set tcp_seen, udp_seen;  /* local ports of this scan */
	struct kernel_limits limits;
	char host[HOST_BYTES];
	int32_t ancestors[ANCESTORS_MAX];
	size_t ancestor_count;
	uint64_t uses;
	int proc;                    /* borrowed */
};

static void clear(struct name_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->items[i].text);
	t->count = 0;
	map_clear(&t->by_key);
}

static void done(struct name_table *t)
{
	clear(t);
	free(t->items);
	map_done(&t->by_key);
	map_done(&t->added);
}

static void put(struct name_table *t, uint32_t key, const char *text)
{
	if (map_has(&t->by_key, key))
		return;
	map_put(&t->by_key, key, t->count);
	ARRAY_PUSH(t->items, t->count, t->cap) = (struct name){key, text ? fatal_strdup(text) : NULL};
}

static const char *get(const struct name_table *t, uint32_t key)
{
	uint64_t index;

	return map_get(&t->by_key, key, &index) ? t->items[index].text : NULL;
}

static uint32_t service_key(uint8_t protocol, uint16_t port)
{
	return (uint32_t)protocol << 16 | port;
}

static void read_services(struct name_table *t)
{
	char *bytes = fatal_alloc(SERVICES_BYTES);
	int error;
	struct slice text = procfs_read(AT_FDCWD, "/etc/services", bytes, SERVICES_BYTES, &error);
	struct service s;
	char name[SERVICE_NAME];

	while (!error && services_next(&text, &s)) {
		if (s.name.len >= sizeof name)
			continue;
		memcpy(name, s.name.ptr, s.name.len);
		name[s.name.len] = 0;
		put(t, service_key(s.protocol, s.port), name);
	}
	free(bytes);
}

static uint64_t read_number(int proc, const char *path, uint64_t fallback, uint64_t *second)
{
	char bytes[64];
	int error;
	struct slice text = procfs_read(proc, path, bytes, sizeof bytes, &error);
	uint64_t first;

	if (error || !slice_to_u64(slice_word(&text), 10, &first) || first > UINT16_MAX)
		return fallback;
	if (second && (!slice_to_u64(slice_word(&text), 10, second) || *second > UINT16_MAX))
		return fallback;
	return first;
}

static void read_limits(struct names *n)
{
	uint64_t low, high = 0;

	low = read_number(n->proc, "sys/net/ipv4/ip_local_port_range", 0, &high);
	n->limits.ephemeral_low = (uint16_t)low;
	n->limits.ephemeral_high = low ? (uint16_t)high : 0;
	n->limits.unprivileged_start = (uint16_t)read_number(
		n->proc, "sys/net/ipv4/ip_unprivileged_port_start", IPPORT_RESERVED, NULL);
	n->limits.self_pid = (uint32_t)getpid();
	n->limits.self_uid = geteuid();
}

static int32_t parent_of(int proc, int32_t pid)
{
	char path[PROCFS_PATH], bytes[1024];
	struct proc_stat stat;
	int error;
	struct slice text;

	procfs_path(path, pid, 0, "stat");
	text = procfs_read(proc, path, bytes, sizeof bytes, &error);
	return error || procfs_parse_stat(text, &stat) ? 0 : stat.ppid;
}

static void read_ancestors(struct names *n)
{
	n->ancestor_count = 0;
	for (int32_t pid = getpid(); pid > 0 && n->ancestor_count < ANCESTORS_MAX;
	     pid = parent_of(n->proc, pid))
		n->ancestors[n->ancestor_count++] = pid;
}

/* What may change while lotop runs, but seldom does. */
static void refresh(struct names *n)
{
	clear(&n->devices);
	put(&n->devices, if_nametoindex("lo"), "lo");     /* what the model measures loopback by */
	read_limits(n);
	read_ancestors(n);
	if (gethostname(n->host, sizeof n->host))
		n->host[0] = 0;
	n->host[sizeof n->host - 1] = 0;
}

struct names *names_new(int proc)
{
	struct names *n = fatal_calloc(1, sizeof *n);

	n->proc = proc;
	read_services(&n->services);
	return n;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	done(&n->users);
	done(&n->devices);
	done(&n->services);
	free(n);
}

static const char *user_name(struct names *n, uint32_t uid)
{
	char bytes[PASSWD_BYTES];
	struct passwd entry, *found = NULL;

	if (!map_has(&n->users.by_key, uid)) {
		getpwuid_r(uid, &entry, bytes, sizeof bytes, &found);
		put(&n->users, uid, found ? found->pw_name : NULL);
	}
	return get(&n->users, uid);
}

static const char *device_name(struct names *n, uint32_t index)
{
	char name[IF_NAMESIZE];

	if (!map_has(&n->devices.by_key, index))
		put(&n->devices, index, if_indextoname(index, name));
	return get(&n->devices, index);
}

/* True the first time in this scan. */
static bool is_first(struct name_table *t, uint32_t key)
{
	if (map_has(&t->added, key))
		return false;
	map_put(&t->added, key, 0);
	return true;
}

static void add_user(struct names *n, struct facts *facts, uint32_t uid)
{
	const char *name;

	if (uid != UID_UNKNOWN && is_first(&n->users, uid) && (name = user_name(n, uid)))
		facts_add_user(facts, uid, slice_of(name));
}

static void add_device(struct names *n, struct facts *facts, uint32_t index)
{
	const char *name;

	if (index && is_first(&n->devices, index) && (name = device_name(n, index)))
		facts_add_device(facts, index, slice_of(name));
}

static bool is_first_port(struct port_set *set, uint16_t port)
{
	uint64_t bit = (uint64_t)1 << port % 64, *word = &set->words[port / 64];
	bool is_new = !(*word & bit);

	*word |= bit;
	return is_new;
}

static void add_service(struct names *n, struct facts *facts, uint8_t protocol, uint16_t port)
{
	const char *name;

	if (!is_first_port(protocol == PROTOCOL_UDP ? &n->udp_seen : &n->tcp_seen, port))
		return;
	name = get(&n->services, service_key(protocol, port));
	if (name)
		facts_add_service(facts, protocol, port, slice_of(name));
}

static void add_owner(struct names *n, struct facts *facts, uint32_t uid, uint32_t *last)
{
	if (uid != *last)            /* most rows have the owner of the row before: spare the map */
		add_user(n, facts, uid);
	*last = uid;
}

void names_add(struct names *n, struct facts *facts)
{
	uint32_t last = UID_UNKNOWN;

	if (n->uses++ % REFRESH_EVERY == 0)
		refresh(n);
	map_clear(&n->users.added);
	map_clear(&n->devices.added);
	n->tcp_seen = n->udp_seen = (struct port_set){{0}};
	for (size_t i = 0; i < facts->socket_count; i++) {
		const struct socket_fact *s = &facts->sockets[i];

		add_owner(n, facts, s->uid, &last);
		add_device(n, facts, s->local.device);
		add_service(n, facts, s->local.protocol, s->local.port);
	}
	for (size_t i = 0; i < facts->process_count; i++)
		add_owner(n, facts, facts->processes[i].uid, &last);
	for (size_t i = 0; i < n->devices.count; i++)
		add_device(n, facts, n->devices.items[i].key);
	for (size_t i = 0; i < n->ancestor_count; i++)
		facts_add_ancestor(facts, n->ancestors[i]);
	facts->limits = n->limits;
	facts->host = arena_slice(&facts->arena, slice_of(n->host));
}
