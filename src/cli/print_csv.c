/* Rows as CSV. Owns its syntax; the values are the column table's, texts in their safe form. */
#include "cli/print.h"

#include <string.h>

static void add_field(struct buf *out, const char *text)
{
	if (!text[strcspn(text, "\",\r\n")]) {
		buf_add_string(out, text);
		return;
	}
	buf_add_char(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_add_char(out, '"');
		buf_add_char(out, *text);
	}
	buf_add_char(out, '"');
}

/* What a process calls itself must not become a formula in somebody's spreadsheet. */
static void add_text(struct buf *out, const char *text)
{
	struct buf guarded = { 0 };

	if (*text && strchr("=+-@", *text)) {
		buf_printf(&guarded, "'%s", text);
		text = buf_string(&guarded);
	}
	add_field(out, text);
	buf_done(&guarded);
}

static void add_look(struct buf *out, const struct column *c, const struct row *row)
{
	struct buf look = { 0 };

	column_format(&look, c, row);
	add_text(out, buf_string(&look));
	buf_done(&look);
}

static void add_value(struct buf *out, const struct column *c, const struct row *row)
{
	struct value v = c->value(row);

	switch (v.kind) {
	case VALUE_BOOL:
		buf_add_string(out, v.number ? "true" : "false");
		break;
	case VALUE_NUMBER:
		if (v.number < 0)
			buf_add_char(out, '-');
		buf_add_number(out, v.number < 0 ? 0 - (uint64_t)v.number : (uint64_t)v.number);
		break;
	case VALUE_TEXT:
		add_text(out, v.text);
		break;
	case VALUE_NULL:
		break;
	}
}

static unsigned choose(const struct print_style *style, const struct column *columns[COLUMN_MAX])
{
	const struct column *all[COLUMN_MAX];
	unsigned all_count = column_all(all), count = style->column_count;

	memcpy(columns, style->columns, count * sizeof *columns);
	for (unsigned i = 0; !style->column_count && i < all_count; i++)
		if (!all[i]->is_sign)
			columns[count++] = all[i];
	return count;
}

void print_csv(struct buf *out, const struct rows *rows, const struct print_style *style)
{
	const struct column *columns[COLUMN_MAX];
	unsigned count = choose(style, columns);

	for (unsigned i = 0; i < count && !style->has_no_header; i++) {
		buf_add_string(out, i ? "," : "");
		buf_add_string(out, columns[i]->name);
	}
	buf_add_string(out, style->has_no_header ? "" : "\r\n");
	for (size_t r = 0; r < rows->count; r++) {
		for (unsigned i = 0; i < count; i++) {
			buf_add_string(out, i ? "," : "");
			(columns[i]->value ? add_value : add_look)(out, columns[i], rows->items[r]);
		}
		buf_add_string(out, "\r\n");
	}
}
