/* Bytes as text for JSON and the terminal's clipboard (RFC 4648 section 4, with padding). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include "base/buf.h"
#include "base/slice.h"

void base64_encode(struct buf *out, struct slice bytes);   /* appends */
/* Appends the bytes. False, and nothing is appended, for anything that base64_encode would not have written. */
bool base64_decode(struct buf *out, struct slice text);

#endif
