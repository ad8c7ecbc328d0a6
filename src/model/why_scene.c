/* Owns the look at one port: its rows and sockets, who answers at an address, what stands in whose way. The
 * kernel's own lookup, where the probe has it, outweighs what rows tell. Judges nothing. */
#include "model/why_scene.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "model/exposure.h"

enum { LINE_MAX_BYTES = 512 };

static bool has_socket(const struct listener *l, const struct socket_fact *s)
{
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (s->cookie ? l->sockets[i]->cookie == s->cookie : l->sockets[i]->inode == s->inode)
			return true;
	return false;
}

const struct listener *scene_next_row(const struct why_scene *c, size_t *index)
{
	const struct snapshot *s = c->snapshot;

	while (*index < s->listener_count) {
		const struct listener *l = &s->listeners[(*index)++];

		if (l->key.endpoint.netns == c->at.netns && l->key.endpoint.port == c->at.port &&
		    l->key.endpoint.protocol == c->at.protocol && l->key.kind != ROW_CLIENT_LEFTOVER)
			return l;
	}
	return NULL;
}

const struct socket_fact *scene_next_socket(const struct why_scene *c, size_t *index)
{
	const struct facts *f = c->snapshot->facts;

	while (*index < f->socket_count) {
		const struct socket_fact *s = &f->sockets[(*index)++];

		if (s->local.netns == c->at.netns && s->local.port == c->at.port &&
		    s->local.protocol == c->at.protocol)
			return s;
	}
	return NULL;
}

/* A later kernel or a recording may have a state beyond those that there are bits for. */
static bool is_in(const struct socket_fact *s, uint32_t states)
{
	return s->state < 32 && states >> s->state & 1;
}

const struct socket_fact *scene_socket(const struct why_scene *c, uint32_t states)
{
	const struct socket_fact *s;

	for (size_t i = 0; (s = scene_next_socket(c, &i));)
		if (is_in(s, states) && endpoints_meet(&s->local, s->v6only, &c->at, TRISTATE_UNKNOWN))
			return s;
	return NULL;
}

const struct process *scene_holder(const struct why_scene *c, const struct socket_fact *s)
{
	const struct facts *f = c->snapshot->facts;

	for (size_t i = 0; s->inode && i < f->holder_count; i++)
		if (f->holders[i].inode == s->inode)
			return snapshot_process(c->snapshot, f->holders[i].pid);
	return NULL;
}

const struct listener *scene_anywhere(const struct why_scene *c)
{
	return c->server ? c->server : c->other;
}

const struct listener *scene_listener(const struct why_scene *c)
{
	const struct listener *l = scene_anywhere(c);

	return l && endpoints_meet(&l->key.endpoint, l->socket->v6only, &c->at, TRISTATE_UNKNOWN) ? l : NULL;
}

static bool listens(const struct listener *l)
{
	return l->key.kind == ROW_LISTENER;
}

static const struct listener *row_of(const struct why_scene *c, const struct socket_fact *s)
{
	const struct listener *l;

	for (size_t i = 0; (l = scene_next_row(c, &i));)
		if (listens(l) && has_socket(l, s))
			return l;
	return NULL;
}

/* 4 bytes of IPv4, also of a mapped address; NULL for IPv6. */
static const uint8_t *v4_bytes(const struct endpoint *e)
{
	if (e->family == FAMILY_IPV4)
		return e->address;
	return endpoint_is_v4_mapped(e) ? e->address + 12 : NULL;
}

static bool is_same_address(const struct endpoint *a, const struct endpoint *b)
{
	const uint8_t *a4 = v4_bytes(a), *b4 = v4_bytes(b);

	if (a4 || b4)
		return a4 && b4 && !memcmp(a4, b4, 4);
	return !memcmp(a->address, b->address, sizeof a->address);
}

