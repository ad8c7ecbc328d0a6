/* What can be copied from a row. Pure; the texts are safe. */
#ifndef UI_COPY_H
#define UI_COPY_H

#include <stdbool.h>
#include "base/buf.h"
#include "model/row.h"

enum copy_kind { COPY_ADDRESS, COPY_URL, COPY_CURL, COPY_PID, COPY_COMMAND, COPY_JSON, COPY_COUNT };

struct copy_choice {
	char key;                /* picks it in the copy menu */
	const char *title;
};

const struct copy_choice *copy_choice(enum copy_kind kind);      /* static table */
/* False, and nothing appended, when the row has no such thing (a URL of a UDP socket, a PID that is not
 * known). */
bool copy_add(struct buf *out, enum copy_kind kind, const struct row *row);

#endif
