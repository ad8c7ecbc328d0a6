/* The name that was probably meant: for "did you mean". Pure. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/buf.h"
#include "base/slice.h"

/* The first of the closest names (NULL-terminated list) to `typed`, ASCII case ignored: one that it begins,
 * or one at most a third of it away (letters inserted, left out, replaced, or two swapped). NULL: none. */
const char *nearest_name(struct slice typed, const char *const names[]);
/* What to try instead: "did you mean light?", `before` in front of the name; where none is near, `otherwise`,
 * and where that is NULL, all of them: "there is: default, light". */
void nearest_add_hint(struct buf *out, struct slice typed, const char *const names[], const char *before,
		      const char *otherwise);

#endif
