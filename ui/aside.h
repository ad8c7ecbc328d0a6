/* The details beside the table: of the connection under the cursor, and of the row that it belongs to. Pure. */
#ifndef UI_ASIDE_H
#define UI_ASIDE_H

#include "model/connection.h"
#include "ui/describe.h"
#include "ui/page.h"

/* The row may be NULL, and so may the connection: of the one under the cursor. */
void aside_build(struct page *page, const struct subject *about, const struct connection *connection);

#endif
