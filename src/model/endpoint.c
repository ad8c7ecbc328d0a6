/* Owns how an address and a port are read, written and compared. Texts follow RFC 5952 (inet_ntop),
 * RFC 3986 for brackets, RFC 4007 for %device and RFC 6874 for its form in a URL.
 * Refuses to know names: neither hosts nor interfaces are looked up here. */
#include "model/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };
static const uint8_t zeroes[16];
static const uint8_t loopback_v6[16] = { [15] = 1 };

/* The four bytes of an IPv4 address, also of one inside IPv6; NULL for any other. */
static const uint8_t *v4_part(const struct endpoint *e)
{
	if (e->family == FAMILY_IPV4)
		return e->address;
	return endpoint_is_v4_mapped(e) ? e->address + sizeof mapped_prefix : NULL;
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return !endpoint_compare(a, b);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int endpoint_compare(const struct endpoint *a, const struct endpoint *b)
{
	int order = compare_numbers(a->netns, b->netns);

	if (!order)
		order = compare_numbers(a->port, b->port);
	if (!order)
		order = compare_numbers(a->family, b->family);
	if (!order)
		order = memcmp(a->address, b->address, sizeof a->address);
	if (!order)
		order = compare_numbers(a->protocol, b->protocol);
	return order ? order : compare_numbers(a->device, b->device);
}

bool endpoint_is_loopback(const struct endpoint *e)
{
	const uint8_t *v4 = v4_part(e);

	return v4 ? v4[0] == 127 : !memcmp(e->address, loopback_v6, sizeof loopback_v6);
}

bool endpoint_is_wildcard(const struct endpoint *e)
{
	const uint8_t *v4 = v4_part(e);

	return v4 ? !memcmp(v4, zeroes, 4) : !memcmp(e->address, zeroes, sizeof zeroes);
}

bool endpoint_is_v4_mapped(const struct endpoint *e)
{
	return e->family == FAMILY_IPV6 && !memcmp(e->address, mapped_prefix, sizeof mapped_prefix);
}

bool endpoint_is_link_local(const struct endpoint *e)
{
	return e->family == FAMILY_IPV6 && e->address[0] == 0xfe && (e->address[1] & 0xc0) == 0x80;
}

const char *protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP: return "tcp";
	case PROTOCOL_UDP: return "udp";
	default: return "?";
	}
}

const char *family_name(uint8_t family)
{
	switch (family) {
	case FAMILY_IPV4: return "ipv4";
	case FAMILY_IPV6: return "ipv6";
	default: return "?";
	}
}

static void add_v4(struct buf *out, const uint8_t address[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			buf_add_char(out, '.');
		buf_add_number(out, address[i]);
	}
}

static void add_v6(struct buf *out, const struct endpoint *e, const char *percent, const char *device)
{
	char text[INET6_ADDRSTRLEN];

	buf_add_string(out, inet_ntop(AF_INET6, e->address, text, sizeof text));
	if (device && endpoint_is_link_local(e)) {
		buf_add_string(out, percent);
		buf_add_string(out, device);
	}
}

void endpoint_add_address(struct buf *out, const struct endpoint *e, const char *device)
{
	if (e->family == FAMILY_IPV6)
		add_v6(out, e, "%", device);
	else
		add_v4(out, e->address);
}

static void add_port(struct buf *out, const struct endpoint *e)
{
	buf_add_char(out, ':');
	buf_add_number(out, e->port);
}

static void add_bracketed(struct buf *out, const struct endpoint *e, const char *percent, const char *device)
{
	buf_add_char(out, '[');
	add_v6(out, e, percent, device);
	buf_add_char(out, ']');
}

void endpoint_add(struct buf *out, const struct endpoint *e, const char *device)
{
	if (e->family == FAMILY_IPV6)
		add_bracketed(out, e, "%", device);
	else
		add_v4(out, e->address);
	add_port(out, e);
}

static bool is_localhost_v4(const uint8_t v4[4])
{
	static const uint8_t localhost[4] = { 127, 0, 0, 1 };

	return !memcmp(v4, localhost, sizeof localhost) || !memcmp(v4, zeroes, sizeof localhost);
}

/* A client that connects to 0.0.0.0 or :: reaches its own machine on Linux only: name the loopback. */
static void add_url_host(struct buf *out, const struct endpoint *e, const char *device)
{
	const uint8_t *v4 = v4_part(e);

	if (v4 && is_localhost_v4(v4))
		buf_add_string(out, "localhost");
	else if (v4)
		add_v4(out, v4);
	else if (endpoint_is_wildcard(e))
		buf_add_string(out, "[::1]");
	else
		add_bracketed(out, e, "%25", device);
}

void endpoint_add_url(struct buf *out, const struct endpoint *e, const char *device)
{
	buf_add_string(out, e->port == 443 || e->port == 8443 ? "https://" : "http://");
	add_url_host(out, e, device);
	add_port(out, e);
}

int endpoint_parse_address(struct slice text, struct endpoint *out)
{
	char string[INET6_ADDRSTRLEN] = { 0 };
	uint8_t address[16] = { 0 };
	uint8_t family;

	if (!text.len || text.len >= sizeof string || memchr(text.ptr, 0, text.len))
		return -EINVAL;
	memcpy(string, text.ptr, text.len);
	if (inet_pton(AF_INET, string, address) == 1)
		family = FAMILY_IPV4;
	else if (inet_pton(AF_INET6, string, address) == 1)
		family = FAMILY_IPV6;
	else
		return -EINVAL;
	out->family = family;
	memcpy(out->address, address, sizeof address);
	return 0;
}

int endpoint_parse_port(struct slice text, uint16_t *out)
{
	uint64_t port;

	if (slice_starts(text, ":"))
		text = slice_from(text, 1);
	if (!slice_to_u64(text, 10, &port) || port < 1 || port > UINT16_MAX)
		return -EINVAL;
	*out = (uint16_t)port;
	return 0;
}
