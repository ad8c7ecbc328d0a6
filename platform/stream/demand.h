/* A kill that is done over there: the command line for it, and what its answer means. Pure. */
#ifndef STREAM_DEMAND_H
#define STREAM_DEMAND_H

#include "base/buf.h"
#include "platform/stream.h"

enum { DEMAND_WORDS = 15, DEMAND_NUMBER = 80 };

struct demand {                   /* zeroed = none */
	const char **argv;       /* owned array, NULL-terminated; words are borrowed from the stream's and from below */
	char port[DEMAND_NUMBER], identity[DEMAND_NUMBER], wait[DEMAND_NUMBER];
};

/* `argv` is a stream's: up to its last "lotop stream", of which `stream` becomes `kill` and what stands behind it
 * is left out. All words that are added consist of letters, digits, ":" and "-": ssh hands them to a shell. 0, or
 * -EINVAL where `argv` has no such words. */
int demand_make(const char *const argv[], const struct stream_order *o, struct demand *out);
void demand_done(struct demand *o);
/* Where "stream" stands in argv; 0 = the command has no "lotop stream" in it. */
size_t demand_place(const char *const argv[]);

/* The JSON of `lotop kill --json`; hostile. False when it is none. */
bool demand_read(struct slice json, struct stream_result *out);
/* As much as fits, cut behind a whole character. */
void demand_set_text(char *out, size_t size, const struct buf *safe);

#endif
