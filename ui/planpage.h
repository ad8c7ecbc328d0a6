/* What a kill would hit, as lines of a page: who, what else he holds, what follows. */
#ifndef UI_PLANPAGE_H
#define UI_PLANPAGE_H

#include "action/plan.h"
#include "ui/page.h"

void planpage_add_who(struct page *page, const struct kill_plan *plan);
void planpage_add_rest(struct page *page, const struct kill_plan *plan);

#endif
