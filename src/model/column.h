/* THE column table: what a row can tell, once for the screen, the plain table, JSON, CSV, sort and
 * query. A column gives a typed value; text and JSON are made from it, so they cannot disagree. */
#ifndef MODEL_COLUMN_H
#define MODEL_COLUMN_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"
#include "model/tracker.h"
#include "model/value.h"

enum column_id {
	COLUMN_SIGN, COLUMN_HOST, COLUMN_PORT, COLUMN_ADDRESS, COLUMN_NETNS, COLUMN_PROTOCOL, COLUMN_FAMILY, COLUMN_STATE,
	COLUMN_RANGE, COLUMN_PROCESS, COLUMN_PID, COLUMN_OWNER, COLUMN_AGE, COLUMN_NOTE, COLUMN_SERVICE, COLUMN_PROJECT,
	COLUMN_CLIENTS, COLUMN_UNIT, COLUMN_QUEUE, COLUMN_EXPOSURE, COLUMN_DEVICE, COLUMN_INODE,
	COLUMN_COOKIE, COLUMN_UID,
	COLUMN_EPHEMERAL, COLUMN_V6ONLY, COLUMN_SOCKETS, COLUMN_PEER, COLUMN_EXPIRES, COLUMN_DIRECTORY,
	COLUMN_COMMAND, COLUMN_HISTORY, COLUMN_COUNT
};

/* On request: where the snapshot has what it tells (column_wishes), and there it is never dropped. */
enum { PRIORITY_NEVER_DROPPED = 0, PRIORITY_ON_REQUEST = 254, PRIORITY_NOT_BY_DEFAULT = 255 };

struct column {
	enum column_id id;
	const char *name;            /* config, --sort, --format: "port" */
	const char *title;           /* table head: "PORT" */
	const char *json;            /* key in a listener's JSON object; NULL = not a scalar of schema 1 */
	const char *help;            /* one line */
	uint8_t min_width, max_width;/* columns on the screen; max 0 = takes what is left */
	uint8_t usual_width;         /* what it should have, before others get more and further columns come */
	uint8_t priority;            /* the higher, the sooner it is dropped on a narrow screen; PRIORITY_* */
	bool is_right;               /* right-aligned */
	/* Sign and note are made for the eye: they have a format, their value is always NULL. */
	struct value (*value)(const struct row *row);
	/* How it looks, safe text; NULL = the value itself ("-" for null). */
	void (*format)(struct buf *out, const struct row *row);
	/* Order for sorting; NULL = by value (null last, text without regard to ASCII case). */
	int (*compare)(const struct row *a, const struct row *b);
};

const struct column *column_get(enum column_id id);           /* static table */
const struct column *column_find(struct slice name);          /* by name or JSON key; NULL */
void column_format(struct buf *out, const struct column *c, const struct row *row);
int column_compare(const struct column *c, const struct row *a, const struct row *b);  /* ties: by key */

/* Bits 1u << enum column_id: the columns on request that belong into a table of this snapshot's rows. */
uint32_t column_wishes(const struct snapshot *s);

/* Chooses and sizes the default columns for `width` screen columns, in table order: writes ids and widths
 * (one blank between columns is counted), returns how many. `ids` and `widths` have COLUMN_COUNT places.
 * Which columns there are depends on `width` and `wishes` alone; the rows (give those on the screen) size
 * them. */
unsigned column_layout(const struct row *const *rows, unsigned row_count, unsigned width, uint32_t wishes,
		       uint8_t ids[COLUMN_COUNT], uint16_t widths[COLUMN_COUNT]);
/* The same for columns of the user's choice, in the user's order, behind the sign. On a narrow screen the
 * last ones are dropped first, but for those that never are. */
unsigned column_layout_chosen(const struct row *const *rows, unsigned row_count, unsigned width,
			      const uint8_t *chosen, unsigned chosen_count,
			      uint8_t ids[COLUMN_COUNT], uint16_t widths[COLUMN_COUNT]);

#endif
