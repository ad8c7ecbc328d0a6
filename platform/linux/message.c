/* Splits netlink datagrams into messages and messages into attributes. Knows no socket and no family:
 * what a payload means is sockdiag.c's business. */
#include "platform/linux/message.h"
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

/* Cuts `len` bytes and their padding off *rest; the last item may lack its padding. */
static struct slice take(struct slice *rest, size_t header, size_t len)
{
	struct slice body = {rest->ptr + header, len - header};

	*rest = slice_from(*rest, (len + NLMSG_ALIGNTO - 1) & ~(size_t)(NLMSG_ALIGNTO - 1));
	return body;
}

int message_next(struct slice *datagram, struct message *out)
{
	struct nlmsghdr header;

	if (datagram->len == 0)
		return 0;
	if (datagram->len < sizeof header)
		return -EBADMSG;
	memcpy(&header, datagram->ptr, sizeof header);
	if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram->len)
		return -EBADMSG;
	*out = (struct message){.type = header.nlmsg_type, .flags = header.nlmsg_flags,
				.sequence = header.nlmsg_seq};
	out->payload = take(datagram, sizeof header, header.nlmsg_len);
	return 1;
}

int message_error(const struct message *m)
{
	int32_t error;

	if (m->payload.len < sizeof error)
		return m->type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&error, m->payload.ptr, sizeof error);
	if (error >= 0)
		return 0;
	return error < -4095 ? -EBADMSG : error;
}

int attribute_next(struct slice *attributes, struct attribute *out)
{
	struct nlattr header;

	if (attributes->len == 0)
		return 0;
	if (attributes->len < sizeof header)
		return -EBADMSG;
	memcpy(&header, attributes->ptr, sizeof header);
	if (header.nla_len < sizeof header || header.nla_len > attributes->len)
		return -EBADMSG;
	out->type = header.nla_type & NLA_TYPE_MASK;
	out->value = take(attributes, sizeof header, header.nla_len);
	return 1;
}
