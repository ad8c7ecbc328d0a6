/* Text for a place that is too narrow, made shorter where the eye misses least. All of it takes and appends
 * safe text, as it is where it fits; what is still too long after that is for the caller to cut. Pure. */
#ifndef BASE_SHORTEN_H
#define BASE_SHORTEN_H

#include "base/buf.h"

/* A command line: first the program's directory goes, then the heads of the paths in it, the longest first:
 * "/usr/bin/node /home/a/shop/bin/next dev" -> "node .../bin/next dev", with U+2026 for the three dots. */
void shorten_command(struct buf *out, const char *safe, unsigned columns);
/* A path: its head. */
void shorten_path(struct buf *out, const char *safe, unsigned columns);
/* A list with commas: the last things of it, all but the first. */
void shorten_list(struct buf *out, const char *safe, unsigned columns);

#endif
