/* columnlist: what a user writes comes back as it was written, for listeners and for connections alike, and
 * what is wrong with it is said. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "columnlist.h"

static void sound_lists_come_back(void **state)
{
	static const struct {
		const struct columnlist_kind *kind;
		const char *text, *again;
		unsigned count;
	} cases[] = {
		{ &columnlist_listeners, "", "", 0 },
		{ &columnlist_listeners, "pid", "pid", 1 },
		{ &columnlist_listeners, " pid , port,history", "pid,port,history", 3 },
		{ &columnlist_listeners, "user,expires_ms", "owner,expires", 2 },    /* their keys in JSON */
		{ &columnlist_connections, "to-server,age", "to-server,age", 2 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct columnlist list = { .count = 99 };
		struct buf why = { 0 }, again = { 0 };

		assert_int_equal(columnlist_parse(cases[i].kind, slice_of(cases[i].text), &list, &why), 0);
		assert_int_equal(list.count, cases[i].count);
		columnlist_add(&again, cases[i].kind, &list);
		assert_string_equal(buf_string(&again), cases[i].again);
		assert_int_equal(why.len, 0);
		buf_done(&again);
	}
}

static void every_column_can_be_chosen_but_the_sign(void **state)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	struct columnlist list;
	struct buf text = { 0 }, why = { 0 };
	(void)state;

	for (unsigned i = 1; i < count; i++)
		buf_printf(&text, "%s%s", i > 1 ? "," : "", all[i]->name);
	assert_int_equal(columnlist_parse(&columnlist_listeners, buf_slice(&text), &list, &why), 0);
	assert_int_equal(list.count, count - 1);
	for (unsigned i = 0; i < list.count; i++)
		assert_ptr_equal(column_at(list.columns[i]), all[i + 1]);
	buf_done(&text);
}

static void broken_ones_are_told_and_change_nothing(void **state)
{
	static const struct {
		const struct columnlist_kind *kind;
		const char *text, *why;
	} cases[] = {
		{ &columnlist_listeners, "port,pidd", "pidd: no such column (did you mean pid?)" },
		{ &columnlist_listeners, "pid,port,pid", "the column pid stands twice" },
		{ &columnlist_listeners, "user,owner", "the column owner stands twice" },
		{ &columnlist_connections, "port", ": no such column" },
		{ &columnlist_connections, "clint", "clint: no such column (did you mean client?)" },
		{ &columnlist_connections, "qqqqqq",
		  "qqqqqq: no such column (there is: client, server, state, age, to-server, to-client)" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct columnlist list = { .count = 99 };
		struct buf why = { 0 };

		assert_int_equal(columnlist_parse(cases[i].kind, slice_of(cases[i].text), &list, &why),
				 -EINVAL);
		assert_int_equal(list.count, 99);
		if (!strstr(buf_string(&why), cases[i].why))
			fail_msg("%s: %s", cases[i].text, buf_string(&why));
		buf_done(&why);
	}
}

static void an_order_may_be_turned_round(void **state)
{
	static const char *const texts[] = { "age", "-age", "port" };
	struct columnlist_order order = { 0 };
	struct buf why = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf again = { 0 };

		assert_false(columnlist_parse_order(&columnlist_listeners, slice_of(texts[i]), &order, &why));
		assert_int_equal(order.is_reversed, *texts[i] == '-');
		columnlist_add_order(&again, &columnlist_listeners, order);
		assert_string_equal(buf_string(&again), texts[i]);
		buf_done(&again);
	}
	assert_int_equal(columnlist_parse_order(&columnlist_listeners, slice_of("sign"), &order, &why),
			 -EINVAL);
	assert_int_equal(order.column, column_named("port")->place);
	buf_done(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_lists_come_back),
		cmocka_unit_test(every_column_can_be_chosen_but_the_sign),
		cmocka_unit_test(broken_ones_are_told_and_change_nothing),
		cmocka_unit_test(an_order_may_be_turned_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
