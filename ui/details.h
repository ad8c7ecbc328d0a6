/* The details page: everything that is known about a row and its holders, each with where it was read.
 * Pure. */
#ifndef UI_DETAILS_H
#define UI_DETAILS_H

#include "ui/describe.h"
#include "ui/page.h"

void details_build(struct page *page, const struct subject *about);

#endif
