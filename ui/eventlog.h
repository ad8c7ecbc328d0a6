/* The events page: what opened, closed and changed, newest first. Pure. */
#ifndef UI_EVENTLOG_H
#define UI_EVENTLOG_H

#include "model/tracker.h"
#include "ui/page.h"

void eventlog_build(struct page *page, const struct tracker *tracker, bool show_all);

#endif
