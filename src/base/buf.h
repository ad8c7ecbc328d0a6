/* A growing byte buffer, always NUL-terminated behind len once something was added.
 * A zeroed struct is a valid empty buffer. Out of memory ends in fatal(). */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include "base/slice.h"

struct buf {
	char *data;    /* owned; NULL while nothing was ever added */
	size_t len;    /* bytes, without the NUL */
	size_t cap;
};

void buf_done(struct buf *b);                 /* frees; leaves a valid empty buffer */
void buf_clear(struct buf *b);                /* len = 0, keeps the memory */
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_string(struct buf *b, const char *string);
void buf_add_slice(struct buf *b, struct slice s);
void buf_add_char(struct buf *b, char c);
void buf_add_number(struct buf *b, uint64_t number);          /* decimal, without printf's cost */
void buf_add_repeat(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *buf_string(const struct buf *b);  /* never NULL; borrowed until the next change */
struct slice buf_slice(const struct buf *b);  /* borrowed until the next change */

#endif
