/* RFC 4648 base64, strict: one text for each run of bytes, so that a recording that was decoded and encoded again is
 * the same recording. Refuses line breaks and the URL alphabet. */
#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct buf *out, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t count = bytes.len - i < 3 ? bytes.len - i : 3;
		uint32_t group = 0;

		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < count ? (unsigned char)bytes.ptr[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_add_char(out, k <= count ? alphabet[group >> (18 - 6 * k) & 63] : '=');
	}
}

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four letters, `count` of them digits and the others padding. */
static bool decode_group(struct buf *out, const char *text, size_t count)
{
	uint32_t group = 0;

	for (size_t k = 0; k < 4; k++) {
		int value = k < count ? digit(text[k]) : 0;

		if (value < 0)
			return false;
		group = group << 6 | (uint32_t)value;
	}
	for (size_t k = 0; k + 1 < count; k++)
		buf_add_char(out, (char)(group >> (16 - 8 * k) & 255));
	return (group & ((1u << (8 * (4 - count))) - 1)) == 0;      /* bits that the padding leaves over */
}

bool base64_decode(struct buf *out, struct slice text)
{
	struct buf bytes = { 0 };
	bool is_valid = text.len % 4 == 0;

	for (size_t i = 0; is_valid && i < text.len; i += 4) {
		size_t count = 4;

		if (i + 4 == text.len && text.ptr[i + 3] == '=')
			count = text.ptr[i + 2] == '=' ? 2 : 3;
		is_valid = decode_group(&bytes, text.ptr + i, count);
	}
	if (is_valid)
		buf_add_slice(out, buf_slice(&bytes));
	buf_done(&bytes);
	return is_valid;
}
