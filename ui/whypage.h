/* The why page: the answer, what proves it, what to do. Pure. */
#ifndef UI_WHYPAGE_H
#define UI_WHYPAGE_H

#include "model/why.h"
#include "ui/page.h"

void whypage_build(struct page *page, const struct why *why);    /* NULL: the answer is on its way */

#endif
