/* Owns the way from a number to the name that is shown, with what stands there when the system knows none.
 * Names come from /etc and from whoever may name a network device: they are sanitised here. */
#include "model/names.h"

#include "base/text.h"
#include "model/container.h"
#include "model/exposure.h"
#include "model/ports.h"

static void add_all(struct names *n, struct map *map, const struct name_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].name.len)
			map_put(map, facts[i].key, (uintptr_t)text_sanitize(n->arena, facts[i].name));
}

void names_init(struct names *n, struct arena *arena, const struct facts *facts)
{
	*n = (struct names){ .arena = arena, .facts = facts };
	add_all(n, &n->users, facts->users, facts->user_count);
	add_all(n, &n->devices, facts->devices, facts->device_count);
	add_all(n, &n->services, facts->services, facts->service_count);
}

void names_done(struct names *n)
{
	map_done(&n->users);
	map_done(&n->devices);
	map_done(&n->services);
	map_done(&n->namespaces);
}

static const char *find(const struct map *map, uint32_t key)
{
	uint64_t name;

	return map_get(map, key, &name) ? (const char *)(uintptr_t)name : NULL;
}

/* Its name, or `prefix` and the number itself. */
static const char *name_or_number(struct names *n, struct map *map, const char *prefix, uint32_t key)
{
	const char *name = find(map, key);
	struct buf number = { 0 };

	if (name)
		return name;
	buf_add_string(&number, prefix);
	buf_add_number(&number, key);
	name = arena_string(n->arena, buf_slice(&number));
	buf_done(&number);
	map_put(map, key, (uintptr_t)name);
	return name;
}

const char *names_user(struct names *n, uint32_t uid)
{
	return uid == UID_UNKNOWN ? NULL : name_or_number(n, &n->users, "", uid);
}

const char *names_device(struct names *n, uint32_t ifindex)
{
	return ifindex ? name_or_number(n, &n->devices, "if", ifindex) : NULL;
}

const char *names_foreign_device(struct names *n, uint32_t ifindex)
{
	struct map unnamed = { 0 };
	const char *name;

	if (ifindex <= LOOPBACK_IFINDEX)
		return ifindex ? "lo" : NULL;
	name = name_or_number(n, &unnamed, "if", ifindex);
	map_done(&unnamed);
	return name;
}

/* What the system calls a well-known port is what everybody does; above, developers know better. */
const char *names_service(const struct names *n, uint8_t protocol, uint16_t port)
{
	const char *development = port_development_service(protocol, port);

	return development ? development : find(&n->services, (uint32_t)protocol << 16 | port);
}

static const struct netns_fact *find_netns(const struct facts *facts, uint32_t inode)
{
	static const struct netns_fact unnamed = { 0 };

	for (size_t i = 0; i < facts->namespace_count; i++)
		if (facts->namespaces[i].inode == inode)
			return &facts->namespaces[i];
	return &unnamed;
}

const struct netns *names_netns(struct names *n, uint32_t inode)
{
	struct netns_fact fact;
	struct netns *netns;
	uint64_t made;

	if (!inode)
		return NULL;
	if (map_get(&n->namespaces, inode, &made))
		return (const struct netns *)(uintptr_t)made;
	fact = *find_netns(n->facts, inode);
	fact.inode = inode;
	netns = arena_alloc(n->arena, sizeof *netns);
	*netns = netns_make(n->arena, arena_copy(n->arena, &fact, sizeof fact), n->facts);
	map_put(&n->namespaces, inode, (uintptr_t)netns);
	return netns;
}

const struct publication *names_publication(struct names *n, const struct endpoint *local)
{
	const struct container_fact *behind = container_behind(n->facts, local);
	struct publication *p;
	struct slice label;

	if (!behind)
		return NULL;
	label = behind->name.len ? behind->name : container_short_id(behind->id);
	p = arena_alloc(n->arena, sizeof *p);
	*p = (struct publication){ behind, text_sanitize(n->arena, label) };
	return p;
}