static bool serves(const struct endpoint *e, int8_t v6only, bool is_v4)
{
	if (v4_bytes(e))
		return is_v4;
	return !is_v4 || (endpoint_is_wildcard(e) && v6only != TRISTATE_TRUE);
}

bool endpoints_meet(const struct endpoint *a, int8_t a_v6only, const struct endpoint *b, int8_t b_v6only)
{
	if (!a->family || !b->family)
		return true;
	if (a->device && b->device && a->device != b->device)
		return false;
	for (int is_v4 = 0; is_v4 <= 1; is_v4++)
		if (serves(a, a_v6only, is_v4) && serves(b, b_v6only, is_v4) &&
		    (endpoint_is_wildcard(a) || endpoint_is_wildcard(b) || is_same_address(a, b)))
			return true;
	return false;
}

static bool answers_at(const struct listener *l, const struct endpoint *e)
{
	const struct endpoint *local = &l->key.endpoint;
	bool is_device = local->device && local->device != LOOPBACK_IFINDEX && !endpoint_is_link_local(local);

	return !is_device && serves(local, l->socket->v6only, v4_bytes(e) != NULL) &&
	       (endpoint_is_wildcard(local) || is_same_address(local, e));
}

const struct listener *scene_row_at(const struct why_scene *c, const struct endpoint *e)
{
	const struct listener *l, *found = NULL;

	for (size_t i = 0; (l = scene_next_row(c, &i));)
		if (listens(l) && answers_at(l, e) &&
		    (!found ||
		     (endpoint_is_wildcard(&found->key.endpoint) && !endpoint_is_wildcard(&l->key.endpoint))))
			found = l;
	return found;
}

static const struct listener *answer(const struct why_scene *c, enum probe_target target,
				     const struct listener *by_rows)
{
	const struct probe_lookup *lookup = &c->probe->lookups[target];
	const struct listener *l = lookup->error ? NULL : row_of(c, &lookup->socket);

	if (l || lookup->error == ENOENT)
		return l;
	return by_rows;
}

static bool is_loopback_form(const struct endpoint *e, uint8_t family)
{
	static const uint8_t v4[4] = { 127, 0, 0, 1 }, v6[16] = { [15] = 1 };
	const uint8_t *bytes = v4_bytes(e);

	if (family == FAMILY_IPV4)
		return bytes && (!memcmp(bytes, v4, sizeof v4) || endpoint_is_wildcard(e));
	return !bytes && (!memcmp(e->address, v6, sizeof v6) || endpoint_is_wildcard(e));
}

static const struct listener *find_server(const struct why_scene *c)
{
	bool v6_first = c->probe->localhost_count && c->probe->localhost[0] == FAMILY_IPV6;

	if (!c->at.family)
		return (v6_first && c->v6) || !c->v4 ? c->v6 : c->v4;
	if (is_loopback_form(&c->at, FAMILY_IPV4))
		return c->v4;
	if (is_loopback_form(&c->at, FAMILY_IPV6))
		return c->v6;
	return answer(c, TARGET_GIVEN, scene_row_at(c, &c->at));
}

static const struct listener *find_other(const struct why_scene *c)
{
	const struct listener *l;

	for (size_t i = 0; (l = scene_next_row(c, &i));)
		if (listens(l))
			return l;
	return NULL;
}

void scene_init(struct why_scene *c, const struct snapshot *s, const struct probe *probe,
		const struct endpoint *at)
{
	*c = (struct why_scene){ .snapshot = s, .probe = probe, .at = *at };
	if (!at->netns) {
		c->v4 = answer(c, TARGET_V4, exposure_reached(s, at->protocol, FAMILY_IPV4, at->port));
		c->v6 = answer(c, TARGET_V6, exposure_reached(s, at->protocol, FAMILY_IPV6, at->port));
	}
	c->server = at->netns ? scene_row_at(c, at) : find_server(c);
	c->other = c->server ? NULL : find_other(c);
}

