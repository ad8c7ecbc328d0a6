/* lotop list and lotop help, run as main.c runs them, on the scripted platform: exit status, standard
 * output and standard error. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "cli/options.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 by 911 postgres postgres\n"
	"tcp 192.168.1.7:9000 by 6120 java alice\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n"
	"gap owners 6\n";

static struct fake *fake;
static unsigned opened;
static int open_error;
static struct buf output, errors;

static void fill(void *context, struct facts *facts)
{
	build_add(facts, "%s", (const char *)context);
}

static int open_fake(const struct options *o, struct platform **out)
{
	(void)o;
	opened++;
	if (!open_error)
		*out = fake_platform(fake);
	return open_error;
}

/* Sends what is written to `fd` to a file in memory; returns the descriptor that was there. */
static int redirect(int fd)
{
	int kept = dup(fd), file = memfd_create("capture", MFD_CLOEXEC);

	assert_true(kept >= 0 && file >= 0);
	assert_int_equal(dup2(file, fd), fd);
	close(file);
	return kept;
}

static void restore(int fd, int kept, struct buf *text)
{
	char bytes[4096];
	ssize_t count;

	buf_clear(text);
	for (off_t at = 0; (count = pread(fd, bytes, sizeof bytes, at)) > 0; at += count)
		buf_add(text, bytes, (size_t)count);
	dup2(kept, fd);
	close(kept);
}

/* The operands stand behind `command`, ended by NULL. */
static int run(const char *command, ...)
{
	char *argv[8] = { "lotop", (char *)command };
	struct options o;
	struct buf problem = { 0 };
	int argc = 2, status, kept_output, kept_errors;
	va_list words;

	va_start(words, command);
	while ((argv[argc] = va_arg(words, char *)))
		argc++;
	va_end(words);
	assert_int_equal(options_parse(argc, argv, &o, &problem), 0);
	kept_output = redirect(STDOUT_FILENO);
	kept_errors = redirect(STDERR_FILENO);
	status = (o.wants_help ? cmd_help : o.subcommand->run)(&o, open_fake);
	fflush(stderr);
	restore(STDERR_FILENO, kept_errors, &errors);
	restore(STDOUT_FILENO, kept_output, &output);
	options_done(&o);
	buf_done(&problem);
	return status;
}

static unsigned lines(const struct buf *text)
{
	unsigned count = 0;

	for (size_t i = 0; i < text->len; i++)
		count += text->data[i] == '\n';
	return count;
}

static bool says(const struct buf *text, const char *part)
{
	return strstr(buf_string(text), part) != NULL;
}

static void rows_are_printed_and_gaps_told(void **state)
{
	(void)state;
	assert_int_equal(run("list", NULL), STATUS_FOUND);
	assert_int_equal(lines(&output), 4);
	assert_true(says(&output, "PORT ") && says(&output, "3000") && says(&output, "TIME-WAIT"));
	assert_false(says(&output, "192.168.1.7"));
	assert_int_equal(lines(&errors), 1);
	assert_true(says(&errors, "lotop: 6 owners hidden: "));
	assert_int_equal(fake_count(fake, FAKE_FREE), 1);
}

static void options_choose_the_rows(void **state)
{
	(void)state;
	assert_int_equal(run("list", "--all", NULL), STATUS_FOUND);
	assert_int_equal(lines(&output), 5);
	assert_true(fake_last_request(fake).leftovers && fake_last_request(fake).bound_only);
	assert_int_equal(run("list", "--no-leftovers", NULL), STATUS_FOUND);
	assert_int_equal(lines(&output), 3);
	assert_false(fake_last_request(fake).leftovers);
}

static void words_are_one_filter(void **state)
{
	(void)state;
	assert_int_equal(run("list", "state:listen", "alice", NULL), STATUS_FOUND);
	assert_int_equal(lines(&output), 2);
	assert_int_equal(run("list", "3000", "or", "5432", NULL), STATUS_FOUND);
	assert_int_equal(lines(&output), 3);
}

