/* man/lotop.1 against the tables of the program: nothing that it can do is missing there, and no option
 * stands there that it does not have. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/options.h"
#include "model/column.h"
#include "model/health.h"
#include "model/query.h"
#include "ui/keymap.h"

static struct buf page;

static int read_page(void **state)
{
	FILE *file = fopen(LOTOP_SOURCE_DIR "/man/lotop.1", "r");
	char bytes[4096];
	size_t count;

	(void)state;
	if (!file)
		return -1;
	while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
		buf_add(&page, bytes, count);
	return fclose(file);
}

static int forget_page(void **state)
{
	(void)state;
	buf_done(&page);
	return 0;
}

/* From the heading (".Sh KEYS") up to the next one, of sections or subsections. */
static struct slice section(const char *heading)
{
	const char *start = strstr(buf_string(&page), heading), *end;

	if (!start)
		fail_msg("the page has no %s", heading);
	end = strstr(start, "\n.S");
	while (end && strncmp(end, "\n.Sh ", 5) && strncmp(end, "\n.Ss ", 5))
		end = strstr(end + 1, "\n.S");
	return (struct slice){ start, end ? (size_t)(end - start) + 1 : strlen(start) };
}

static bool has(struct slice text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* `word` between characters that are not its kind. */
static bool has_word(struct slice text, const char *word)
{
	while (text.len) {
		const char *at = memmem(text.ptr, text.len, word, strlen(word));
		char behind, before;

		if (!at)
			return false;
		before = at > text.ptr ? at[-1] : ' ';
		behind = at + strlen(word) < text.ptr + text.len ? at[strlen(word)] : ' ';
		if (!is_name(before) && !is_name(behind))
			return true;
		text = slice_from(text, (size_t)(at - text.ptr) + 1);
	}
	return false;
}

static void assert_has(struct slice text, const char *part)
{
	if (!has(text, part))
		fail_msg("man/lotop.1 lacks: %s", part);
}

/* As a sentence of its own. */
static void assert_has_sentence(struct slice text, const char *sentence)
{
	struct buf line = { 0 };

	buf_printf(&line, "%c%s.\n", toupper((unsigned char)*sentence), sentence + 1);
	assert_has(text, buf_string(&line));
	buf_done(&line);
}

static void every_option_has_its_entry(void **state)
{
	struct slice text = section(".Sh DESCRIPTION"), rest = text;
	size_t count, entries = 0;
	const struct option_entry *table = options_table(&count);
	(void)state;

	for (size_t i = 0; i < count; i++) {
		struct buf line = { 0 };

		buf_add_string(&line, "\n.It ");
		if (table[i].letter)
			buf_printf(&line, "Fl %c , ", table[i].letter);
		buf_printf(&line, "Fl -%s", table[i].name);
		if (table[i].argument)
			buf_printf(&line, " Ar %s", table[i].argument);
		buf_add_char(&line, '\n');
		assert_has(text, buf_string(&line));
		buf_done(&line);
	}
	while (rest.len)
		entries += slice_starts(slice_cut(&rest, '\n'), ".It Fl ");
	assert_int_equal(entries, count);
}

static void every_command_has_its_entry(void **state)
{
	struct slice text = section(".Sh DESCRIPTION"), rest = text;
	size_t entries = 0;
	(void)state;

	for (unsigned id = 0; id < SUBCOMMAND_COUNT; id++) {
		struct buf line = { 0 };

		buf_printf(&line, *subcommand_get(id)->name ? "\n.It Nm Cm %s" : "\n.It Nm%s\n",
			   subcommand_get(id)->name);
		assert_has(text, buf_string(&line));
		buf_done(&line);
	}
	while (rest.len)
		entries += slice_starts(slice_cut(&rest, '\n'), ".It Nm");
	assert_int_equal(entries, SUBCOMMAND_COUNT);
}

static void every_exit_status_is_explained(void **state)
{
	struct slice text = section(".Sh EXIT STATUS");
	(void)state;

	for (unsigned status = 0; status < STATUS_COUNT; status++)
		assert_has_sentence(text, status_help(status));
}

static void every_key_is_named(void **state)
{
	struct slice text = section(".Sh KEYS");
	size_t count = keymap_default()->count;
	const struct binding *bindings = keymap_default()->bindings;
	(void)state;

	for (size_t i = 0; i < count; i++) {
		struct buf key = { 0 };

		buf_add_string(&key, "Ic ");
		if (bindings[i].key == '?' || bindings[i].key == '[' || bindings[i].key == ']')
			buf_add_string(&key, "\\&");         /* mdoc takes these for punctuation */
		if (bindings[i].key == '-')
			buf_add_string(&key, "\\");
		keymap_add_key_name(&key, bindings[i].key);
		assert_has(text, buf_string(&key));
		buf_done(&key);
	}
}

static void every_mark_is_explained(void **state)
{
	struct slice text = section(".Sh MARKS");
	(void)state;

	for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
		const struct health_rule *rule = health_rule(mark);
		struct buf line = { 0 };

		buf_printf(&line, "\n.It Li \"%c %s\"\n", rule->sign, rule->id);
		assert_has(text, buf_string(&line));
		assert_has_sentence(text, rule->title);
		buf_done(&line);
	}
}

static void every_filter_field_is_named(void **state)
{
	struct slice text = section(".Sh FILTER LANGUAGE");
	(void)state;

	for (const char *const *field = query_fields(); *field; field++)
		if (!has_word(text, *field))
			fail_msg("man/lotop.1 lacks the field %s", *field);
}

static void every_column_and_json_key_is_named(void **state)
{
	struct slice columns = section(".Ss What the columns say"), keys = section(".Sh JSON");
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	(void)state;

	for (unsigned i = 0; i < count; i++) {
		const struct column *c = all[i];

		if (c->priority != PRIORITY_NOT_BY_DEFAULT && *c->title && !has_word(columns, c->title))
			fail_msg("man/lotop.1 lacks the column %s", c->title);
		if (c->json && !has_word(keys, c->json))
			fail_msg("man/lotop.1 lacks the key %s", c->json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_has_its_entry),
		cmocka_unit_test(every_command_has_its_entry),
		cmocka_unit_test(every_exit_status_is_explained),
		cmocka_unit_test(every_key_is_named),
		cmocka_unit_test(every_mark_is_explained),
		cmocka_unit_test(every_filter_field_is_named),
		cmocka_unit_test(every_column_and_json_key_is_named),
	};
	return cmocka_run_group_tests(tests, read_page, forget_page);
}
