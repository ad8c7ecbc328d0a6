/* keymap_parse_key on any bytes: a key has one name, and that name is the key's again. */
#include <stdint.h>
#include <stdlib.h>
#include "ui/keymap.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct buf name = { 0 };
	uint32_t key = 0, again = 0;

	if (!keymap_parse_key((struct slice){ (const char *)bytes, len }, &key))
		return 0;
	demand(key);
	keymap_add_key_name(&name, key);
	demand(name.len && keymap_parse_key(buf_slice(&name), &again) && again == key);
	buf_done(&name);
	return 0;
}
