/* The last minutes of a row, as lines of the details page; nothing where nothing has happened. Pure. */
#ifndef UI_DETAILS_PAST_H
#define UI_DETAILS_PAST_H

#include "ui/describe.h"
#include "ui/page.h"

void details_add_past(struct page *page, const struct subject *about);

#endif
