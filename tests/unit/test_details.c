/* ui/details, ui/help: pages say what is known, where it was read, and what could not be
 * seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/health.h"
#include "model/field.h"
#include "model/tracker.h"
#include "tests/fake/build.h"
#include "ui/details.h"
#include "ui/help.h"
#include "ui/keymap.h"

enum { WIDTH = 80 };

static const char scene[] =
	"process 4211 node alice state T parent 4200 tty pts/3 cwd /home/alice/shop command node next dev\n"
	"tcp 127.0.0.1:3000 cookie 7 inode 70 queue 3 511 by 4211 node alice by 4212 node alice\n"
	"tcp [::]:8080 v6only yes user root\n"
	"time-wait tcp 127.0.0.1:8000 cookie 0 peer 127.0.0.1:43210 expires 41000\n"
	"connections\n"
	"gap owners 6\n";

/* The page of the row at that place in the table. */
static void build(struct page *page, size_t index)
{
	const struct snapshot *s = build_snapshot(1000000, scene);
	struct tracker *tracker = tracker_new();
	struct subject about = { .snapshot = s, .home = "/home/alice" };
	size_t count;

	tracker_update(tracker, s);
	about.row = tracker_rows(tracker, &count) + index;
	assert_true(index < count);
	page_clear(page, WIDTH);
	details_build(page, &about);
	tracker_free(tracker);
	snapshot_unref(s);
}

static const struct page_line *line_of(const struct page *page, const char *label)
{
	for (size_t i = 0; i < page->count; i++)
		if (!strcmp(page->lines[i].label, label))
			return &page->lines[i];
	return NULL;
}

static void says_what_is_known_and_where_it_was_read(void **state)
{
	static const struct {
		const char *label, *text, *note;
	} cases[] = {
		{ "address", "127.0.0.1:3000  tcp over ipv4", "sock_diag" },
		{ "state", "LISTEN", "sock_diag" },
		{ "range", "registered", "RFC 6335" },
		{ "queue", "3 of 511 waiting for accept", "sock_diag" },
		{ "inode", "70", "sock_diag" },
		{ "cookie", "0x7", "sock_diag" },
		{ "opened by", "uid 1000 (alice)", "sock_diag" },
		{ "command", "node next dev", "/proc/4211/cmdline" },
		{ "directory", "~/shop", "/proc/4211/cwd" },
		{ "terminal", "pts/3", "/proc/4211/stat" },
		{ "parents", "4200", "/proc/4211/stat" },
	};
	struct page page = { 0 };

	(void)state;
	build(&page, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct page_line *line = line_of(&page, cases[i].label);

		assert_non_null(line);
		assert_string_equal(line->text, cases[i].text);
		assert_string_equal(line->note, cases[i].note);
	}
	page_done(&page);
}

static bool has_text(const struct page *page, const char *text)
{
	for (size_t i = 0; i < page->count; i++)
		if (strstr(page->lines[i].text, text))
			return true;
	return false;
}

static void every_holder_has_its_part(void **state)
{
	struct page page = { 0 };

	(void)state;
	build(&page, 0);
	assert_true(has_text(&page, "Held by node 4211"));
	assert_true(has_text(&page, "Held by node 4212"));
	assert_true(has_text(&page, "T (stopped)"));
	page_done(&page);
}

static void what_is_not_known_is_left_out_or_said(void **state)
{
	struct page page = { 0 };

	(void)state;
	build(&page, 1);
	assert_null(line_of(&page, "inode"));
	assert_null(line_of(&page, "cookie"));
	assert_string_equal(line_of(&page, "state")->text, "TIME-WAIT");
	assert_false(has_text(&page, "Held by"));
	build(&page, 2);
	assert_true(has_text(&page, "not visible"));
	assert_true(has_text(&page, "What could not be seen"));
	assert_string_equal(line_of(&page, "IPv6 only")->text, "yes: IPv6 only");
	page_done(&page);
}

static void help_shows_every_key_mark_and_field(void **state)
{
	const char *fields[FIELD_MAX + 1];
	struct page page = { 0 };
	struct buf keys = { 0 };
	size_t count = keymap_default()->count;
	const struct binding *bindings = keymap_default()->bindings;
	const struct health_rule *rule;

	(void)state;
	page_clear(&page, 200);
	help_build(&page, keymap_default());
	for (size_t i = 0; i < count; i++) {
		if (!(bindings[i].contexts & CONTEXT_LISTENERS))
			continue;
		buf_clear(&keys);
		keymap_add_keys(&keys, keymap_default(), CONTEXT_LISTENERS, bindings[i].command);
		assert_non_null(line_of(&page, buf_string(&keys)));
	}
	for (uint32_t all = UINT32_MAX; (rule = health_next(&all));)
		assert_true(has_text(&page, rule->title));
	field_names(fields);
	for (const char *const *field = fields; *field; field++)
		assert_true(has_text(&page, *field));
	buf_done(&keys);
	page_done(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_known_and_where_it_was_read),
		cmocka_unit_test(every_holder_has_its_part),
		cmocka_unit_test(what_is_not_known_is_left_out_or_said),
		cmocka_unit_test(help_shows_every_key_mark_and_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
