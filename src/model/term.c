/* Owns how a value of a filter is read and held against a row. Words of a closed list (states, marks ...)
 * become bits and ranges become numbers when they are read, so that a match costs little. Refuses to know
 * where a field's values come from, and how terms are combined. */
#include "model/term.h"

#include <errno.h>
#include <stdio.h>
#include "base/nearest.h"
#include "model/place.h"

enum { CHOICE_MAX = 32 };

enum term_kind { TERM_TEXT, TERM_NUMBERS, TERM_CHOICE, TERM_PLACE, TERM_WORD, TERM_WORD_NUMBER };

struct term {
	const struct field *field;       /* TERM_TEXT, TERM_NUMBERS, TERM_CHOICE */
	enum term_kind kind;
	struct slice text;               /* in lower case */
	bool is_number;                  /* TERM_TEXT: the text is the number `low` */
	uint64_t low, high;
	uint32_t bits;                   /* TERM_CHOICE: any of these; TERM_WORD: states that have the text */
	uint32_t marks;                  /* TERM_WORD: marks that have it */
	struct place place;
};

/* A word without a field is looked for in these, in states and in marks. */
static const uint8_t word_fields[] = { FIELD_PROC, FIELD_CMD, FIELD_USER, FIELD_SERVICE, FIELD_ADDR };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool begins(const char *where, struct slice text)
{
	size_t i = 0;

	while (i < text.len && where[i] && lower(where[i]) == text.ptr[i])
		i++;
	return i == text.len;
}

/* `text` is in lower case already; NULL holds nothing. One cheap comparison turns most places down: bit 5 is
 * all that is between the cases of an ASCII letter. */
static bool contains(const char *where, struct slice text)
{
	const char bit = 0x20;

	if (!where || !text.len)
		return where;
	for (char first = text.ptr[0] | bit; *where; where++)
		if ((*where | bit) == first && begins(where, text))
			return true;
	return false;
}

const char *term_quote(char out[TERM_QUOTE], struct slice word)
{
	size_t len = word.len < TERM_QUOTE ? word.len : TERM_QUOTE - 1;

	for (size_t i = 0; i < len; i++)
		out[i] = word.ptr[i] >= ' ' && word.ptr[i] <= '~' ? word.ptr[i] : '?';
	out[len] = '\0';
	return out;
}

static int complain(char message[TERM_MESSAGE], const struct field *field, struct slice value,
		    const char *why)
{
	char quoted[TERM_QUOTE];

	snprintf(message, TERM_MESSAGE, "%s: '%s' %s", field->name, term_quote(quoted, value), why);
	return -EINVAL;
}

/* ">1024", ">=1024", "<1024", "<=1024". */
static bool read_comparison(struct slice value, uint64_t *low, uint64_t *high)
{
	bool is_above = slice_starts(value, ">"), is_strict = !slice_starts(slice_from(value, 1), "=");
	uint64_t number;

	if (!slice_to_u64(slice_from(value, is_strict ? 1 : 2), 10, &number) || number >= INT64_MAX)
		return false;
	if (!is_above && is_strict && !number)
		return false;                    /* below 0 is no number */
	*low = is_above ? number + is_strict : 0;
	*high = is_above ? INT64_MAX : number - is_strict;
	return true;
}

/* "3000", "3000-4000", or a comparison. */
static bool read_numbers(struct slice value, uint64_t *low, uint64_t *high)
{
	struct slice rest = value, first = slice_cut(&rest, '-');
	uint64_t begin, end;

	if (slice_starts(value, ">") || slice_starts(value, "<"))
		return read_comparison(value, low, high);
	if (!slice_to_u64(first, 10, &begin))
		return false;
	end = begin;
	if (first.len < value.len && !slice_to_u64(rest, 10, &end))
		return false;
	*low = begin;
	*high = end;
	return true;
}

static int parse_numbers(const struct field *field, struct slice value, struct term *t,
			 char message[TERM_MESSAGE])
{
	t->kind = TERM_NUMBERS;
	if (!read_numbers(value, &t->low, &t->high))
		return complain(message, field, value, "is neither a number, a range 3000-4000, nor >1024");
	if (t->low > field->limit || (t->high > field->limit && t->high != INT64_MAX))
		return complain(message, field, value, "is too large");
	if (t->low > t->high)
		return complain(message, field, value, "runs backwards");
	return 0;
}

static bool begins_choice(struct slice value, const char *choice)
{
	struct slice front = { choice, value.len };

	return value.len <= slice_of(choice).len && slice_contains_nocase(front, value);
}

/* "unknown state 'lisen': did you mean LISTEN?", else which words there are. */
static int complain_choice(char message[TERM_MESSAGE], const struct field *field, struct slice value)
{
	const char *choices[CHOICE_MAX + 1] = { NULL }, *near;
	char quoted[TERM_QUOTE];
	size_t len;

	for (unsigned i = 0; i < CHOICE_MAX && field->choice(i); i++)
		choices[i] = field->choice(i);
	near = nearest_name(value, choices);
	term_quote(quoted, value);
	if (near) {
		snprintf(message, TERM_MESSAGE, "unknown %s '%s': did you mean %s?", field->name,
			 quoted, near);
		return -EINVAL;
	}
	len = (size_t)snprintf(message, TERM_MESSAGE, "unknown %s '%s': ", field->name, quoted);
	for (unsigned i = 0; choices[i] && len < TERM_MESSAGE; i++)
		len += (size_t)snprintf(message + len, TERM_MESSAGE - len, "%s%s", i ? ", " : "", choices[i]);
	return -EINVAL;
}

