/* The recorder's files: one writer, whole lines, a bound, and nothing but files of one's own. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "cli/journal.h"

static char base[64], directory[96];

static void path_of(const char *name, char out[160])
{
	snprintf(out, 160, "%s/%s", directory, name);
}

static struct journal *open_journal(void)
{
	struct journal *j = NULL;

	assert_int_equal(journal_open(directory, &j), 0);
	return j;
}

static void append(struct journal *j, const char *lines)
{
	assert_int_equal(journal_append(j, slice_of(lines)), 0);
}

static void assert_holds(const char *lines)
{
	struct buf text = { 0 };

	assert_int_equal(journal_read(directory, &text), 0);
	assert_string_equal(buf_string(&text), lines);
	buf_done(&text);
}

static void write_raw(const char *name, const char *bytes)
{
	char path[160];

	path_of(name, path);
	FILE *file = fopen(path, "a");
	assert_non_null(file);
	assert_true(fputs(bytes, file) >= 0 && fclose(file) == 0);
}

static void what_is_appended_can_be_read(void **state)
{
	struct stat status;
	struct buf text = { 0 };
	char path[160];
	(void)state;

	assert_int_equal(journal_read(directory, &text), -ENOENT);
	struct journal *j = open_journal();
	assert_holds("");
	append(j, "1\n2\n");
	append(j, "3\n");
	assert_holds("1\n2\n3\n");
	assert_true(stat(directory, &status) == 0 && (status.st_mode & 0777) == 0700);
	path_of("events.ndjson", path);
	assert_true(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
	journal_close(j);
	j = open_journal();
	append(j, "4\n");
	assert_holds("1\n2\n3\n4\n");
	journal_close(j);
	buf_done(&text);
}

static void there_is_one_writer(void **state)
{
	struct journal *j, *second = NULL;
	(void)state;

	assert_false(journal_has_writer(directory));
	j = open_journal();
	assert_int_equal(journal_open(directory, &second), -EBUSY);
	assert_null(second);
	assert_true(journal_has_writer(directory));
	journal_close(j);
	assert_false(journal_has_writer(directory));
	journal_close(open_journal());
}

static void a_torn_line_is_taken_back(void **state)
{
	char long_line[10000];
	(void)state;

	journal_close(open_journal());
	write_raw("events.ndjson", "1\n2");
	assert_holds("1\n2\n");              /* a reader gets whole lines, too; this one is no JSON */
	struct journal *j = open_journal();
	append(j, "3\n");
	assert_holds("1\n3\n");
	journal_close(j);
	memset(long_line, 'x', sizeof long_line);
	long_line[sizeof long_line - 1] = '\0';
	write_raw("events.ndjson", long_line);
	j = open_journal();
	assert_holds("1\n3\n");
	journal_close(j);
}

static void what_cannot_be_written_leaves_no_trace(void **state)
{
	struct journal *j = open_journal();
	(void)state;

	append(j, "1\n");
	assert_int_equal(journal_append(j, (struct slice){ (const char *)8, 64 }), -EFAULT);
	append(j, "2\n");
	assert_holds("1\n2\n");
	journal_close(j);
}

static void it_is_bounded(void **state)
{
	struct buf block = { 0 }, text = { 0 };
	struct journal *j = open_journal();
	(void)state;

	buf_add_repeat(&block, 'x', JOURNAL_FILE_BYTES / 2 - 1);
	buf_add_char(&block, '\n');
	assert_false(journal_is_full(j));
	for (unsigned i = 0; i < 4 * (JOURNAL_OLD_FILES + 1); i++) {
		block.data[0] = (char)('a' + i);
		append(j, buf_string(&block));
		if (journal_is_full(j))
			assert_int_equal(journal_rotate(j), 0);
	}
	append(j, "last\n");
	assert_int_equal(journal_read(directory, &text), 0);
	assert_int_equal(text.len, (size_t)JOURNAL_OLD_FILES * JOURNAL_FILE_BYTES + strlen("last\n"));
	assert_int_equal(text.data[0], 'a' + 2 * (JOURNAL_OLD_FILES + 2));       /* the oldest, first */
	assert_string_equal(text.data + text.len - 5, "last\n");
	journal_close(j);
	buf_done(&block);
	buf_done(&text);
}

static void its_head_is_no_growth(void **state)
{
	struct journal *j = open_journal();
	struct buf block = { 0 };
	(void)state;

	buf_add_repeat(&block, 'x', JOURNAL_FILE_BYTES);
	buf_add_char(&block, '\n');
	append(j, buf_string(&block));
	assert_true(journal_is_full(j));
	journal_mark_head(j);
	assert_false(journal_is_full(j));
	journal_close(j);
	buf_done(&block);
}

static void links_and_pipes_are_refused(void **state)
{
	static const char *const names[] = { "events.ndjson", "lock" };
	char path[160], target[160];
	struct journal *j = NULL;
	struct buf text = { 0 };
	struct stat status;
	(void)state;

	journal_close(open_journal());
	snprintf(target, sizeof target, "%s/precious", base);
	for (size_t i = 0; i < 2; i++) {
		path_of(names[i], path);
		unlink(path);
		assert_int_equal(symlink(target, path), 0);
		assert_int_equal(journal_open(directory, &j), -ELOOP);
		assert_int_not_equal(stat(target, &status), 0);
		unlink(path);
		assert_int_equal(mkfifo(path, 0600), 0);
		assert_int_equal(journal_open(directory, &j), -EPERM);
		if (!i)
			assert_int_equal(journal_read(directory, &text), -EPERM);
		unlink(path);
	}
	assert_null(j);
	buf_done(&text);
}

static void the_directory_is_the_users(void **state)
{
	struct buf text = { 0 };
	(void)state;

	setenv("HOME", "/home/alice", 1);
	setenv("XDG_STATE_HOME", "/state", 1);
	assert_int_equal(journal_add_directory(&text), 0);
	assert_string_equal(buf_string(&text), "/state/lotop");
	setenv("XDG_STATE_HOME", "relative", 1);
	buf_clear(&text);
	assert_int_equal(journal_add_directory(&text), 0);
	assert_string_equal(buf_string(&text), "/home/alice/.local/state/lotop");
	unsetenv("HOME");
	assert_int_equal(journal_add_directory(&text), -ENOENT);
	buf_done(&text);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(base, sizeof base, "/tmp/lotop-journal-XXXXXX");
	if (!mkdtemp(base))
		return -1;
	snprintf(directory, sizeof directory, "%s/a/lotop", base);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "lock", "events.ndjson", "events.1.ndjson", "events.2.ndjson",
					     "events.3.ndjson", "events.4.ndjson" };
	char path[160];
	(void)state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		path_of(names[i], path);
		unlink(path);
	}
	rmdir(directory);
	snprintf(path, sizeof path, "%s/a", base);
	rmdir(path);
	return rmdir(base) && errno != ENOENT;       /* nothing else was left there */
}

#define JOURNAL_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(what_is_appended_can_be_read),
		JOURNAL_TEST(there_is_one_writer),
		JOURNAL_TEST(a_torn_line_is_taken_back),
		JOURNAL_TEST(what_cannot_be_written_leaves_no_trace),
		JOURNAL_TEST(it_is_bounded),
		JOURNAL_TEST(its_head_is_no_growth),
		JOURNAL_TEST(links_and_pipes_are_refused),
		JOURNAL_TEST(the_directory_is_the_users),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
