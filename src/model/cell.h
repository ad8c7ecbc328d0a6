/* One column: what it is called, how wide it may be, and which cell of a row it shows. It gives a typed
 * value; text and JSON are made from it, so they cannot disagree. A new column is one entry beside its cell,
 * in the file of its noun (cell_*.c): column.c puts their tables together. */
#ifndef MODEL_CELL_H
#define MODEL_CELL_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"
#include "model/row.h"
#include "model/value.h"

enum { PRIORITY_NEVER_DROPPED = 0, PRIORITY_NOT_BY_DEFAULT = 255 };

struct column {
	const char *name;            /* config, --sort, --format, CSV: "port" */
	const char *title;           /* table head: "PORT" */
	const char *json;            /* key in a listener's JSON object; NULL = not a scalar of schema 1 */
	const char *help;            /* one line */
	const char *more;            /* further sentences for the manual; NULL = none */
	uint16_t place;              /* its own; the smaller, the further left */
	uint8_t min_width, max_width;/* columns on the screen; max 0 = takes what is left */
	uint8_t usual_width;         /* what it should have, before others get more and further ones come */
	uint8_t priority;            /* the higher, the sooner it is dropped on a narrow screen; PRIORITY_* */
	bool is_right;               /* right-aligned */
	bool is_sign;                /* in front of every table for the eye; nobody chooses it */
	bool has_marks;              /* coloured by the row's marks */
	bool is_raw_in_json;         /* JSON has the bytes, not the safe text: print_json.c writes it */
	/* NULL = as the priority says; else on request: it is there, and never dropped, where this holds. */
	bool (*is_wished)(const struct snapshot *s);
	/* NULL = made for the eye: it has a format, and no value. */
	struct value (*value)(const struct row *row);
	/* How it looks, safe text; NULL = the value itself ("-" for null). */
	void (*format)(struct buf *out, const struct row *row);
	/* What is left of a cell that is wider than its column (base/shorten.h); NULL = its head. */
	void (*shorten)(struct buf *out, const char *cell, unsigned columns);
	/* Order for sorting; NULL = by value (null last, text without regard to ASCII case). */
	int (*compare)(const struct row *a, const struct row *b);
};

/* "127.0.0.1" and ":: v6only" take nine columns. The usual widths of the columns up to the note are 80 and
 * their blanks, but for one: so that CLOSE-WAIT is whole where there is one. */
#define WIDTH(min, usual, max) .min_width = (min), .usual_width = (usual), .max_width = (max)
#define NOT_BY_DEFAULT .priority = PRIORITY_NOT_BY_DEFAULT

/* An entry without a name stands behind the last. */
extern const struct column cell_endpoint_columns[];      /* where it listens */
extern const struct column cell_socket_columns[];        /* what its socket says */
extern const struct column cell_owner_columns[];         /* who has it, and what runs there */
extern const struct column cell_past_columns[];          /* since when, and what happened to it */

int cell_key_compare(const struct row *a, const struct row *b);
const char *cell_service_name(const struct row *row);    /* safe; NULL = not known */

#endif
