/* platform/linux/services on any text: it ends, and what it borrows lies within the text. */
#include <stdint.h>
#include <stdlib.h>
#include "platform/linux/services.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice whole = { (const char *)bytes, len }, text = whole;
	struct service s;

	for (size_t lines = 0; services_next(&text, &s); lines++)
		if (lines > len || !s.name.len || !s.protocol || s.name.ptr < whole.ptr ||
		    s.name.ptr + s.name.len > whole.ptr + whole.len)
			abort();
	return 0;
}
