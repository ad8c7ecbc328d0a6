/* Operands that choose rows: filters, and the targets of kill and wait. What is wrong with them is told
 * here. */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include "cli/options.h"
#include "model/place.h"
#include "model/query.h"

/* All words as one filter. 0 and a query for the caller, or -EINVAL after a complaint. */
int filter_parse_words(const struct options *o, struct query **out);

struct aim {                         /* a target: a port, address:port, or a filter */
	const char *text;            /* as it was typed; borrowed */
	struct query *query;         /* owned */
	bool is_place;               /* a port or an address, no filter: matches without its owner */
	struct place place;          /* borrows from `text`; only where is_place */
};

/* 0 and the aims for the caller, or -EINVAL after a complaint: there are none, or one of several is a filter
 * (words in a row are "and" everywhere else, so they must not be "or" where something is killed). */
int aims_parse(const struct options *o, struct aim **out);
void aims_free(struct aim *aims, size_t count);      /* NULL is fine */

#endif
