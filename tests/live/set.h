/* What two programs say of the same sockets, as lines that can be compared. */
#ifndef LIVE_SET_H
#define LIVE_SET_H

#include <stddef.h>
#include <jansson.h>

/* Sorted, each once, after it has been read. */
struct set {
	char **lines;
	size_t count, cap;
};

void set_add(struct set *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whatever `add` makes of each listener and bound UDP socket: of a line of ss, of a row of `lotop ARGUMENTS`. */
void set_read_ss(struct set *s, void (*add)(struct set *s, char *line));
void set_read_lotop(struct set *s, const char *arguments, void (*add)(struct set *s, json_t *row));
/* The test fails at the first line that is in one of them only. */
void set_check_same(const struct set *ss, const struct set *lotop);
void set_done(struct set *s);

#endif
