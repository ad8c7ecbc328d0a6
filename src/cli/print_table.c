/* Rows as an aligned table. Owns which columns stand in it and how wide they are; what stands in a cell, the
 * column table knows. No control byte comes out: every text that comes in is safe text (base/text.h). */
#include "cli/print.h"

#include <string.h>
#include "base/text.h"

struct table {
	struct buf *out;
	const struct output *to;
	const struct print_style *style;
	bool is_uncut;
	struct buf cell, ascii;          /* scratch */
	unsigned count;
	const struct column *columns[COLUMN_MAX];
	uint16_t widths[COLUMN_MAX];
};

/* Where nothing is cut, programs may read on: there an empty cell is a field, too. */
static const char *cell_text(struct table *t, const struct column *c, const struct row *row)
{
	buf_clear(&t->cell);
	column_format(&t->cell, c, row);
	if (!t->cell.len && t->is_uncut)
		buf_add_char(&t->cell, '-');
	if (!t->to->is_ascii)
		return buf_string(&t->cell);
	buf_clear(&t->ascii);
	text_to_ascii(&t->ascii, buf_string(&t->cell));
	return buf_string(&t->ascii);
}

/* The sign stays on the terminal: elsewhere its blanks would shift the fields, and NOTE says the same. */
static bool is_wanted(const struct print_style *style, const struct column *c)
{
	return !c->is_sign && column_is_usual(c, style->of);
}

static void choose(struct table *t, const struct print_style *style)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);

	t->count = style->column_count;
	memcpy(t->columns, style->columns, t->count * sizeof *t->columns);
	for (unsigned i = 0; !style->column_count && i < count; i++)
		if (is_wanted(style, all[i]))
			t->columns[t->count++] = all[i];
}

static void measure(struct table *t, const struct rows *rows)
{
	for (unsigned i = 0; i < t->count; i++) {
		const struct column *c = t->columns[i];
		unsigned width = t->style->has_no_header ? 0 : text_width(c->title);

		for (size_t r = 0; r < rows->count; r++) {
			unsigned cell = text_width(cell_text(t, c, rows->items[r]));

			width = cell > width ? cell : width;
		}
		t->widths[i] = (uint16_t)(width < UINT16_MAX ? width : UINT16_MAX);
	}
}

/* A last cell that is not cut: without padding, however long it is. */
static void add_cell(struct table *t, unsigned i, const char *text)
{
	bool is_last = i + 1 == t->count, is_right = t->columns[i]->is_right;

	if (i)
		buf_add_char(t->out, t->style->is_nul ? '\t' : ' ');
	if (t->style->is_nul || (is_last && !is_right && t->is_uncut))
		buf_add_string(t->out, text);
	else
		text_pad(t->out, text, t->widths[i], is_right, t->to->is_ascii);
}

static void end_line(struct table *t)
{
	while (!t->style->is_nul && t->out->len && t->out->data[t->out->len - 1] == ' ')
		t->out->len--;
	buf_add_char(t->out, t->style->is_nul ? '\0' : '\n');
}

static void add_titles(struct table *t)
{
	for (unsigned i = 0; i < t->count; i++)
		add_cell(t, i, t->columns[i]->title);
	end_line(t);
}

void print_table(struct buf *out, const struct rows *rows, const struct output *to,
		 const struct print_style *style)
{
	struct table t = { .out = out, .to = to, .style = style };

	t.is_uncut = !to->width || style->column_count || style->is_nul;
	if (t.is_uncut) {
		choose(&t, style);
		measure(&t, rows);
	} else {
		const struct column_rows all = { .items = rows->items, .count = (unsigned)rows->count };
		const struct column_space space = {
			.width = to->width, .snapshot = style->of, .all = all, .shown = all,
		};

		t.count = column_layout(&space, t.columns, t.widths);
	}
	if (!style->has_no_header && !style->is_nul)
		add_titles(&t);
	for (size_t r = 0; r < rows->count; r++) {
		for (unsigned i = 0; i < t.count; i++)
			add_cell(&t, i, cell_text(&t, t.columns[i], rows->items[r]));
		end_line(&t);
	}
	buf_done(&t.cell);
	buf_done(&t.ascii);
}

void print_gaps(struct buf *out, const struct snapshot *s)
{
	for (size_t i = 0; i < s->facts->gap_count; i++) {
		const struct gap_fact *gap = &s->facts->gaps[i];
		const char *remedy = gap_text(gap->kind)->remedy;

		buf_add_string(out, "lotop: ");
		gap_add(out, gap);
		if (remedy)
			buf_printf(out, " (%s)", remedy);
		buf_add_char(out, '\n');
	}
}
