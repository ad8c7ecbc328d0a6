/* Owns the format of /etc/services. It is read here and not by getservent(3), which first looks for
 * libnss_db.so in every folder that could hold it: 90 system calls before the first frame. */
#include "platform/linux/services.h"

static bool parse_line(struct slice line, struct service *out)
{
	struct slice text = slice_cut(&line, '#'), name = slice_word(&text), protocol = slice_word(&text);
	struct slice port = slice_cut(&protocol, '/');
	uint64_t number;

	if (!name.len || !slice_to_u64(port, 10, &number) || number > UINT16_MAX)
		return false;
	*out = (struct service){name, (uint16_t)number, 0};
	if (slice_is(protocol, "tcp"))
		out->protocol = PROTOCOL_TCP;
	else if (slice_is(protocol, "udp"))
		out->protocol = PROTOCOL_UDP;
	return out->protocol;
}

bool services_next(struct slice *text, struct service *out)
{
	struct service found;

	while (text->len)
		if (parse_line(slice_cut(text, '\n'), &found)) {
			*out = found;
			return true;
		}
	return false;
}
