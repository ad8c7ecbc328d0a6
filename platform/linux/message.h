/* The grammar of netlink datagrams: bytes in, values out, no I/O. Every length is checked before it is used.
 * Source: netlink(7). */
#ifndef PLATFORM_LINUX_MESSAGE_H
#define PLATFORM_LINUX_MESSAGE_H

#include <stdint.h>
#include "base/slice.h"

struct message {
	uint16_t type, flags;        /* NLMSG_*, NLM_F_* */
	uint32_t sequence;
	struct slice payload;        /* borrowed from the datagram */
};

struct attribute {
	uint16_t type;               /* without the NESTED and BYTEORDER flags */
	struct slice value;          /* borrowed */
};

/* Takes the next message off *datagram. 1 = got one, 0 = no more, -EBADMSG = the rest makes no sense. */
int message_next(struct slice *datagram, struct message *out);
/* What NLMSG_ERROR and NLMSG_DONE carry: 0 or -errno; -EBADMSG when an error is too short to say which. */
int message_error(const struct message *m);
/* The same walk over the attributes behind a message's fixed part. */
int attribute_next(struct slice *attributes, struct attribute *out);

#endif
