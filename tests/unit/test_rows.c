/* model/rows: scope, filter, order, and a cursor that follows its row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <cmocka.h>
#include "model/rows.h"
#include "tests/unit/tracking.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 by 40 node alice\n"
	"tcp 0.0.0.0:8080 by 30 Python alice\n"
	"tcp 192.168.1.5:9000 by 20 java bob\n"
	"tcp 127.0.0.1:9001 by 21 node bob\n"
	"tcp 127.0.0.1:9002\n"
	"time-wait tcp 127.0.0.1:7000 peer 127.0.0.1:40000 expires 9000\n";

static void check_ports(const struct rows *r, const char *expected)
{
	struct buf ports = { 0 };

	for (size_t i = 0; i < r->count; i++)
		buf_printf(&ports, "%s%u", i ? " " : "", r->items[i]->listener->key.endpoint.port);
	assert_string_equal(buf_string(&ports), expected);
	buf_done(&ports);
}

static const struct order_case {
	const char *sort;                /* NULL = as they come */
	struct rows_options options;
	const char *query, *ports;
	size_t hidden;
} orders[] = {
	{ NULL, { 0 }, "", "3000 8080 9001 9002", 0 },
	{ NULL, { .is_reversed = true }, "", "9002 9001 8080 3000", 0 },
	{ NULL, { .show_all = true }, "", "3000 8080 9000 9001 9002", 0 },
	{ NULL, { .show_leftovers = true }, "", "3000 7000 8080 9001 9002", 0 },
	{ "process", { 0 }, "", "3000 9001 8080 9002", 0 },
	{ "process", { .is_reversed = true }, "", "9002 8080 9001 3000", 0 },
	{ "pid", { 0 }, "", "9001 8080 3000 9002", 0 },
	{ "owner", { 0 }, "", "3000 8080 9001 9002", 0 },
	{ "address", { 0 }, "", "8080 3000 9001 9002", 0 },
	{ "sign", { 0 }, "", "8080 9002 3000 9001", 0 },
	{ "expires", { .show_leftovers = true }, "", "7000 3000 8080 9001 9002", 0 },
	{ NULL, { 0 }, "node", "3000 9001", 2 },
	{ NULL, { .show_all = true }, "node", "3000 9001", 3 },
	{ "pid", { 0 }, "node", "9001 3000", 2 },
	{ NULL, { 0 }, "nobody", "", 4 },
};

static void check_orders(const char *scene, const struct order_case *cases, size_t count)
{
	struct tracker *t = tracker_new();
	struct rows r = { 0 };

	tracking_see(t, 1000, scene);
	for (size_t i = 0; i < count; i++) {
		struct rows_options o = cases[i].options;
		struct query_error error;
		struct query *q;

		assert_int_equal(query_parse(slice_of(cases[i].query), &q, &error), 0);
		o.query = q;
		o.sort = cases[i].sort ? column_named(cases[i].sort) : NULL;
		rows_update(&r, t, &o);
		check_ports(&r, cases[i].ports);
		assert_int_equal(r.hidden_by_query, cases[i].hidden);
		query_free(q);
	}
	rows_done(&r);
	tracker_free(t);
}

static void lists_are_filtered_and_in_order(void **state)
{
	(void)state;
	check_orders(desk, orders, sizeof orders / sizeof *orders);
}

static void each_column_has_its_own_order(void **state)
{
	static const char scene[] =
		"tcp 127.0.0.1:2 by 7 Beta root\ntcp 127.0.0.1:3 by 8 alpha root\ntcp [::1]:4 by 9 alpha root\n"
		"tcp 127.0.0.1:5\ntcp 127.0.0.1:1024 by 9 alpha root\n";
	static const struct order_case cases[] = {
		{ "process", { 0 }, "", "3 4 1024 2 5", 0 },     /* whatever the case; nothing is last */
		{ "pid", { 0 }, "", "2 3 4 1024 5", 0 },
		{ "address", { 0 }, "", "2 3 5 1024 4", 0 },     /* IPv4 first */
		{ "range", { 0 }, "", "2 3 4 5 1024", 0 },
		{ "sign", { 0 }, "", "5 2 3 4 1024", 0 },        /* marked ones first */
	};

	(void)state;
	check_orders(scene, cases, sizeof cases / sizeof *cases);
}

static uint16_t selected_port(const struct rows *r)
{
	const struct row *row = rows_selected(r);

	return row ? row->listener->key.endpoint.port : 0;
}

static void cursor_follows_its_row(void **state)
{
	const struct rows_options all = { .sort = NULL }, by_pid = { .sort = column_named("pid") };
	struct tracker *t = tracker_new();
	struct rows r = { 0 };

	(void)state;
	assert_null(rows_selected(&r));
	tracking_see(t, 1000, "");
	rows_update(&r, t, &all);
	assert_null(rows_selected(&r));
	tracking_see(t, 2000, desk);
	rows_update(&r, t, &all);
	assert_int_equal(selected_port(&r), 3000);
	rows_select(&r, 2);
	assert_int_equal(selected_port(&r), 9001);
	rows_update(&r, t, &by_pid);
	assert_int_equal(selected_port(&r), 9001);
	assert_int_equal(r.selected_index, 0);
	rows_select(&r, 99);
	assert_int_equal(selected_port(&r), 9002);
	rows_done(&r);
	tracker_free(t);
}

