/* What the shell may offer next. The completion scripts of bash, zsh and fish know nothing of lotop: they ask
 * `lotop __complete WORD...`, so that they cannot grow old. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli/subcommand.h"

#define COMPLETE_COMMAND "__complete"        /* not for people: in no table, no help */

/* `words`: what stands behind "lotop" up to the cursor; the last one, which may be empty, is to be completed.
 * Prints candidates, a line each: the whole word, TAB, what it is. Nothing at all: a file, or nobody knows.
 * Returns an enum exit_status. */
int complete_print(int count, char *const words[], platform_opener *open);

#endif
