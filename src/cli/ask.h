/* A question to the person at the terminal. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stdbool.h>

bool ask_is_possible(void);          /* somebody can see the question and answer it */
/* Writes `question` (safe text) to stderr and reads a line from stdin: y or yes, else it is no. */
bool ask_yes(const char *question);

#endif
