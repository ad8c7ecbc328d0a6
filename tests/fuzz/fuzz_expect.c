/* model/expect on any bytes: a list of ports whose texts are safe, or a line within the file and a message. */
#include <stdint.h>
#include <stdlib.h>
#include "base/text.h"
#include "model/expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void check(const struct expectation *e)
{
	demand(e->port && (e->protocol == PROTOCOL_TCP || e->protocol == PROTOCOL_UDP));
	demand(*e->name && text_is_safe(slice_of(e->name)));
	demand(!e->address || text_is_safe(slice_of(e->address)));
	demand(!e->process || text_is_safe(slice_of(e->process)));
	if (e->process)
		demand(expect_pattern_matches(e->process, e->process));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct expect_error error = { 0 };
	struct expect e;
	unsigned lines = 1;

	for (size_t i = 0; i < len; i++)
		lines += bytes[i] == '\n';
	if (expect_parse((struct slice){ (const char *)bytes, len }, &e, &error))
		demand(error.line >= 1 && error.line <= lines && error.message);
	else
		for (size_t i = 0; i < e.count; i++)
			check(&e.items[i]);
	expect_done(&e);
	return 0;
}
