/* The details beside the table: what the strip says, and below it everything that is known. Pure. */
#ifndef UI_ASIDE_H
#define UI_ASIDE_H

#include "model/connection.h"
#include "ui/describe.h"
#include "ui/page.h"

/* The row may be NULL, and so may the connection: of the one under the cursor. */
void aside_build(struct page *page, const struct subject *about, const struct connection *connection);

#endif