static int parse_choice(const struct field *field, struct slice value, struct term *t,
			char message[TERM_MESSAGE])
{
	t->kind = TERM_CHOICE;
	for (unsigned i = 0; field->choice(i); i++)
		if (begins_choice(value, field->choice(i)))
			t->bits |= 1u << i;
	return t->bits ? 0 : complain_choice(message, field, value);
}

static uint32_t choices_with(const char *(*choice)(unsigned i), struct slice text)
{
	uint32_t bits = 0;

	for (unsigned i = 0; choice(i); i++)
		if (contains(choice(i), text))
			bits |= 1u << i;
	return bits;
}

static bool is_port_range(struct slice value, struct term *t)
{
	return read_numbers(value, &t->low, &t->high) && t->low <= t->high && t->low <= UINT16_MAX;
}

static void parse_word(struct slice value, bool is_quoted, struct term *t)
{
	t->kind = TERM_WORD;
	t->bits = choices_with(field_get(FIELD_STATE)->choice, t->text);
	t->marks = choices_with(field_get(FIELD_MARK)->choice, t->text);
	if (is_quoted)
		return;
	if (slice_to_u64(value, 10, &t->low)) {
		t->kind = TERM_WORD_NUMBER;
	} else if (is_port_range(value, t)) {
		t->kind = TERM_NUMBERS;
		t->field = field_get(FIELD_PORT);
	} else if (!place_parse(t->text, &t->place)) {
		t->kind = TERM_PLACE;
	}
}

static void parse_text(const struct field *field, struct slice value, bool is_quoted, struct term *t)
{
	bool is_place = field == field_get(FIELD_ADDR) && !is_quoted && !place_parse(t->text, &t->place);

	t->kind = is_place ? TERM_PLACE : TERM_TEXT;
	t->is_number = field->has_number && slice_to_u64(value, 10, &t->low);
}

static struct slice lowered(struct arena *arena, struct slice value)
{
	char *copy = arena_string(arena, value);

	for (size_t i = 0; i < value.len; i++)
		copy[i] = lower(copy[i]);
	return (struct slice){ copy, value.len };
}

int term_parse(struct arena *arena, const struct field *field, struct slice value, bool is_quoted,
	       const struct term **out, char message[TERM_MESSAGE])
{
	struct term *t = arena_alloc(arena, sizeof *t);
	int error = 0;

	t->field = field;
	t->text = lowered(arena, value);
	if (!field)
		parse_word(value, is_quoted, t);
	else if (field->choice)
		error = parse_choice(field, value, t, message);
	else if (field->limit)
		error = parse_numbers(field, value, t, message);
	else
		parse_text(field, value, is_quoted, t);
	if (!error)
		*out = t;
	return error;
}

static bool has_added_text(const struct field *field, const struct process *p, struct slice text)
{
	struct buf added = { 0 };
	bool has;

	field->add_process_text(&added, p);
	has = contains(buf_string(&added), text);
	buf_done(&added);
	return has;
}

static bool has_text(const struct field *field, const struct row *row, struct slice text)
{
	const struct listener *l = row->listener;

	if (field->row_text && contains(field->row_text(row), text))
		return true;
	for (uint32_t i = 0; field->process_text && i < l->holder_count; i++)
		if (contains(field->process_text(l->holders[i].process), text))
			return true;
	for (uint32_t i = 0; field->add_process_text && i < l->holder_count; i++)
		if (has_added_text(field, l->holders[i].process, text))
			return true;
	return false;
}

static bool has_word(const struct term *t, const struct row *row)
{
	if (t->marks & row_marks(row) || t->bits & field_get(FIELD_STATE)->bits(row))
		return true;
	for (unsigned i = 0; i < sizeof word_fields; i++)
		if (has_text(field_get(word_fields[i]), row, t->text))
			return true;
	return false;
}

bool term_match(const struct term *t, const struct row *row)
{
	const struct listener *l = row->listener;

	switch (t->kind) {
	case TERM_TEXT:
		return has_text(t->field, row, t->text) ||
		       (t->is_number && t->field->has_number(l, t->low, t->low));
	case TERM_NUMBERS:
		return t->field->has_number(l, t->low, t->high);
	case TERM_CHOICE:
		return t->bits & t->field->bits(row);
	case TERM_PLACE:
		return place_match(&t->place, l);
	case TERM_WORD:
		return has_word(t, row);
	case TERM_WORD_NUMBER:
		return field_get(FIELD_PORT)->has_number(l, t->low, t->low) ||
		       field_get(FIELD_PID)->has_number(l, t->low, t->low);
	}
	return false;
}
