/* model/runtime and model/tunnel on any command line: what they borrow lies within it, and what they write is
 * safe text. The first byte is the length of the executable's path, which follows. */
#include <stdint.h>
#include <stdlib.h>
#include "base/text.h"
#include "model/runtime.h"
#include "model/tunnel.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void find_runtime(struct slice exe, struct slice command, uint32_t files)
{
	struct runtime r;

	if (!runtime_find(exe, command, files, &r))
		return;
	demand(r.name != NULL);
	demand(!r.script.len ||
	       (r.script.ptr >= command.ptr && r.script.ptr + r.script.len <= command.ptr + command.len));
}

static void find_tunnels(struct slice command)
{
	struct forward all[TUNNEL_FORWARDS_MAX], one;
	size_t count = tunnel_parse(command, all, TUNNEL_FORWARDS_MAX);

	demand(count <= TUNNEL_FORWARDS_MAX);
	for (size_t i = 0; i < count; i++) {
		struct endpoint local = { .protocol = all[i].protocol, .family = FAMILY_IPV4,
					  .port = all[i].port, .address = { 127, 0, 0, 1 } };
		struct buf text = { 0 };

		tunnel_add_text(&text, &all[i]);
		demand(text_is_utf8(buf_slice(&text)));
		for (size_t k = 0; k < text.len; k++)
			demand((unsigned char)text.data[k] >= 0x20 && text.data[k] != 0x7f);
		buf_done(&text);
		if (!all[i].is_reverse && all[i].port)
			demand(tunnel_find(command, &local, &one) && one.port == local.port);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice rest, exe;

	if (!len)
		return 0;
	rest = (struct slice){ (const char *)bytes + 1, len - 1 };
	exe = (struct slice){ rest.ptr, bytes[0] < rest.len ? bytes[0] : rest.len };
	rest = slice_from(rest, exe.len);
	find_runtime(exe, rest, bytes[0] * 0x01010101u);
	find_tunnels(rest);
	return 0;
}
