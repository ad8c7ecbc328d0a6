/* Owns the cells about a socket itself: address, port, state, queues, when it is free. Values are what the
 * snapshot knows; formats are for the eye and may say it shorter. Refuses to know processes and widths. */
#include "model/cell.h"

#include <string.h>
#include "model/expect.h"
#include "model/note.h"

static bool is_folded_client(const struct row *row)
{
	return row->listener->key.kind == ROW_CLIENT_LEFTOVER;
}

struct value cell_none(const struct row *row)
{
	(void)row;
	return value_null();
}

void cell_sign_add(struct buf *out, const struct row *row)
{
	buf_add_char(out, note_sign(row));
}

int cell_weight_compare(const struct row *a, const struct row *b)
{
	return (int)note_weight(a) - (int)note_weight(b);
}

struct value cell_host(const struct row *row)
{
	const struct host *host = row->listener->host;

	return host ? value_of_text(host->name) : value_null();
}

/* A row of many client ports has no port of its own: it shows the one that they were connected to. */
struct value cell_port(const struct row *row)
{
	return is_folded_client(row) ? value_null() : value_of_number(row->listener->key.endpoint.port);
}

void cell_port_add(struct buf *out, const struct row *row)
{
	if (is_folded_client(row))
		buf_add_char(out, '>');
	buf_add_number(out, row->listener->key.endpoint.port);
}

int cell_key_compare(const struct row *a, const struct row *b)
{
	return row_key_compare(&a->listener->key, &b->listener->key);
}

struct value cell_peer(const struct row *row)
{
	return is_folded_client(row) ? value_of_number(row->listener->key.endpoint.port) : value_null();
}

struct value cell_address(const struct row *row)
{
	return value_of_text(row->address);
}

/* The two wildcards of IPv6 differ in whether IPv4 gets in, so they must not look alike; "*" is how ss(8)
 * writes the one that takes both. NULL: no such wildcard, or not known which. */
static const char *wildcard_name(const struct listener *l)
{
	const struct endpoint *e = &l->key.endpoint;

	if (e->family != FAMILY_IPV6 || !endpoint_is_wildcard(e) || endpoint_is_v4_mapped(e))
		return NULL;
	switch (l->socket->v6only) {
	case TRISTATE_TRUE:
		return ":: v6only";
	case TRISTATE_FALSE:
		return "*";
	default:
		return NULL;
	}
}

/* It is part of a link-local address already; and a loopback address is reached through lo only. */
static bool is_device_clear(const struct listener *l)
{
	const struct endpoint *e = &l->key.endpoint;

	return endpoint_is_link_local(e) || (endpoint_is_loopback(e) && !strcmp(l->device, "lo"));
}

void cell_address_add(struct buf *out, const struct row *row)
{
	const struct listener *l = row->listener;
	const char *wildcard = wildcard_name(l);

	if (wildcard)
		buf_add_string(out, wildcard);
	else
		endpoint_add_address(out, &l->key.endpoint, l->device);
	if (l->device && !is_device_clear(l))
		buf_printf(out, "%%%s", l->device);
}

int cell_address_compare(const struct row *a, const struct row *b)
{
	const struct endpoint *left = &a->listener->key.endpoint, *right = &b->listener->key.endpoint;

	if (left->family != right->family)
		return left->family - right->family;
	return memcmp(left->address, right->address, sizeof left->address);
}

struct value cell_netns(const struct row *row)
{
	return value_of_text(row->listener->netns ? row->listener->netns->label : NULL);
}

struct value cell_protocol(const struct row *row)
{
	return value_of_text(protocol_name(row->listener->key.endpoint.protocol));
}

struct value cell_family(const struct row *row)
{
	return value_of_text(family_name(row->listener->key.endpoint.family));
}

struct value cell_state(const struct row *row)
{
	return value_of_text(socket_state_name(row->listener->socket->state));
}

