/* base/text on any bytes: what it makes of them is strict UTF-8 without controls, stays as it is when
 * it passes again, and fills exactly the columns it is asked to. The first byte is the column count. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena arena = { 0 };
	struct buf padded = { 0 };
	const char *safe;
	unsigned columns;

	if (!len)
		return 0;
	columns = bytes[0];
	safe = text_sanitize(&arena, (struct slice){ (const char *)bytes + 1, len - 1 });
	demand(text_is_utf8(slice_of(safe)));
	for (const char *at = safe; *at; at++)
		demand((unsigned char)*at >= 0x20 && *at != 0x7f);
	demand(!strcmp(text_sanitize(&arena, slice_of(safe)), safe));
	text_pad(&padded, safe, columns, len % 2, len % 3);
	demand(text_width(buf_string(&padded)) == columns);
	buf_done(&padded);
	arena_done(&arena);
	return 0;
}
