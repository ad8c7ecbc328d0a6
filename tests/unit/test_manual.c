/* man/lotop.1 against the tables of the program: nothing that it can do is missing there, and no option
 * stands there that it does not have. What it says of the columns is made from their table:
 * `test_manual --write` writes it anew. */
#include <ctype.h>
#include <errno.h>
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
#include "model/field.h"
#include "ui/keymap.h"

#define MANUAL LOTOP_SOURCE_DIR "/man/lotop.1"
#define COLUMNS_FROM "\n.\\\" The columns are written by test_manual --write. From here:\n"
#define COLUMNS_TO ".\\\" To here.\n"

enum { MANUAL_WIDTH = 79 };

static struct buf page;

static int read_page(void **state)
{
	FILE *file = fopen(MANUAL, "r");
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
	const struct health_rule *rule;

	(void)state;
	for (uint32_t all = UINT32_MAX; (rule = health_next(&all));) {
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
	const char *fields[FIELD_MAX + 1];
	(void)state;

	field_names(fields);
	for (const char *const *field = fields; *field; field++)
		if (!has_word(text, *field))
			fail_msg("man/lotop.1 lacks the field %s", *field);
}

static void every_json_key_is_named(void **state)
{
	struct slice keys = section(".Sh JSON");
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	(void)state;

	for (unsigned i = 0; i < count; i++)
		if (all[i]->json && !has_word(keys, all[i]->json))
			fail_msg("man/lotop.1 lacks the key %s", all[i]->json);
}

/* A sentence a line, and lines of at most MANUAL_WIDTH: what mandoc -T lint asks for. */
static void add_sentences(struct buf *out, const char *text)
{
	struct slice rest = slice_of(text);
	size_t used = 0;

	for (struct slice word = slice_word(&rest); word.len; word = slice_word(&rest)) {
		bool is_option = slice_starts(word, "--");
		bool is_end = used && out->data[out->len - 1] == '.' && out->data[out->len - 2] != '.';

		if (used)
			buf_add_char(out, is_end || used + 1 + word.len > MANUAL_WIDTH ? '\n' : ' ');
		used = used && out->data[out->len - 1] == ' ' ? used + 1 : 0;
		if (!used && strchr(".'", *word.ptr))
			buf_add_string(out, "\\&");
		for (size_t i = 0; i < word.len; i++) {
			if (word.ptr[i] == '\\')
				buf_add_string(out, "\\e");
			else
				buf_printf(out, is_option && word.ptr[i] == '-' ? "\\%c" : "%c", word.ptr[i]);
		}
		used += word.len;
	}
	buf_add_char(out, '\n');
}

static bool is_title_of(const struct column *c)
{
	struct slice title = slice_of(c->title);

	return title.len == strlen(c->name) && slice_contains_nocase(title, slice_of(c->name));
}

static void add_column(struct buf *out, const struct column *c)
{
	struct buf help = { 0 };

	if (*c->title)
		buf_printf(out, is_title_of(c) ? ".It Li %s\n" : ".It Li %s Pq Cm %s\n", c->title, c->name);
	else
		buf_printf(out, ".It Em %s\n", c->name);
	buf_printf(&help, "%s. %s", c->help, c->more ? c->more : "");
	add_sentences(out, buf_string(&help));
	buf_done(&help);
}

static void add_columns(struct buf *out, bool are_usual)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);

	buf_add_string(out, ".Bl -tag -width DIRECTORY\n");
	for (unsigned i = 0; i < count; i++)
		if ((all[i]->priority != PRIORITY_NOT_BY_DEFAULT) == are_usual)
			add_column(out, all[i]);
	buf_add_string(out, ".El\n");
}

static void make_columns(struct buf *out)
{
	add_columns(out, true);
	buf_add_string(out, ".Pp\nOnly where they are chosen:\n");
	add_columns(out, false);
}

static struct slice written_columns(void)
{
	const char *from = strstr(buf_string(&page), COLUMNS_FROM);
	const char *to = strstr(buf_string(&page), COLUMNS_TO);

