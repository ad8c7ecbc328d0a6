/* Addresses, ports, places of a filter and Base64, each parser on the same bytes. What was understood is
 * written and understood again, the same. */
#include <stdint.h>
#include <stdlib.h>
#include "base/base64.h"
#include "model/endpoint.h"
#include "model/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void check_address(struct slice text)
{
	struct endpoint e = { .protocol = PROTOCOL_TCP }, again = e;
	struct buf written = { 0 };

	if (endpoint_parse_address(text, &e))
		return;
	demand(e.family == FAMILY_IPV4 || e.family == FAMILY_IPV6);
	endpoint_add_address(&written, &e, NULL);
	demand(!endpoint_parse_address(slice_of(buf_string(&written)), &again));
	demand(endpoint_equal(&e, &again));
	buf_done(&written);
}

static void check_base64(struct slice text)
{
	struct buf decoded = { 0 }, encoded = { 0 };

	if (base64_decode(&decoded, text)) {
		base64_encode(&encoded, buf_slice(&decoded));
		demand(slice_equal(buf_slice(&encoded), text));
	}
	buf_done(&decoded);
	buf_done(&encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice text = { (const char *)bytes, len };
	struct place place;
	uint16_t port;

	check_address(text);
	check_base64(text);
	if (!endpoint_parse_port(text, &port))
		demand(port);
	if (!place_parse(text, &place))
		demand(place.kind <= PLACE_WILDCARD && place.device.len <= len);
	return 0;
}
