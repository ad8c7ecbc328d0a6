/* One line of safe text in a fixed place: plans, statuses and replies are values that travel between
 * threads. */
#ifndef ACTION_PHRASE_H
#define ACTION_PHRASE_H

#include <stdarg.h>
#include <stddef.h>

enum { KILL_TEXT = 160 };         /* bytes of such a line in plans and statuses */

/* printf into `out`; what does not fit is cut behind a whole character and ends in "...". size > 3. */
void phrase_set(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
void phrase_vset(char *out, size_t size, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

#endif
