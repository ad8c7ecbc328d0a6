/* cli/options: what a command line means, and the one line that it gets when it means nothing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/options.h"

enum { WORDS_MAX = 16 };

static struct buf problem;
static char *words[WORDS_MAX + 1];
static char line[256];

/* Parses "lotop " + text; blanks separate. */
static int parse(const char *text, struct options *o)
{
	int count = 0;

	snprintf(line, sizeof line, "lotop %s", text);
	buf_clear(&problem);
	for (char *rest = line, *word; count < WORDS_MAX && (word = strsep(&rest, " "));)
		if (*word)
			words[count++] = word;
	words[count] = NULL;
	return options_parse(count, words, o, &problem);
}

static void nothing_is_the_dashboard(void **state)
{
	struct options o;
	(void)state;

	assert_int_equal(parse("", &o), 0);
	assert_ptr_equal(o.subcommand, subcommand_get(SUBCOMMAND_DASHBOARD));
	assert_int_equal(o.interval_ms, 0);
	assert_int_equal(o.word_count, 0);
	assert_null(o.record);
	assert_null(o.replay);
	assert_false(o.show_all || o.hide_leftovers || o.as_json || o.wants_help || o.wants_version);
	options_done(&o);
}

static void options_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"list --json -a --replay file node port:3000", "--json -a list node --replay=file port:3000",
		"list node port:3000 --js --all --repl file", "-a --json --repla file list -- node port:3000",
		"list node --json -a --replay file -- port:3000",
	};
	struct options o;
	(void)state;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		assert_int_equal(parse(lines[i], &o), 0);
		assert_ptr_equal(o.subcommand, subcommand_get(SUBCOMMAND_LIST));
		assert_true(o.as_json && o.show_all && !o.hide_leftovers);
		assert_string_equal(o.replay, "file");
		assert_int_equal(o.word_count, 2);
		assert_string_equal(o.words[0], "node");
		assert_string_equal(o.words[1], "port:3000");
		options_done(&o);
	}
}

static void the_environment_does_not_change_the_order(void **state)
{
	struct options o;
	(void)state;

	setenv("POSIXLY_CORRECT", "1", 1);
	assert_int_equal(parse("list node --json", &o), 0);
	assert_true(o.as_json);
	assert_int_equal(o.word_count, 1);
	options_done(&o);
	unsetenv("POSIXLY_CORRECT");
}

static void behind_two_dashes_everything_is_a_word(void **state)
{
	struct options o;
	(void)state;

	assert_int_equal(parse("list -- --json -a", &o), 0);
	assert_false(o.as_json || o.show_all);
	assert_int_equal(o.word_count, 2);
	assert_string_equal(o.words[0], "--json");
	options_done(&o);
}

static void intervals(void **state)
{
	static const struct { const char *text; int ms; } cases[] = {
		{ "1", 1000 }, { "2s", 2000 }, { "0.5", 500 }, { "0.25s", 250 }, { "500ms", 500 },
		{ "100ms", 100 }, { "0.1", 100 }, { "1.125", 1125 }, { "60", 60000 }, { "60000ms", 60000 }, { "0.100", 100 },
		{ "0", -1 }, { "0.099", -1 }, { "99ms", -1 }, { "60.001", -1 }, { "61", -1 }, { "-1", -1 },
		{ "1,5", -1 }, { "1.5ms", -1 }, { "0.1234", -1 }, { "s", -1 }, { "ms", -1 }, { "1m", 60000 }, { "2m", -1 }, { "1h", -1 },
		{ "1e1", -1 }, { ".5", -1 }, { "1 s", -1 }, { "99999999999999999999", -1 }, { "", -1 },
	};
	struct options o;
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[64], *argv[] = { "lotop", text, NULL };
		int error;

		snprintf(text, sizeof text, "--interval=%s", cases[i].text);
		buf_clear(&problem);
		error = options_parse(2, argv, &o, &problem);
		assert_int_equal(error == 0 ? o.interval_ms : -1, cases[i].ms);
		options_done(&o);
	}
}

