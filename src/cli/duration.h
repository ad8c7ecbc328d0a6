/* Times as one types them: "2" and "2s", "0.5", "500ms", "2m", "1h". */
#ifndef CLI_DURATION_H
#define CLI_DURATION_H

#include "base/slice.h"

/* 0, or -EINVAL: something else, or not between the limits. At most three decimals, none of milliseconds. */
int duration_parse(struct slice text, int min_ms, int max_ms, int *out);

#endif