static void nothing_found_is_status_1_and_no_output(void **state)
{
	(void)state;
	assert_int_equal(run("list", "6666", NULL), STATUS_NOTHING);
	assert_int_equal(output.len, 0);
	assert_int_equal(run("list", "--json", "6666", NULL), STATUS_NOTHING);
	assert_true(says(&output, "\"listeners\":[]"));
}

static void json_tells_the_gaps_itself(void **state)
{
	(void)state;
	assert_int_equal(run("list", "--json", "node", NULL), STATUS_FOUND);
	assert_true(says(&output, "{\"schema\":1,") && says(&output, "\"what\":\"owners\""));
	assert_int_equal(errors.len, 0);
}

static void a_bad_filter_has_a_caret_and_no_scan(void **state)
{
	(void)state;
	assert_int_equal(run("list", "node", "prt:3000", NULL), STATUS_USAGE);
	assert_int_equal(opened, 0);
	assert_int_equal(output.len, 0);
	assert_true(says(&errors, "lotop: filter: "));
	assert_true(says(&errors, "\n  node prt:3000\n       ^\n"));
	assert_int_equal(run("list", "\033[2J\xff", "prt:3000", NULL), STATUS_USAGE);
	assert_true(says(&errors, "\n  \\x1b[2J\\xff prt:3000\n"));
	assert_false(says(&errors, "\033"));
}

static void a_refusal_is_status_3_with_what_to_try(void **state)
{
	(void)state;
	fake_fail_scans(fake, -EPERM, 1);
	assert_int_equal(run("list", NULL), STATUS_BLIND);
	assert_int_equal(output.len, 0);
	assert_true(says(&errors, "lotop: cannot see any socket: Operation not permitted ("));
	open_error = -ENOENT;
	assert_int_equal(run("list", NULL), STATUS_BLIND);
	assert_int_equal(errors.len, 0);     /* who opens has said it */
}

static void help_names_every_option(void **state)
{
	size_t count;
	const struct option_entry *table = options_table(&count);
	(void)state;

	assert_int_equal(run("help", NULL), STATUS_FOUND);
	for (size_t i = 0; i < count; i++) {
		char option[64];

		snprintf(option, sizeof option, " --%s%s%s ", table[i].name, table[i].argument ? " " : "",
			 table[i].argument ? table[i].argument : "");
		if (!says(&output, option))
			fail_msg("no%s", option);
	}
	assert_true(says(&output, "lotop list [FILTER...]") && says(&output, "  3  could not look"));
	assert_int_equal(opened, 0);
}

static void help_of_a_command_leaves_out_the_rest(void **state)
{
	(void)state;
	assert_int_equal(run("help", "list", NULL), STATUS_FOUND);
	assert_true(says(&output, "--json") && says(&output, "Fields: port"));
	assert_false(says(&output, "--interval"));
	assert_int_equal(run("list", "--help", NULL), STATUS_FOUND);
	assert_int_equal(run("help", "lst", NULL), STATUS_USAGE);
	assert_true(says(&errors, "lotop: lst: no such command"));
}

static int set_up(void **state)
{
	(void)state;
	fake = fake_new();
	fake_add_frame(fake, fill, (void *)desk);
	opened = 0;
	open_error = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_free(fake);
	buf_done(&output);
	buf_done(&errors);
	return 0;
}

#define LIST_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIST_TEST(rows_are_printed_and_gaps_told),
		LIST_TEST(options_choose_the_rows),
		LIST_TEST(words_are_one_filter),
		LIST_TEST(nothing_found_is_status_1_and_no_output),
		LIST_TEST(json_tells_the_gaps_itself),
		LIST_TEST(a_bad_filter_has_a_caret_and_no_scan),
		LIST_TEST(a_refusal_is_status_3_with_what_to_try),
		LIST_TEST(help_names_every_option),
		LIST_TEST(help_of_a_command_leaves_out_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