static void mistakes_are_explained(void **state)
{
	static const struct { const char *line, *says; } cases[] = {
		{ "--jsno", "--jsno: no such option (did you mean --json?)" },
		{ "list --intervall=3", "--intervall=3: no such option (did you mean --interval?)" },
		{ "--colour", "--colour: no such option (try lotop --help)" },
		{ "-z", "-z: no such option (try lotop --help)" },
		{ "list -az", "-z: no such option (try lotop --help)" },
		{ "--record", "--record: needs FILE (try lotop --help)" },
		{ "-i", "--interval: needs SECONDS (try lotop --help)" },
		{ "list --json=yes", "--json: takes no value (try --json alone)" },
		{ "-i 100", "--interval 100: not between 0.1 and 60 seconds (try --interval 0.5 or 500ms)" },
		{ "lits", "lits: no such command (did you mean lotop list?)" },
		{ "3000", "3000: no such command (to look for it: lotop list 3000;"
			  " all commands: lotop --help)" },
		{ "--json", "--json: has no meaning for lotop (it belongs to lotop list, lotop why, lotop kill,"
			    " lotop wait, lotop next, lotop watch, lotop log, lotop check)" },
		{ "list -i 2", "--interval: has no meaning for lotop list (it belongs to lotop, lotop watch, lotop record,"
			       " lotop stream)" },
		{ "help --record x", "--record: has no meaning for lotop help (it belongs to lotop, lotop list, lotop why,"
				     " lotop watch)" },
		{ "list --no", "--no: which one? (--no-bpf, --no-header, --no-leftovers)" },
		{ "list --re=x", "--re=x: which one? (--read-only, --record, --redact, --replay)" },
		{ "list --fro x", "--fro: no such option (did you mean --from?)" },
		{ "kill -9 3000", "-9: no such option (a signal: lotop kill -s 9)" },
		{ "kill -y -KILL 3000", "-KILL: no such option (a signal: lotop kill -s KILL)" },
		{ "kill 3000 -hup", "-hup: no such option (a signal: lotop kill -s hup)" },
		{ "kill --port 3000", "--port: no such option (a port stands alone: lotop list 3000)" },
		{ "kill --port=3000", "--port=3000: no such option (a port stands alone: lotop list 3000)" },
		{ "list -p 3000", "-p: no such option (a port stands alone: lotop list 3000)" },
		{ "list -aj", "-j: no such option (try --json)" },
		{ "list --output json", "--output: no such option (try --format COLUMNS, --json or --csv)" },
		{ "next --count 0", "--count 0: no number from 1 to 65535 (try --count 10)" },
		{ "next --from=", "--from '': no number from 1 to 65535 (try --from 3000)" },
		{ "wait 1 --timeout=", "--timeout '': no time up to a day (try --timeout 5s, 500ms or 2m)" },
	};
	struct options o;
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(parse(cases[i].line, &o), -EINVAL);
		assert_string_equal(buf_string(&problem), cases[i].says);
		options_done(&o);
	}
}

static void one_name_means_two_things(void **state)
{
	struct options o;
	(void)state;

	assert_int_equal(parse("--from 4000 next", &o), 0);
	assert_int_equal(o.from, 4000);
	options_done(&o);
	assert_int_equal(parse("next --from ssh", &o), -EINVAL);
	assert_string_equal(buf_string(&problem), "--from ssh: no number from 1 to 65535 (try --from 3000)");
	options_done(&o);
	assert_int_equal(parse("list --from one --from two", &o), 0);
	assert_int_equal(o.from_count, 2);
	assert_string_equal(o.froms[1], "two");
	options_done(&o);
	assert_int_equal(parse("kill --from one 3000", &o), -EINVAL);
	options_done(&o);
}

static void help_is_never_refused_for_its_company(void **state)
{
	struct options o;
	(void)state;

	assert_int_equal(parse("--json --help", &o), 0);
	assert_true(o.wants_help);
	options_done(&o);
	assert_int_equal(parse("list -i 3 -V", &o), 0);
	assert_true(o.wants_version);
	options_done(&o);
}

static void the_table_is_sound(void **state)
{
	size_t count;
	const struct option_entry *table = options_table(&count);
	(void)state;

	for (size_t i = 0; i < count; i++) {
		assert_true(table[i].subcommands != 0);
		assert_true((table[i].kind == OPTION_FLAG) == (table[i].argument == NULL));
		assert_true(strlen(table[i].help) > 0 && table[i].offset < sizeof(struct options));
		for (size_t k = 0; k < i; k++) {
			if (!strcmp(table[i].name, table[k].name)) {     /* one name, another command */
				assert_int_equal(table[i].subcommands & table[k].subcommands, 0);
				continue;
			}
			assert_true(!table[i].letter || table[i].letter != table[k].letter);
			assert_int_not_equal(table[i].offset, table[k].offset);
		}
	}
}

static int release(void **state)
{
	(void)state;
	buf_done(&problem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_the_dashboard),
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(the_environment_does_not_change_the_order),
		cmocka_unit_test(behind_two_dashes_everything_is_a_word),
		cmocka_unit_test(intervals),
		cmocka_unit_test(mistakes_are_explained),
		cmocka_unit_test(one_name_means_two_things),
		cmocka_unit_test(help_is_never_refused_for_its_company),
		cmocka_unit_test(the_table_is_sound),
	};
	return cmocka_run_group_tests(tests, NULL, release);
}
