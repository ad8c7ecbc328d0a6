/* The help page, made from the tables: keys and commands, signs and marks, filter fields. Pure. */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "ui/keymap.h"
#include "ui/page.h"

void help_build(struct page *page, const struct keymap *k);

#endif
