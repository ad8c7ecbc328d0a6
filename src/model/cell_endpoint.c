/* Owns the columns about where a socket listens: machine, address, port, namespace, device, and whom that
 * lets in. Values are what the snapshot knows; formats are for the eye and may say it shorter. Refuses to
 * know processes. */
#include "model/cell.h"

#include <string.h>

static bool is_folded_client(const struct row *row)
{
	return row->listener->key.kind == ROW_CLIENT_LEFTOVER;
}

static bool has_hosts(const struct snapshot *s)
{
	for (size_t i = 0; i < s->host_count; i++)
		if (s->hosts[i].snapshot)
			return true;
	return false;
}

static struct value host_of(const struct row *row)
{
	const struct host *host = row->listener->host;

	return host ? value_of_text(host->name) : value_null();
}

/* A row of many client ports has no port of its own: it shows the one that they were connected to. */
static struct value port_of(const struct row *row)
{
	return is_folded_client(row) ? value_null() : value_of_number(row->listener->key.endpoint.port);
}

static void add_port(struct buf *out, const struct row *row)
{
	if (is_folded_client(row))
		buf_add_char(out, '>');
	buf_add_number(out, row->listener->key.endpoint.port);
}

int cell_key_compare(const struct row *a, const struct row *b)
{
	return row_key_compare(&a->listener->key, &b->listener->key);
}

static struct value peer_of(const struct row *row)
{
	return is_folded_client(row) ? value_of_number(row->listener->key.endpoint.port) : value_null();
}

static struct value address_of(const struct row *row)
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

static void add_address(struct buf *out, const struct row *row)
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

static int compare_addresses(const struct row *a, const struct row *b)
{
	const struct endpoint *left = &a->listener->key.endpoint, *right = &b->listener->key.endpoint;

	if (left->family != right->family)
		return left->family - right->family;
	return memcmp(left->address, right->address, sizeof left->address);
}

static bool has_other_netns(const struct snapshot *s)
{
	bool has = s->facts->has_other_netns;

	for (size_t i = 0; i < s->host_count && !has; i++)
		has = s->hosts[i].snapshot && has_other_netns(s->hosts[i].snapshot);
	return has;
}

static struct value netns_of(const struct row *row)
{
	return value_of_text(row->listener->netns ? row->listener->netns->label : NULL);
}

static struct value protocol_of(const struct row *row)
{
	return value_of_text(protocol_name(row->listener->key.endpoint.protocol));
}

static struct value family_of(const struct row *row)
{
	return value_of_text(family_name(row->listener->key.endpoint.family));
}

static struct value range_of(const struct row *row)
{
	return value_of_text(port_range_name(row->listener->range));
}

static int compare_ranges(const struct row *a, const struct row *b)
{
	return a->listener->range - b->listener->range;
}

static struct value exposure_name_of(const struct row *row)
{
	return value_of_text(exposure_name(row->listener->exposure));
}

static int compare_exposures(const struct row *a, const struct row *b)
{
	return a->listener->exposure - b->listener->exposure;
}

static struct value device_of(const struct row *row)
{
	return value_of_text(row->listener->device);
}

static struct value ephemeral_of(const struct row *row)
{
	return value_of_bool(row->listener->is_ephemeral);
}

static struct value v6only_of(const struct row *row)
{
	const struct listener *l = row->listener;
	bool is_known = l->key.endpoint.family == FAMILY_IPV6 && l->socket->v6only != TRISTATE_UNKNOWN;

	return is_known ? value_of_bool(l->socket->v6only == TRISTATE_TRUE) : value_null();
}

const struct column cell_endpoint_columns[] = {
	{
		"host", "HOST", .json = "host", .place = 20, WIDTH(6, 10, 24), .is_wished = has_hosts,
		.help = "the machine that it listens on, where there are several",
		.more = "It comes with --from.",
		.value = host_of,
	}, {
		"port", "PORT", .json = "port", .place = 30, WIDTH(4, 5, 6), .is_right = true,
		.help = "local port; >8000 stands for all client ports that were connected to port 8000",
		.value = port_of, .format = add_port, .compare = cell_key_compare,
	}, {
		"address", "ADDRESS", .json = "address", .place = 40, WIDTH(9, 9, 46), .priority = 2,
		.help = "local address; 0.0.0.0 is any IPv4, * any IPv4 or IPv6, \":: v6only\" any IPv6, "
			":: any IPv6 and perhaps IPv4; with %lo on that device only",
		.value = address_of, .format = add_address, .compare = compare_addresses,
	}, {
		"netns", "NETNS", .place = 50, WIDTH(6, 12, 32), .is_wished = has_other_netns,
		.help = "the other network namespace that it listens in: its name, its container, or its "
			"number",
		.more = "It comes with --all-netns; - is this one.",
		.value = netns_of,
	}, {
		"protocol", "PROTO", .json = "protocol", .place = 60, WIDTH(5, 5, 5), .priority = 12,
		.help = "tcp or udp",
		.value = protocol_of,
	}, {
		"family", "FAMILY", .json = "family", .place = 70, WIDTH(6, 6, 6), NOT_BY_DEFAULT,
		.help = "ipv4 or ipv6",
		.value = family_of,
	}, {
		"range", "RANGE", .json = "range", .place = 90, WIDTH(10, 10, 10), .priority = 3,
		.help = "IANA: well-known (0-1023), registered (1024-49151), dynamic (49152-65535)",
		.value = range_of, .compare = compare_ranges,
	}, {
		"exposure", "EXPOSURE", .json = "exposure", .place = 200, WIDTH(8, 8, 8), .priority = 14,
		.help = "loopback: this machine only; wildcard: the network, too; lan: not by loopback",
		.value = exposure_name_of, .compare = compare_exposures,
	}, {
		"device", "DEVICE", .json = "device", .place = 210, WIDTH(6, 8, 16), NOT_BY_DEFAULT,
		.help = "the network device it is bound to",
		.value = device_of,
	}, {
		"ephemeral", "EPHEMERAL", .json = "ephemeral", .place = 250, WIDTH(9, 9, 9), NOT_BY_DEFAULT,
		.help = "whether this kernel may give the port to any outgoing connection",
		.value = ephemeral_of,
	}, {
		"v6only", "V6ONLY", .json = "v6only", .place = 260, WIDTH(6, 6, 6), NOT_BY_DEFAULT,
		.help = "whether an IPv6 socket refuses IPv4",
		.value = v6only_of,
	}, {
		"peer", "PEER", .json = "peer_port", .place = 280, WIDTH(5, 5, 5), .is_right = true,
		NOT_BY_DEFAULT,
		.help = "the server's port, in a row of client ports",
		.value = peer_of,
	}, { 0 },
};
