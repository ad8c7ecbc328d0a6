/* Owns what stands beside the table, and in which order. Refuses to word any of it (describe.c,
 * details.c). */
#include "ui/aside.h"

#include "ui/details.h"

static void add_line(struct page *page, struct buf *line)
{
	if (line->len)
		page_add_text(page, page->count ? STYLE_NORMAL : STYLE_STRONG, buf_string(line));
	buf_clear(line);
}

void aside_build(struct page *page, const struct subject *about, const struct connection *connection)
{
	struct buf line = { 0 };

	for (unsigned i = 0; connection && describe_connection(&line, connection, about->home, i); i++)
		add_line(page, &line);
	for (unsigned i = 0; !connection && about->row && describe_sentence(&line, about, i); i++)
		add_line(page, &line);
	buf_done(&line);
	if (about->row)
		details_build(page, about);
}
