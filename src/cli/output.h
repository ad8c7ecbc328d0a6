/* Where the answer goes: what stands at the other end, and writing to it. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include "base/buf.h"

struct output {
	bool is_terminal;
	bool is_ascii;                   /* the locale is not UTF-8: everything else is written as \u{...} */
	unsigned width;                  /* columns of the terminal; 0 when it is none: no limit */
};

struct output output_probe(int fd);
/* Writes all of it. 0, or -errno after a complaint. A reader that has seen enough (EPIPE) is no error;
 * SIGPIPE is main's. */
int output_write(int fd, const struct buf *text);

#endif
