/* cli/print: CSV, chosen columns, and rows for xargs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/print.h"
#include "tests/fake/build.h"

static const char scene[] =
	"tcp 127.0.0.1:3000 by 4211 =1+1 alice\n"
	"tcp 127.0.0.1:3001 by 4212 a,b\"c alice\n"
	"tcp 127.0.0.1:3002 user root\n";

struct desk {
	struct tracker *tracker;
	const struct snapshot *snapshot;
	struct rows rows;
	struct buf text;
};

static int start(void **state)
{
	static struct desk desk;
	const struct rows_options all = { .show_leftovers = true };

	desk.tracker = tracker_new();
	desk.snapshot = build_snapshot(1000, scene);
	tracker_update(desk.tracker, desk.snapshot);
	rows_update(&desk.rows, desk.tracker, &all);
	assert_int_equal(desk.rows.count, 3);
	*state = &desk;
	return 0;
}

static int stop(void **state)
{
	struct desk *d = *state;

	rows_done(&d->rows);
	tracker_free(d->tracker);
	snapshot_unref(d->snapshot);
	buf_done(&d->text);
	return 0;
}

static void csv(void **state)
{
	const struct print_style three = {
		.columns = { column_named("port"), column_named("process"), column_named("pid") }, .column_count = 3,
	};
	struct desk *d = *state;

	buf_clear(&d->text);
	print_csv(&d->text, &d->rows, &three);
	assert_string_equal(buf_string(&d->text), "port,process,pid\r\n"
			    "3000,'=1+1,4211\r\n"                /* no formula */
			    "3001,\"a,b\"\"c\",4212\r\n"
			    "3002,,\r\n");                       /* not known is empty */
}

/* Every record has every column. */
static void csv_is_rectangular(void **state)
{
	const struct print_style usual = { .has_no_header = true };
	struct desk *d = *state;
	const struct column *all[COLUMN_MAX];
	unsigned commas = 0, lines = 0, is_quoted = 0;

	buf_clear(&d->text);
	print_csv(&d->text, &d->rows, &usual);
	for (size_t i = 0; i < d->text.len; i++) {
		is_quoted ^= d->text.data[i] == '"';
		commas += d->text.data[i] == ',' && !is_quoted;
		lines += d->text.data[i] == '\n';
	}
	assert_int_equal(lines, 3);
	assert_int_equal(commas, 3 * (column_all(all) - 2)); /* without the sign */
}

static void chosen_columns(void **state)
{
	const struct print_style two = {
		.columns = { column_named("pid"), column_named("port") }, .column_count = 2, .has_no_header = true,
	};
	const struct output pipe = { 0 }, narrow = { .is_terminal = true, .width = 4 };
	struct desk *d = *state;

	buf_clear(&d->text);
	print_table(&d->text, &d->rows, &pipe, &two);
	assert_string_equal(buf_string(&d->text), "4211 3000\n4212 3001\n   ? 3002\n");
	buf_clear(&d->text);
	print_table(&d->text, &d->rows, &narrow, &two);
	assert_string_equal(buf_string(&d->text), "4211 3000\n4212 3001\n   ? 3002\n");
}

static void for_xargs(void **state)
{
	static const char expected[] = "3000\t4211\0003001\t4212\0003002\t?";
	const struct print_style two = {
		.columns = { column_named("port"), column_named("pid") }, .column_count = 2, .is_nul = true,
	};
	const struct output pipe = { 0 };
	struct desk *d = *state;

	buf_clear(&d->text);
	print_table(&d->text, &d->rows, &pipe, &two);
	assert_int_equal(d->text.len, sizeof expected);
	assert_memory_equal(d->text.data, expected, sizeof expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv), cmocka_unit_test(csv_is_rectangular), cmocka_unit_test(chosen_columns),
		cmocka_unit_test(for_xargs),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
