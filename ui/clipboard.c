/* Owns the way to the clipboard as bytes: helper order, validation, OSC 52. Refuses to write them, to run the
 * helpers, and to read a clipboard. */
#include "ui/clipboard.h"

#include "base/base64.h"
#include "base/text.h"

static bool is_set(const char *value)
{
	return value && *value;
}

const char *clipboard_helper(const struct clipboard_env *env)
{
	if (is_set(env->tmux))
		return "tmux";
	if (is_set(env->wayland_display))
		return "wl-copy";
	return is_set(env->display) ? "xclip" : "";
}

bool clipboard_is_valid(struct slice text)
{
	uint32_t code = 0;

	while (text.len) {
		size_t len = text_decode(text, &code);

		if (!len || code < 0x20 || (code >= 0x7f && code < 0xa0))
			return false;
		text = slice_from(text, len);
	}
	return true;
}

void clipboard_add_osc52(struct buf *out, struct slice text)
{
	buf_add_string(out, "\033]52;c;");
	base64_encode(out, text);
	buf_add_string(out, "\a");
}
