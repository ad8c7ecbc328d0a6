/* model/terminal on any bytes: what it borrows lies within them, and is printable ASCII without a blank. */
#include <stdint.h>
#include <stdlib.h>
#include "model/terminal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void demand_plain(struct slice part, struct slice whole)
{
	demand(!part.len || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len));
	for (size_t i = 0; i < part.len; i++)
		demand(part.ptr[i] > ' ' && part.ptr[i] <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice environment = { (const char *)bytes, len };
	struct buf text = { 0 };
	struct terminal t;

	if (!terminal_parse(environment, &t))
		return 0;
	demand_plain(t.pane, environment);
	demand_plain(t.server, environment);
	demand_plain(t.screen, environment);
	demand_plain(t.program, environment);
	demand(!t.server.len || t.pane.len);
	terminal_add_text(&text, &t);
	demand(text.len > 0);
	buf_done(&text);
	return 0;
}
