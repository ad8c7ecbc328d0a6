/* The forwards of one ssh command line: -L, -R, -D and their keywords of -o, in every spelling. Pure.
 * Sources: ssh(1), ssh_config(5). */
#ifndef MODEL_SSH_FORWARDS_H
#define MODEL_SSH_FORWARDS_H

#include <stddef.h>
#include "model/forward.h"

/* `rest`: the arguments behind "ssh". Returns how many, at most `cap`. */
size_t ssh_forwards_parse(struct slice rest, struct forward *out, size_t cap);

#endif
