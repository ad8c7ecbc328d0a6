/* Owns how an endpoint stands in a recording: in numbers and as its address is written everywhere, so that
 * the machine that reads it may be another. */
#include "platform/replay/fields.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include "base/buf.h"
#include "model/endpoint.h"

json_t *endpoint_to_json(const struct endpoint *e)
{
	char address[INET6_ADDRSTRLEN] = "";
	json_t *array = json_sure(json_array());

	inet_ntop(e->family == FAMILY_IPV6 ? AF_INET6 : AF_INET, e->address, address, sizeof address);
	json_array_append_new(array, json_sure(json_string(protocol_name(e->protocol))));
	json_array_append_new(array, json_sure(json_string(address)));
	json_array_append_new(array, json_sure(json_integer(e->port)));
	if (e->device || e->netns)
		json_array_append_new(array, json_sure(json_integer(e->device)));
	if (e->netns)
		json_array_append_new(array, json_sure(json_integer(e->netns)));
	return array;
}

static int protocol_from_json(const json_t *json, uint8_t *out)
{
	static const uint8_t known[] = { PROTOCOL_TCP, PROTOCOL_UDP };

	for (size_t i = 0; json_is_string(json) && i < sizeof known; i++)
		if (!strcmp(json_string_value(json), protocol_name(known[i]))) {
			*out = known[i];
			return 0;
		}
	return -EINVAL;
}

static int ip_from_json(const json_t *json, struct endpoint *out)
{
	const char *text = json_string_value(json);      /* NULL when it is no string */

	if (!text)
		return -EINVAL;
	out->family = strchr(text, ':') ? FAMILY_IPV6 : FAMILY_IPV4;
	if (inet_pton(out->family == FAMILY_IPV6 ? AF_INET6 : AF_INET, text, out->address) != 1)
		return -EINVAL;
	return 0;
}

static int bounded_from_json(const json_t *json, json_int_t max, json_int_t *out)
{
	if (!json_is_integer(json) || json_integer_value(json) < 0 || json_integer_value(json) > max)
		return -EINVAL;
	*out = json_integer_value(json);
	return 0;
}

int endpoint_from_json(const json_t *array, struct endpoint *out)
{
	const json_t *device = json_array_get(array, 3), *netns = json_array_get(array, 4);
	struct endpoint e = { 0 };
	json_int_t port, index = 0, inode = 0;

	if (protocol_from_json(json_array_get(array, 0), &e.protocol) ||
	    ip_from_json(json_array_get(array, 1), &e) ||
	    bounded_from_json(json_array_get(array, 2), UINT16_MAX, &port) ||
	    (device && bounded_from_json(device, UINT32_MAX, &index)) ||
	    (netns && bounded_from_json(netns, UINT32_MAX, &inode)))
		return -EINVAL;
	e.port = (uint16_t)port;
	e.device = (uint32_t)index;
	e.netns = (uint32_t)inode;
	*out = e;
	return 0;
}

json_t *address_to_json(const struct endpoint *e)
{
	struct buf text = { 0 };
	json_t *json;

	endpoint_add_address(&text, e, NULL);
	json = json_sure(json_string(buf_string(&text)));
	buf_done(&text);
	return json;
}

int address_from_json(const json_t *json, struct endpoint *out)
{
	*out = (struct endpoint){ 0 };
	if (!json_is_string(json))
		return -EINVAL;
	return endpoint_parse_address((struct slice){ json_string_value(json), json_string_length(json) }, out);
}
