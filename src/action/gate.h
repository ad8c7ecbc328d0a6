/* A platform that looks and never acts: the one gate of --read-only. No process is signalled and no program
 * is started behind it, no port is bound and nobody connected to, whoever asks. */
#ifndef ACTION_GATE_H
#define ACTION_GATE_H

#include "platform/platform.h"

/* Takes `inner`. Signals, helpers and mere trial binds end in -EROFS; a probe asks the kernel and tries
 * nothing; all else is inner's. */
struct platform *gate_new(struct platform *inner);

#endif
