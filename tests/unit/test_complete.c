/* cli/complete: what is offered at each place of a command line, and the bash script that hands it on. */
#include "cli/complete.h"
#include "model/column.h"
#include "tests/unit/command.h"

enum { WORDS_MAX = 8 };

static const char desk[] =
	"tcp 127.0.0.1:3000 by 4211 node alice\n"
	"tcp [::1]:3100 by 7 my-app alice\n"
	"tcp 127.0.0.1:5432 by 9 $(reboot) alice\n";

static struct command said;
static struct buf candidates;

static int start(void **state)
{
	(void)state;
	command_begin(&said, desk);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	command_end(&said);
	buf_done(&candidates);
	return 0;
}

/* Candidates for the last word of `line`, each with a line break behind it. */
static const char *offers(const char *line)
{
	char text[256], *words[WORDS_MAX], *rest = text;
	int count = 0, kept;

	snprintf(text, sizeof text, "%s", line);
	while (rest && count < WORDS_MAX)
		words[count++] = strsep(&rest, " ");
	kept = command_redirect(STDOUT_FILENO);
	assert_int_equal(complete_print(count, words, command_open_platform), STATUS_FOUND);
	command_restore(STDOUT_FILENO, kept, &said.output);
	buf_clear(&candidates);
	for (struct slice all = buf_slice(&said.output), one; all.len;) {
		one = slice_cut(&all, '\n');
		buf_add_slice(&candidates, slice_cut(&one, '\t'));
		buf_add_char(&candidates, '\n');
	}
	return buf_string(&candidates);
}

static void each_place(void **state)
{
	static const struct { const char *line, *offers; } cases[] = {
		{ "ki", "kill\n" },
		{ "help wai", "wait\n" },
		{ "kill --tr", "--tree\n" },
		{ "--rep", "--replay\n" },
		{ "list --tr", "" },                               /* no meaning there */
		{ "kill -s KI", "KILL\n" },
		{ "kill --signal=KI", "--signal=KILL\n" },
		{ "kill 3000 --signal TE", "TERM\n" },
		{ "list --sort add", "address\n" },
		{ "list --sort -add", "-address\n" },
		{ "list --format port,pi", "port,pid\n" },
		{ "list --format=port,pi", "--format=port,pid\n" },
		{ "next --range dyn", "dynamic\n" },
		{ "kill 3", "3000\n3100\n" },
		{ "why 30", "3000\n" },
		{ "-a list 300", "3000\n" },
		{ "watch proc:m", "proc:my-app\n" },
		{ "list mark:exp", "mark:exposed\n" },
		{ "list mar", "mark:\n" },
		{ "kill proc:$", "" },                     /* nothing that a shell would read otherwise */
		{ "list --record ", "" },                          /* a file */
		{ "wait --timeout ", "" },
		{ "nonsense", "" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(offers(cases[i].line), cases[i].offers);
}

/* Every entry of the tables is offered where it has a meaning. */
static void nothing_is_missing(void **state)
{
	size_t count;
	const struct option_entry *entries = options_table(&count);
	(void)state;

	for (unsigned id = SUBCOMMAND_DASHBOARD + 1; id < SUBCOMMAND_COUNT; id++) {
		const struct subcommand *command = subcommand_get(id);

		assert_non_null(strstr(offers(""), command->name));
		for (size_t i = 0; i < count; i++) {
			char line[64], expected[64];

			snprintf(line, sizeof line, "%s --%s", command->name, entries[i].name);
			snprintf(expected, sizeof expected, "--%s\n", entries[i].name);
			if (entries[i].subcommands & subcommand_bit(command))
				assert_non_null(strstr(offers(line), expected));
		}
	}
}

static void every_column_can_be_sorted_by(void **state)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	(void)state;

	for (unsigned i = 0; i < count; i++)
		assert_non_null(strstr(offers("list --sort "), all[i]->name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place), cmocka_unit_test(nothing_is_missing),
		cmocka_unit_test(every_column_can_be_sorted_by),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