/* By port, what the filter leaves. */
static void update_filtered(struct rows *r, const struct tracker *t, const char *filter)
{
	struct rows_options o = { .sort = NULL };
	struct query_error error;
	struct query *q;

	assert_int_equal(query_parse(slice_of(filter), &q, &error), 0);
	o.query = q;
	rows_update(r, t, &o);
	query_free(q);
}

/* The row is filtered away: the cursor stays where it was on the screen. */
static void cursor_moves_to_what_took_the_place(void **state)
{
	struct tracker *t = tracker_new();
	struct rows r = { 0 };

	(void)state;
	tracking_see(t, 1000, desk);
	rows_update(&r, t, &(struct rows_options){ .sort = NULL });
	rows_select(&r, 1);
	update_filtered(&r, t, "not 8080");
	assert_int_equal(r.selected_index, 1);
	assert_int_equal(selected_port(&r), 9001);
	rows_select(&r, 2);
	update_filtered(&r, t, "3000");
	assert_int_equal(r.selected_index, 0);
	assert_int_equal(selected_port(&r), 3000);
	rows_done(&r);
	tracker_free(t);
}

/* A filter that is being typed may match nothing for a moment. */
static void empty_list_remembers_the_cursor(void **state)
{
	const struct rows_options all = { .sort = NULL };
	struct tracker *t = tracker_new();
	struct rows r = { 0 };

	(void)state;
	tracking_see(t, 1000, desk);
	rows_update(&r, t, &all);
	rows_select(&r, 2);
	update_filtered(&r, t, "nothing");
	assert_null(rows_selected(&r));
	assert_int_equal(r.selected_index, 0);
	rows_update(&r, t, &all);
	assert_int_equal(selected_port(&r), 9001);
	rows_done(&r);
	tracker_free(t);
}

static const struct snapshot *random_snapshot(int64_t wall_ms, uint16_t always)
{
	struct facts *f = build_facts(wall_ms, "");

	build_add(f, "tcp 127.0.0.1:%d by %d a root", always, always);
	for (int i = rand() % 60; i > 0; i--)
		build_add(f, "tcp %s:%d by %d %c root", rand() % 2 ? "127.0.0.1" : "0.0.0.0",
			  1 + rand() % 200, 1 + rand() % 50, 'a' + rand() % 5);
	return snapshot_build(f);
}

static int compare_values(struct value a, struct value b)
{
	if (a.kind == VALUE_NULL || b.kind == VALUE_NULL)
		return (a.kind == VALUE_NULL) - (b.kind == VALUE_NULL);
	if (a.kind == VALUE_TEXT)
		return strcasecmp(a.text, b.text);
	return (a.number > b.number) - (a.number < b.number);
}

/* What a sort by that column promises, row by row. */
static int compare(const struct column *c, const struct row *a, const struct row *b)
{
	int order = c->compare ? c->compare(a, b) : compare_values(c->value(a), c->value(b));

	return order ? order : row_key_compare(&a->listener->key, &b->listener->key);
}

static void check_sorted(const struct rows *r, const struct rows_options *o)
{
	for (size_t i = 1; i < r->count; i++) {
		int order = compare(o->sort, r->items[i - 1], r->items[i]);

		assert_true(o->is_reversed ? order > 0 : order < 0);
	}
}

/* However rows come and go, and whatever the order: the selected row stays selected, and every list is
 * sorted as compare() says. */
static void selection_survives_any_insertion(void **state)
{
	struct tracker *t = tracker_new();
	struct rows r = { 0 };
	struct rows_options o = { .sort = NULL };
	const struct column *all[COLUMN_MAX];
	const unsigned count = column_all(all);
	const uint16_t always = 300;

	(void)state;
	srand(4);
	for (int i = 0; i < 2000; i++) {
		const struct snapshot *s = random_snapshot(1000 + i * 1000, always);

		tracker_update(t, s);
		snapshot_unref(s);
		o.sort = all[(unsigned)rand() % count];
		o.is_reversed = rand() % 2;
		rows_update(&r, t, &o);
		check_sorted(&r, &o);
		for (size_t at = 0; i == 0 && at < r.count; at++)
			if (r.items[at]->listener->key.endpoint.port == always)
				rows_select(&r, at);
		assert_int_equal(selected_port(&r), always);
		assert_true(rows_selected(&r) == r.items[r.selected_index]);
	}
	rows_done(&r);
	tracker_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_filtered_and_in_order),
		cmocka_unit_test(each_column_has_its_own_order),
		cmocka_unit_test(cursor_follows_its_row),
		cmocka_unit_test(cursor_moves_to_what_took_the_place),
		cmocka_unit_test(empty_list_remembers_the_cursor),
		cmocka_unit_test(selection_survives_any_insertion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
