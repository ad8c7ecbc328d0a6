/* Owns the kernel's choice: which listener takes a packet when several could. A socket that is bound to the
 * very address comes before any wildcard; among equals the score of compute_score() decides (net/ipv4:
 * inet_hashtables.c, udp.c): bound to the device, then IPv4 before IPv6. Each question is a few binary
 * searches for the rows that could answer it. Knows nothing of NAT, nor in which order sockets began to
 * listen, by which the kernel chooses among SO_REUSEPORT sockets of one address: a lookup tells that. */
#include "model/exposure.h"
#include "model/snapshot.h"

enum { FORMS_MAX = 3 };

/* The addresses under which a listener may stand that takes packets to one address. */
struct forms {
	struct endpoint exact[FORMS_MAX];
	struct endpoint wildcard[FORMS_MAX];
	size_t exact_count, wildcard_count;
};

#define MAPPED(a, b, c, d) { [10] = 0xff, 0xff, a, b, c, d }

static const struct forms to_loopback_v4 = {
	.exact = {
		{ .family = FAMILY_IPV4, .address = { 127, 0, 0, 1 } },
		{ .family = FAMILY_IPV6, .address = MAPPED(127, 0, 0, 1) },
	},
	.wildcard = {
		{ .family = FAMILY_IPV4 },
		{ .family = FAMILY_IPV6 },
		{ .family = FAMILY_IPV6, .address = MAPPED(0, 0, 0, 0) },
	},
	.exact_count = 2, .wildcard_count = 3,
};

static const struct forms to_loopback_v6 = {
	.exact = { { .family = FAMILY_IPV6, .address = { [15] = 1 } } },
	.wildcard = { { .family = FAMILY_IPV6 } },
	.exact_count = 1, .wildcard_count = 1,
};

/* What is not known (/proc/net does not tell) is taken as the kernel's default: dual-stack. */
static bool takes_v4(const struct listener *l)
{
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (l->sockets[i]->v6only != TRISTATE_TRUE)
			return true;
	return false;
}

/* TCP counts a device 1, UDP 4: there a device outweighs the family. */
static int score(const struct endpoint *e)
{
	int device = e->protocol == PROTOCOL_UDP ? 4 : 1;

	return (e->device ? device : 0) + (e->family == FAMILY_IPV4);
}

static const struct listener *row_at(const struct snapshot *s, const struct endpoint *form,
				     const struct endpoint *like, uint32_t device)
{
	struct row_key key = {
		.endpoint = *form, .kind = ROW_LISTENER, .machine = s->facts->machine,
	};

	key.endpoint.protocol = like->protocol;
	key.endpoint.port = like->port;
	key.endpoint.device = device;
	key.endpoint.netns = like->netns;
	return snapshot_find(s, &key);
}

static const struct listener *better(const struct listener *found, const struct listener *l, bool is_v4)
{
	if (!l || (is_v4 && l->key.endpoint.family == FAMILY_IPV6 && !takes_v4(l)))
		return found;
	return !found || score(&l->key.endpoint) > score(&found->key.endpoint) ? l : found;
}

/* Forms come in the kernel's order of preference, so that the first of equals wins. */
static const struct listener *best(const struct snapshot *s, const struct endpoint *forms, size_t count,
				   const struct endpoint *like, bool is_v4)
{
	const struct listener *found = NULL;

	for (size_t i = 0; i < count; i++) {
		found = better(found, row_at(s, &forms[i], like, 0), is_v4);
		if (like->device)
			found = better(found, row_at(s, &forms[i], like, like->device), is_v4);
	}
	return found;
}

static const struct listener *choose(const struct snapshot *s, const struct forms *forms,
				     const struct endpoint *like, bool is_v4)
{
	const struct listener *exact = best(s, forms->exact, forms->exact_count, like, is_v4);

	return exact ? exact : best(s, forms->wildcard, forms->wildcard_count, like, is_v4);
}

const struct listener *exposure_reached(const struct snapshot *s, uint8_t protocol, uint8_t family,
					uint16_t port)
{
	struct endpoint like = { .protocol = protocol, .port = port, .device = LOOPBACK_IFINDEX };
	bool is_v4 = family == FAMILY_IPV4;

	return choose(s, is_v4 ? &to_loopback_v4 : &to_loopback_v6, &like, is_v4);
}

const struct listener *exposure_accepted(const struct snapshot *s, const struct endpoint *local)
{
	bool is_mapped = endpoint_is_v4_mapped(local);
	struct forms forms = {
		.exact = { *local },
		.wildcard = {
			{ .family = local->family },
			{ .family = FAMILY_IPV6, .address = MAPPED(0, 0, 0, 0) },
		},
		.exact_count = 1,
		.wildcard_count = is_mapped ? 2 : 1,
	};

	return choose(s, &forms, local, is_mapped);
}
