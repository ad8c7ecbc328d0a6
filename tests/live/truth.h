/* Which rows of truth.txt a test has made and checked: told on stdout, gathered by truth.sh. */
#ifndef LIVE_TRUTH_H
#define LIVE_TRUTH_H

/* `rows`: numbers by blanks, each of which must be in truth.txt; NULL = of none. */
void truth_made(const char *rows);
void truth_not_made(const char *rows, const char *reason);

#endif
