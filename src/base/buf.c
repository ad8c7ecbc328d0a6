/* Owns a run of bytes that grows. Everything that is added ends with a NUL behind it, so that
 * the content may be read as a string at any time. Refuses to know what the bytes mean: what
 * a process wrote has to come through base/text before it is added for an output. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/fatal.h"

void buf_done(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

/* Room for `more` bytes and the NUL; returns where they go and counts them in. */
static char *extend(struct buf *b, size_t more)
{
	char *end;

	if (more > SIZE_MAX - b->len - 1)
		fatal("out of memory: a text outgrew the address space");
	b->data = array_reserve(b->data, &b->cap, b->len + more + 1, 1);
	end = b->data + b->len;
	b->len += more;
	end[more] = '\0';
	return end;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *end = extend(b, len);

	if (len)
		memcpy(end, bytes, len);
}

void buf_add_string(struct buf *b, const char *string)
{
	buf_add(b, string, strlen(string));
}

void buf_add_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.ptr, s.len);
}

void buf_add_char(struct buf *b, char c)
{
	*extend(b, 1) = c;
}

void buf_add_number(struct buf *b, uint64_t number)
{
	char digits[20];    /* of UINT64_MAX */
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	buf_add(b, digits + at, sizeof digits - at);
}

void buf_add_repeat(struct buf *b, char c, size_t count)
{
	memset(extend(b, count), c, count);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	char *end;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		fatal("a text could not be formatted");
	end = extend(b, (size_t)len);
	vsnprintf(end, (size_t)len + 1, format, again);
	va_end(again);
}

const char *buf_string(const struct buf *b)
{
	return b->data ? b->data : "";
}

struct slice buf_slice(const struct buf *b)
{
	return (struct slice){ b->data, b->len };
}