int8_t scene_is_local(const struct why_scene *c, const struct endpoint *e)
{
	const struct probe *p = c->probe;
	const uint8_t *v4 = v4_bytes(e);

	if (endpoint_is_wildcard(e))
		return TRISTATE_TRUE;
	for (uint32_t i = 0; i < p->address_count; i++)
		if (is_same_address(&p->addresses[i], e) ||
		    (v4 && v4[0] == 127 && p->addresses[i].device == LOOPBACK_IFINDEX &&
		     p->addresses[i].family == FAMILY_IPV4 && p->addresses[i].address[0] == 127))
			return TRISTATE_TRUE;
	return p->knows_addresses ? TRISTATE_FALSE : TRISTATE_UNKNOWN;
}

static int first_form(const struct why_scene *c)
{
	return c->at.family ? FORM_GIVEN : 0;
}

bool scene_was_tried(const struct why_scene *c)
{
	return c->probe->binds[first_form(c)].plain != PROBE_UNTRIED;
}

bool scene_was_refused(const struct why_scene *c, int error)
{
	int end = c->at.family ? FORM_COUNT : FORM_GIVEN;

	for (int form = first_form(c); form < end; form++)
		if (c->probe->binds[form].plain == error)
			return true;
	return false;
}

int scene_reuse_error(const struct why_scene *c)
{
	int end = c->at.family ? FORM_COUNT : FORM_GIVEN, result = PROBE_UNTRIED;

	for (int form = first_form(c); form < end; form++) {
		const struct bind_trial *t = &c->probe->binds[form];

		if (t->plain == EADDRINUSE && t->reuse != PROBE_UNTRIED && result != 0)
			result = t->reuse;
	}
	return result;
}

void scene_add_asked(struct buf *out, const struct why_scene *c)
{
	if (c->at.family)
		scene_add_endpoint(out, c, &c->at);
	else
		buf_printf(out, "%sport %u", c->at.protocol == PROTOCOL_UDP ? "UDP " : "", c->at.port);
}

void scene_add_endpoint(struct buf *out, const struct why_scene *c, const struct endpoint *e)
{
	const struct facts *f = c->snapshot->facts;
	struct buf device = { 0 };

	for (size_t i = 0; i < f->device_count; i++)
		if (f->devices[i].key == e->device)
			buf_add_slice(&device, f->devices[i].name);
	endpoint_add(out, e, device.len ? buf_string(&device) : NULL);
	buf_done(&device);
}

void scene_add_process(struct buf *out, const struct process *p)
{
	buf_printf(out, "%s %d (%s)", p->name, (int)p->fact->pid, p->user);
}

static void add_unseen(struct buf *out, const struct listener *l)
{
	const struct owner *o = &l->owner;
	const char *user = l->user ? l->user : "an unknown user";
	const char *guess = o->container ? o->container : o->unit ? o->unit : o->name;

	if (o->certainty == OWNER_INFERRED && guess)
		buf_printf(out, "probably %s", guess);
	else if (o->certainty >= OWNER_INFERRED)
		buf_printf(out, "a hidden process of %s", user);
	else
		buf_printf(out, "no process that is seen (a socket of %s)", user);
}

void scene_add_owner(struct buf *out, const struct listener *l)
{
	const struct holder *eldest = listener_eldest(l);

	if (eldest)
		scene_add_process(out, eldest->process);
	else
		add_unseen(out, l);
	if (l->holder_count > 1)
		buf_printf(out, " and %u more", l->holder_count - 1);
}

void scene_add_seconds(struct buf *out, int32_t ms)
{
	buf_printf(out, "%lld s", ms < 0 ? 0 : ((long long)ms + 999) / 1000);
}

void draft_line(struct why_draft *d, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	for (char *c = line; *c; c++)
		if (*c == '\n')
			*c = ' ';
	buf_add_string(&d->evidence, line);
	buf_add_char(&d->evidence, '\n');
}
