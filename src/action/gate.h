/* A platform that looks and never acts: the one gate of --read-only. No process is signalled and no program
 * is started behind it, whoever asks. */
#ifndef ACTION_GATE_H
#define ACTION_GATE_H

#include "platform/platform.h"

/* Takes `inner`. Signals and helpers end in -EROFS; all else is inner's. */
struct platform *gate_new(struct platform *inner);

#endif
