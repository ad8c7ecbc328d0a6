/* Values that are words: one of a list, or yes and no. Pure. */
#ifndef CHOICE_H
#define CHOICE_H

#include <stdbool.h>
#include "base/buf.h"
#include "base/slice.h"

/* All return -EINVAL and say in `why` what is wrong, and which word was meant: "no such theme (did you mean
 * light?)". */

/* The index of the value in the list (NULL-terminated). */
int choice_find(struct slice value, const char *const names[], const char *wrong, struct buf *why);
/* 0, and *out. */
int choice_find_truth(struct slice value, bool *out, struct buf *why);
int choice_refuse(struct slice value, const char *const names[], const char *wrong, struct buf *why);

#endif
