/* Lines of /proc/net/{tcp,tcp6,udp,udp6} and the counters of sockstat. */
#include <stdint.h>
#include <stdlib.h>
#include "platform/linux/procnet.h"
#include "platform/linux/sockstat.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void parse(struct slice line, uint8_t protocol, uint8_t family)
{
	struct socket_fact s;

	if (procnet_parse(line, protocol, family, &s))
		return;
	if (s.local.family != family || s.remote.protocol != protocol || s.expires_ms < EXPIRES_UNKNOWN ||
	    (!s.inode && s.uid != UID_UNKNOWN) || s.cookie)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice text = {(const char *)bytes, len};
	uint64_t value;

	sockstat_parse(text, "TCP:", "inuse", &value);
	sockstat_parse(text, "TCP6:", "inuse", &value);
	while (text.len) {
		struct slice line = slice_cut(&text, '\n');

		parse(line, PROTOCOL_TCP, FAMILY_IPV4);
		parse(line, PROTOCOL_TCP, FAMILY_IPV6);
		parse(line, PROTOCOL_UDP, FAMILY_IPV4);
		parse(line, PROTOCOL_UDP, FAMILY_IPV6);
	}
	return 0;
}
