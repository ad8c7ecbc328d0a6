/* Owns cutting a line to the place it has without tearing a character. Knows nothing of columns: how wide it
 * is drawn is the screen's business. */
#include "action/phrase.h"

#include <stdio.h>
#include <string.h>

static const char ellipsis[] = "...";

void phrase_vset(char *out, size_t size, const char *format, va_list arguments)
{
	int len = vsnprintf(out, size, format, arguments);
	size_t end = size - sizeof ellipsis;

	if (len >= 0 && (size_t)len < size)
		return;
	while (end && ((unsigned char)out[end] & 0xc0) == 0x80)     /* within a UTF-8 sequence */
		end--;
	memcpy(out + end, ellipsis, sizeof ellipsis);
}

void phrase_set(char *out, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	phrase_vset(out, size, format, arguments);
	va_end(arguments);
}
