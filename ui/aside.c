/* Owns what stands beside the table. Refuses to word any of it (describe.c, details.c). */
#include "ui/aside.h"

#include "ui/details.h"

void aside_build(struct page *page, const struct subject *about, const struct connection *connection)
{
	struct buf line = { 0 };

	for (unsigned i = 0; connection && describe_connection(&line, connection, about->home, 0, i); i++) {
		page_add_text(page, i ? STYLE_NORMAL : STYLE_STRONG, buf_string(&line));
		buf_clear(&line);
	}
	buf_done(&line);
	if (!about->row)
		return;
	if (page->count)
		page_add_blank(page);
	details_build(page, about);
}
