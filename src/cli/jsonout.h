/* Writes JSON text (RFC 8259) straight into a buffer, in the order of the calls: ASCII only, commas by
 * itself. Not by jansson, which builds a tree first: for 2,000 rows that is four times the time. */
#ifndef CLI_JSONOUT_H
#define CLI_JSONOUT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"

void jsonout_open(struct buf *out, char bracket);       /* '{' or '[', as a value */
void jsonout_close(struct buf *out, char bracket);      /* '}' or ']' */
void jsonout_line(struct buf *out);                     /* the next value starts on a line of its own */
void jsonout_key(struct buf *out, const char *key);     /* plain ASCII; exactly one value has to follow */
void jsonout_null(struct buf *out);
void jsonout_bool(struct buf *out, bool is_true);
void jsonout_number(struct buf *out, int64_t number);
void jsonout_text(struct buf *out, struct slice raw);   /* a byte that is no UTF-8 becomes U+FFFD */
/* Members of an object; what is NULL or not known is null. */
void jsonout_member(struct buf *out, const char *key, const char *text);
void jsonout_flag(struct buf *out, const char *key, bool is_true);
void jsonout_integer(struct buf *out, const char *key, int64_t number);
void jsonout_number_if(struct buf *out, const char *key, int64_t number, bool is_known);
/* Empty is not known. Bytes that are no UTF-8 stand besides, in "<key>_raw_b64". */
void jsonout_raw(struct buf *out, const char *key, struct slice raw);
void jsonout_time(struct buf *out, const char *key, int64_t wall_ms);    /* RFC 3339; 0 is not known */

#endif
