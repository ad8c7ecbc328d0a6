/* platform/stream/demand: which words a kill over there consists of, and that its answer is only read, never trusted */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "platform/stream/demand.h"

static const struct stream_order order = {
	.signal = "TERM", .pid = 4211, .start_time = 881234, .cookie = UINT64_MAX, .port = 3000, .wait_ms = 5000,
};

static void stream_becomes_kill(void **state)
{
	static const struct { const char *argv[10]; const char *front, *more; } cases[] = {
		{ { "ssh", "devbox", "lotop", "stream" }, "ssh devbox lotop", "" },
		{ { "ssh", "devbox", "lotop", "stream", "--all-netns" }, "ssh devbox lotop", "--all-netns " },
		{ { "env", "--all-netns", "lotop", "stream" }, "env --all-netns lotop", "" },
		{ { "ssh", "devbox", "sudo", "/usr/local/bin/lotop", "stream", "-i", "2" },
		  "ssh devbox sudo /usr/local/bin/lotop", "" },
		{ { "lotop", "stream", "--no-bpf" }, "lotop", "" },
		{ { "ip", "netns", "exec", "stream", "lotop", "stream" }, "ip netns exec stream lotop", "" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct demand d = { 0 };
		struct buf text = { 0 }, wanted = { 0 };

		assert_int_equal(demand_make(cases[i].argv, &order, &d), 0);
		for (size_t k = 0; d.argv[k]; k++)
			buf_printf(&text, k ? " %s" : "%s", d.argv[k]);
		buf_printf(&wanted, "%s kill 3000 --identity 4211:881234:18446744073709551615 --signal TERM "
			   "--wait 5000ms --all %s--yes --json", cases[i].front, cases[i].more);
		assert_string_equal(buf_string(&text), buf_string(&wanted));
		buf_done(&text);
		buf_done(&wanted);
		demand_done(&d);
	}
}

static void without_a_place_for_it_there_is_no_kill(void **state)
{
	static const char *const cases[][6] = {
		{ "ssh", "devbox", "lotop stream" }, { "cat", "recording" }, { "stream" }, { "mylotop", "stream" },
		{ "ssh", "devbox", "stream", "lotop" }, { "lotop", "list" }, { "lotop", "-i", "2", "stream" },
	};
	struct demand d = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(demand_place(cases[i]), 0);
		assert_int_equal(demand_make(cases[i], &order, &d), -EINVAL);
		assert_null(d.argv);
	}
}

/* ssh gives its words to a shell over there. */
static void no_added_word_means_anything_to_a_shell(void **state)
{
	static const char *const argv[] = { "ssh", "box", "lotop", "stream", NULL };
	struct demand d = { 0 };
	(void)state;

	assert_int_equal(demand_make(argv, &order, &d), 0);
	for (size_t i = 3; d.argv[i]; i++)
		assert_int_equal(strspn(d.argv[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-"),
				 strlen(d.argv[i]));
	demand_done(&d);
}

static void answers_are_cleaned(void **state)
{
	struct stream_result r = { .text = "as it was" };
	(void)state;

	assert_true(demand_read(slice_of("{\"kills\":[{\"outcome\":\"came-back\",\"text\":\"back \\u001b[31m\","
					 "\"new_pid\":5300}]}"), &r));
	assert_string_equal(r.outcome, "came-back");
	assert_string_equal(r.text, "back \\x1b[31m");
	assert_int_equal(r.new_pid, 5300);
	assert_true(demand_read(slice_of("{\"kills\":[{\"outcome\":\"released\",\"new_pid\":99999999999}]}"), &r));
	assert_string_equal(r.text, "");
	assert_int_equal(r.new_pid, 0);
}

static void what_is_no_answer_is_none(void **state)
{
	static const char *const bad[] = {
		"", "no", "{}", "[]", "{\"kills\":[]}", "{\"kills\":{}}", "{\"kills\":[{}]}",
		"{\"kills\":[{\"outcome\":7}]}", "{\"kills\":[{\"outcome\":\"\"}]}",
	};
	struct stream_result r = { .text = "as it was" };
	(void)state;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(demand_read(slice_of(bad[i]), &r));
		assert_string_equal(r.text, "as it was");
	}
}

static void long_texts_are_cut_behind_a_character(void **state)
{
	struct stream_result r;
	struct buf json = { 0 };
	(void)state;

	buf_add_string(&json, "{\"kills\":[{\"outcome\":\"failed\",\"text\":\"");
	for (int i = 0; i < 500; i++)
		buf_add_string(&json, "\xc3\xa4");
	buf_add_string(&json, "\"}]}");
	assert_true(demand_read(buf_slice(&json), &r));
	assert_true(strlen(r.text) < sizeof r.text);
	assert_int_equal(strlen(r.text) % 2, 0);
	buf_done(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream_becomes_kill),
		cmocka_unit_test(without_a_place_for_it_there_is_no_kill),
		cmocka_unit_test(no_added_word_means_anything_to_a_shell),
		cmocka_unit_test(answers_are_cleaned),
		cmocka_unit_test(what_is_no_answer_is_none),
		cmocka_unit_test(long_texts_are_cut_behind_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