	if (!from || !to || to < from)
		fail_msg("the page does not say where the columns stand");
	from += strlen(COLUMNS_FROM);
	return (struct slice){ from, (size_t)(to - from) };
}

static void every_column_is_explained(void **state)
{
	struct slice is = written_columns();
	struct buf should = { 0 };
	(void)state;

	make_columns(&should);
	for (struct slice rest = buf_slice(&should); rest.len;) {
		struct slice line = slice_cut(&rest, '\n'), there = slice_cut(&is, '\n');

		if (!slice_equal(line, there))
			fail_msg("man/lotop.1 is not what the columns say: \"%.*s\" in place of \"%.*s\" "
				 "(%s --write writes it)", (int)there.len, there.ptr, (int)line.len, line.ptr,
				 program_invocation_name);
	}
	assert_int_equal(is.len, 0);
	buf_done(&should);
}

static int write_columns(void)
{
	struct slice old = written_columns();
	const char *end = old.ptr + old.len;
	struct buf text = { 0 };
	FILE *file = fopen(MANUAL, "w");

	if (!file) {
		perror(MANUAL);
		return 1;
	}
	buf_add(&text, page.data, (size_t)(old.ptr - page.data));
	make_columns(&text);
	buf_add(&text, end, (size_t)(page.data + page.len - end));
	fputs(buf_string(&text), file);
	buf_done(&text);
	return fclose(file) ? 1 : 0;
}

/* "Op Fl any", "Op Fl -json | Fl -csv": a cluster of letters, or the name. */
static bool has_flag(struct slice lines, const struct option_entry *option)
{
	for (struct slice word = slice_word(&lines); word.len; word = slice_word(&lines)) {
		if (!slice_is(word, "Fl") && !slice_is(word, ".Fl"))
			continue;
		word = slice_word(&lines);
		if (slice_starts(word, "-") ? slice_is(slice_from(word, 1), option->name)
					    : option->letter && memchr(word.ptr, option->letter, word.len))
			return true;
	}
	return false;
}

/* The lines of one command: from its name, or for the dashboard from .Nm alone, up to the next .Nm. */
static void synopsis(struct buf *out, const struct subcommand *c)
{
	struct slice rest = section(".Sh SYNOPSIS");
	bool is_it = false, is_first = false;

	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n');

		if (slice_is(line, ".Nm")) {
			is_first = true;
			is_it = false;
			continue;
		}
		if (is_first)
			is_it = slice_starts(line, ".Cm ") ? slice_is(slice_from(line, 4), c->name) : !*c->name;
		is_first = false;
		if (is_it)
			buf_printf(out, "%.*s\n", (int)line.len, line.ptr);
	}
}

static void every_synopsis_has_its_options(void **state)
{
	size_t count;
	const struct option_entry *options = options_table(&count);
	(void)state;

	for (unsigned id = 0; id < SUBCOMMAND_COUNT; id++) {
		const struct subcommand *c = subcommand_get(id);
		struct buf lines = { 0 };

		synopsis(&lines, c);
		for (size_t i = 0; i < count; i++)
			if (options[i].subcommands & subcommand_bit(c) && ~options[i].subcommands << (32 - SUBCOMMAND_COUNT) &&
			    !has_flag(buf_slice(&lines), &options[i]))
				fail_msg("the synopsis of lotop %s has no --%s", c->name, options[i].name);
		buf_done(&lines);
	}
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_has_its_entry),
		cmocka_unit_test(every_command_has_its_entry),
		cmocka_unit_test(every_exit_status_is_explained),
		cmocka_unit_test(every_key_is_named),
		cmocka_unit_test(every_mark_is_explained),
		cmocka_unit_test(every_filter_field_is_named),
		cmocka_unit_test(every_json_key_is_named),
		cmocka_unit_test(every_synopsis_has_its_options),
		cmocka_unit_test(every_column_is_explained),
	};

	if (argc == 2 && !strcmp(argv[1], "--write"))
		return read_page(NULL) ? 1 : write_columns();
	return cmocka_run_group_tests(tests, read_page, forget_page);
}
