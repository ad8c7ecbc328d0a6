/* Owns the written forms of "where it is bound" and what each of them takes in. Refuses to resolve names:
 * localhost is the only one it knows. */
#include "model/place.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static struct slice without_brackets(struct slice text)
{
	if (slice_starts(text, "[") && slice_ends(text, "]"))
		return (struct slice){ text.ptr + 1, text.len - 2 };
	return text;
}

static bool is_named(struct slice text, const char *name)
{
	return text.len == strlen(name) && !strncasecmp(text.ptr, name, text.len);
}

static int parse_address(struct slice text, struct place *out)
{
	struct slice device = without_brackets(text);
	struct slice address = slice_cut(&device, '%');

	if (device.len && memchr(device.ptr, ':', device.len))
		return -EINVAL;                  /* the kernel allows no colon in a device's name: a port */
	out->device = device;
	if (is_named(address, "localhost"))
		out->kind = PLACE_LOCALHOST;
	else if (slice_is(address, "*"))
		out->kind = PLACE_WILDCARD;
	else
		out->kind = PLACE_ADDRESS;
	return out->kind == PLACE_ADDRESS ? endpoint_parse_address(address, &out->address) : 0;
}

/* "::1" is an address, so what stands behind a last colon is a port only where the whole is none. */
static int parse_with_port(struct slice text, struct place *out)
{
	const char *colon = text.len ? memrchr(text.ptr, ':', text.len) : NULL;
	struct slice address = text;

	if (!colon || endpoint_parse_port(slice_from(text, (size_t)(colon - text.ptr)), &out->port))
		return -EINVAL;
	address.len = (size_t)(colon - text.ptr);
	out->kind = PLACE_ANY;
	return address.len ? parse_address(address, out) : 0;
}

/* Of a URL, as programs print it, the part that says where. */
static struct slice without_url(struct slice text)
{
	static const char ends[] = { '/', '?', '#' };
	const char *behind = text.len ? memmem(text.ptr, text.len, "://", 3) : NULL;

	if (!behind)
		return text;
	text = slice_from(text, (size_t)(behind + 3 - text.ptr));
	for (size_t i = 0; i < sizeof ends; i++) {
		struct slice rest = text;

		text = slice_cut(&rest, ends[i]);
	}
	return text;
}

int place_parse(struct slice text, struct place *out)
{
	struct place place = { .kind = PLACE_ANY };
	struct slice where = without_url(text);

	if (parse_address(where, &place) && parse_with_port(where, &place))
		return -EINVAL;
	*out = place;
	return 0;
}

/* An IPv4-mapped socket serves IPv4: to its user it stands at the IPv4 address. */
static struct endpoint unmapped(const struct endpoint *e)
{
	struct endpoint v4 = { .family = FAMILY_IPV4 };

	if (!endpoint_is_v4_mapped(e))
		return *e;
	memcpy(v4.address, e->address + 12, 4);
	return v4;
}

static bool is_same_address(const struct endpoint *a, const struct endpoint *b)
{
	return a->family == b->family && !memcmp(a->address, b->address, sizeof a->address);
}

static bool is_at_localhost(const struct endpoint *e)
{
	static const struct endpoint v4 = { .family = FAMILY_IPV4, .address = { 127, 0, 0, 1 } };
	static const struct endpoint v6 = { .family = FAMILY_IPV6, .address = { [15] = 1 } };
	struct endpoint plain = unmapped(e);

	return endpoint_is_wildcard(e) || is_same_address(&plain, &v4) || is_same_address(&plain, &v6);
}

static bool is_at(const struct place *p, const struct endpoint *e)
{
	struct endpoint plain = unmapped(e);

	switch (p->kind) {
	case PLACE_ANY:
		return true;
	case PLACE_LOCALHOST:
		return is_at_localhost(e);
	case PLACE_WILDCARD:
		return endpoint_is_wildcard(e);
	case PLACE_ADDRESS:
		break;
	}
	return is_same_address(e, &p->address) || is_same_address(&plain, &p->address);
}

bool place_has_port(const struct listener *l, uint64_t low, uint64_t high)
{
	uint16_t port = l->key.endpoint.port;

	if (port >= low && port <= high)
		return true;
	if (l->key.kind != ROW_CLIENT_LEFTOVER)
		return false;
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (l->sockets[i]->local.port >= low && l->sockets[i]->local.port <= high)
			return true;
	return false;
}

bool place_match(const struct place *p, const struct listener *l)
{
	if (p->device.len && !(l->device && is_named(p->device, l->device)))
		return false;
	if (p->port && !place_has_port(l, p->port, p->port))
		return false;
	return is_at(p, &l->key.endpoint);
}

static bool answers_for(const struct listener *l, uint8_t family)
{
	bool is_v4 = l->key.endpoint.family == FAMILY_IPV4 || endpoint_is_v4_mapped(&l->key.endpoint);

	return is_v4 ? family == FAMILY_IPV4 : family == FAMILY_IPV6 || l->socket->v6only == TRISTATE_FALSE;
}

static bool has_port(const struct place *p, const struct listener *l)
{
	return !p->port || place_has_port(l, p->port, p->port);
}

bool place_is_served(const struct place *p, const struct listener *l)
{
	return place_match(p, l) ||
	       (p->kind == PLACE_ADDRESS && has_port(p, l) && endpoint_is_wildcard(&l->key.endpoint) &&
		answers_for(l, p->address.family));
}

bool place_is_taken(const struct place *p, const struct listener *l)
{
	bool is_both = p->kind == PLACE_WILDCARD;         /* also "::", which is both by default (ipv6(7)) */

	if (p->kind == PLACE_ADDRESS && endpoint_is_wildcard(&p->address)) {
		is_both = p->address.family == FAMILY_IPV6;
		if (has_port(p, l) && answers_for(l, p->address.family))
			return true;
	}
	return place_is_served(p, l) || (is_both && has_port(p, l));
}
