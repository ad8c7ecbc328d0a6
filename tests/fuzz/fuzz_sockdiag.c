/* A netlink datagram as the kernel sends it: messages, attributes, socket facts. Whatever the bytes are, a
 * decoded fact is one that the model may get. */
#include <stdint.h>
#include <stdlib.h>
#include "platform/linux/message.h"
#include "platform/linux/sockdiag.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void decode(struct slice payload, uint8_t protocol)
{
	struct socket_fact s;

	if (sockdiag_decode(payload, protocol, &s))
		return;
	if (s.local.family != FAMILY_IPV4 && s.local.family != FAMILY_IPV6)
		abort();
	if (s.expires_ms < EXPIRES_UNKNOWN || (!s.inode && s.uid != UID_UNKNOWN) ||
	    (s.local.family == FAMILY_IPV4 && s.v6only != TRISTATE_UNKNOWN))
		abort();
	if (protocol == PROTOCOL_UDP && s.state == SOCKET_BOUND && payload.ptr[1] != SOCKET_BOUND)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice datagram = {(const char *)bytes, len};
	struct message m;
	size_t taken = 0;

	while (message_next(&datagram, &m) > 0) {
		int error = message_error(&m);

		if (error > 0 || m.payload.len > len)
			abort();
		decode(m.payload, PROTOCOL_TCP);
		decode(m.payload, PROTOCOL_UDP);
		if (++taken > len)
			abort();             /* each message takes bytes: the walk ends */
	}
	return 0;
}