/* Next to LISTEN, "UDP" says more than the UNCONN that it is. */
void cell_state_add(struct buf *out, const struct row *row)
{
	uint8_t state = row->listener->socket->state;

	buf_add_string(out, state == SOCKET_UNCONN ? "UDP" : socket_state_name(state));
}

struct value cell_range(const struct row *row)
{
	return value_of_text(port_range_name(row->listener->range));
}

int cell_range_compare(const struct row *a, const struct row *b)
{
	return a->listener->range - b->listener->range;
}

/* A second port of whatever runs. */
static bool is_debugger(const char *service)
{
	return service && slice_ends(slice_of(service), "-debug");
}

/* Some node on the port of loki is no loki, but a development server ("dev-http") or what it calls itself. */
static bool may_be(const char *service, const struct process *p)
{
	return service && (slice_starts(slice_of(service), "dev-") || !strcmp(service, p->name));
}

/* What is known of the process outweighs what the number of the port usually means. */
const char *cell_service_name(const struct row *row)
{
	const struct holder *eldest = listener_eldest(row->listener);
	const char *runs = eldest ? eldest->process->runtime : NULL, *service = row->listener->service;

	if (row->expected)
		return row->expected->name;
	if (runs && !is_debugger(service) &&
	    !(eldest->process->is_plain_runtime && may_be(service, eldest->process)))
		return runs;
	return service;
}

struct value cell_service(const struct row *row)
{
	return value_of_text(cell_service_name(row));
}

struct value cell_clients(const struct row *row)
{
	return row->listener->clients < 0 ? value_null() : value_of_number(row->listener->clients);
}

struct value cell_queue(const struct row *row)
{
	const struct listener *l = row->listener;

	return l->socket->state == SOCKET_LISTEN ? value_of_number(l->queue_length) : value_null();
}

void cell_queue_add(struct buf *out, const struct row *row)
{
	const struct listener *l = row->listener;

	value_add(out, cell_queue(row));
	if (l->queue_limit != QUEUE_UNKNOWN)
		buf_printf(out, "/%u", l->queue_limit);
}

struct value cell_exposure(const struct row *row)
{
	return value_of_text(exposure_name(row->listener->exposure));
}

int cell_exposure_compare(const struct row *a, const struct row *b)
{
	return a->listener->exposure - b->listener->exposure;
}

struct value cell_device(const struct row *row)
{
	return value_of_text(row->listener->device);
}

struct value cell_inode(const struct row *row)
{
	return row->listener->socket->inode ? value_of_number(row->listener->socket->inode) : value_null();
}

/* Counted up from 1 per boot (sock_gen_cookie, net/core/sock_diag.c): never near the 2^53 at which readers of
 * JSON begin to round. */
struct value cell_cookie(const struct row *row)
{
	uint64_t cookie = row->listener->socket->cookie;

	return cookie ? value_of_number((int64_t)cookie) : value_null();
}

struct value cell_uid(const struct row *row)
{
	uint32_t uid = row->listener->socket->uid;

	return uid == UID_UNKNOWN ? value_null() : value_of_number(uid);
}

struct value cell_ephemeral(const struct row *row)
{
	return value_of_bool(row->listener->is_ephemeral);
}

struct value cell_v6only(const struct row *row)
{
	const struct listener *l = row->listener;
	bool is_known = l->key.endpoint.family == FAMILY_IPV6 && l->socket->v6only != TRISTATE_UNKNOWN;

	return is_known ? value_of_bool(l->socket->v6only == TRISTATE_TRUE) : value_null();
}

struct value cell_sockets(const struct row *row)
{
	return value_of_number(row->listener->socket_count);
}

struct value cell_expires(const struct row *row)
{
	return row->listener->expires_ms < 0 ? value_null() : value_of_number(row->listener->expires_ms);
}

void cell_expires_add(struct buf *out, const struct row *row)
{
	value_add_duration(out, cell_expires(row));
}
