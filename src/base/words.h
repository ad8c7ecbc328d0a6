/* A command as one types it, cut into words: blanks separate them; '...' keeps everything as it is, "..." all but \"
 * and \\, and outside of quotes a backslash keeps the next character. Nothing is expanded: no variable, no pattern,
 * no ~; what a shell would do with ; | & > is nothing special here. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stddef.h>

/* 0 and a NULL-terminated array, freed by words_free(); -EINVAL and why in *problem (static): no word at all, or a quote
 * that does not end. */
int words_split(const char *text, char ***out, const char **problem);
void words_free(char **words);       /* NULL is fine */

#endif
