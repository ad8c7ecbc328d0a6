/* Owns how the past of a row is laid out on the details page: as many marks as there is room for, with the time
 * below them. Refuses to know what is remembered (model/history) and what the marks are (model/timeline). */
#include "ui/details_past.h"

#include "model/timeline.h"

/* The most marks that fit; each is as long as the others. */
static unsigned room(const struct page *page)
{
	static const unsigned char counts[] = { 60, 30, 20, 12, 10, 6, 5 };
	unsigned columns = page->width > PAGE_LABEL ? page->width - PAGE_LABEL : 1, i = 0;

	while (i + 1 < sizeof counts && counts[i] > columns)
		i++;
	return counts[i];
}

static void add_scale(struct page *page, unsigned marks)
{
	static const char old[] = "10m ago", new[] = "now";
	struct buf text = { 0 };

	if (marks < sizeof old + sizeof new)
		return;
	buf_printf(&text, "%s%*s", old, (int)(marks - (sizeof old - 1)), new);
	page_add_fact(page, STYLE_DIM, " ", buf_string(&text), "");
	buf_done(&text);
}

static void add_clients(struct page *page, const struct history *h, const struct row *row, unsigned marks)
{
	struct buf text = { 0 }, words = { 0 };
	int most;

	timeline_add_clients(&text, h, row->now_ms, marks, &most);
	buf_printf(&words, "now %d, at most %d", row->is_gone ? 0 : row->listener->clients, most);
	if (most > 0)
		page_add_fact(page, STYLE_NORMAL, "clients", buf_string(&text), buf_string(&words));
	buf_done(&text);
	buf_done(&words);
}

void details_add_past(struct page *page, const struct subject *about)
{
	const struct history *h = row_history(about->row);
	unsigned marks = room(page);
	struct buf text = { 0 };

	if (!h)
		return;
	page_add_title(page, "The last ten minutes");
	timeline_add(&text, h, about->row->now_ms, marks);
	page_add_fact(page, STYLE_NORMAL, "port", buf_string(&text), "");
	add_scale(page, marks);
	add_clients(page, h, about->row, marks);
	page_add_fact(page, STYLE_DIM, " ", "high: up, low: down, + opened, - closed, ~ changed, * came and went",
		      "");
	buf_done(&text);
}
