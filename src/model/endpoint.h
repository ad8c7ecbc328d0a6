/* Protocol + address + port + device, within a network namespace: where a socket is bound. A plain value: compare
 * with endpoint_compare/endpoint_equal, never with == on the text. 127.0.0.1 of another namespace is as far away
 * as another machine's.
 * Source: RFC 4291 (IPv4-mapped, scoped addresses), RFC 3986 3.2.2 (brackets). */
#ifndef MODEL_ENDPOINT_H
#define MODEL_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"

enum protocol { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };        /* IPPROTO_* */
enum family { FAMILY_IPV4 = 4, FAMILY_IPV6 = 6 };

struct endpoint {
	uint8_t protocol;      /* enum protocol */
	uint8_t family;        /* enum family */
	uint16_t port;         /* host byte order */
	uint32_t device;       /* interface index it is bound to (SO_BINDTODEVICE, scope); 0 = any */
	uint8_t address[16];   /* network byte order; IPv4 uses the first four, the rest is zero */
	uint32_t netns;        /* inode of its network namespace (ns(7)); 0 = the one that is looked from */
};

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);
/* By namespace, then port, family, address, protocol, device: the natural order of the table. */
int endpoint_compare(const struct endpoint *a, const struct endpoint *b);

bool endpoint_is_loopback(const struct endpoint *e);   /* 127.0.0.0/8, ::1, ::ffff:127.0.0.0/104 */
bool endpoint_is_wildcard(const struct endpoint *e);   /* 0.0.0.0, ::, ::ffff:0.0.0.0 */
bool endpoint_is_v4_mapped(const struct endpoint *e);  /* ::ffff:0:0/96 */
bool endpoint_is_link_local(const struct endpoint *e); /* fe80::/10: meaningless without its device */

const char *protocol_name(uint8_t protocol);           /* "tcp", "udp" */
const char *family_name(uint8_t family);               /* "ipv4", "ipv6" */

/* "127.0.0.1", "::1", "fe80::1%eth0"; `device` is the safe name of the interface or NULL.
 * %device is written for link-local addresses only (RFC 4007). */
void endpoint_add_address(struct buf *out, const struct endpoint *e, const char *device);
/* "127.0.0.1:3000", "[::1]:3000", "[fe80::1%eth0]:3000": what one copies and pastes. */
void endpoint_add(struct buf *out, const struct endpoint *e, const char *device);
/* "http://localhost:3000"-like: a wildcard becomes the loopback of its family, port 443/8443 https. */
void endpoint_add_url(struct buf *out, const struct endpoint *e, const char *device);

/* An address alone, either family. 0 or -EINVAL. Sets family and address only. */
int endpoint_parse_address(struct slice text, struct endpoint *out);
/* A port alone ("3000", ":3000"), 1..65535. 0 or -EINVAL. */
int endpoint_parse_port(struct slice text, uint16_t *out);

#endif
