/* Owns what values have in common: how they are made, and written for the eye. Refuses to know
 * rows and columns. */
#include "model/value.h"

#include "base/clock.h"

struct value value_null(void)
{
	return (struct value){ .kind = VALUE_NULL };
}

struct value value_of_text(const char *text)
{
	return text ? (struct value){ VALUE_TEXT, 0, text } : value_null();
}

struct value value_of_number(int64_t number)
{
	return (struct value){ VALUE_NUMBER, number, NULL };
}

struct value value_of_bool(bool is_true)
{
	return (struct value){ VALUE_BOOL, is_true, NULL };
}

void value_add(struct buf *out, struct value v)
{
	switch (v.kind) {
	case VALUE_NULL:
		buf_add_char(out, '-');
		break;
	case VALUE_BOOL:
		buf_add_string(out, v.number ? "yes" : "no");
		break;
	case VALUE_NUMBER:
		buf_printf(out, "%lld", (long long)v.number);
		break;
	case VALUE_TEXT:
		buf_add_string(out, v.text);
		break;
	}
}

void value_add_duration(struct buf *out, struct value v)
{
	if (v.kind == VALUE_NULL)
		value_add(out, v);
	else
		clock_add_duration(out, v.number);
}
