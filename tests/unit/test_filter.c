/* cli/filter: which operands are targets, and what they match. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/tracker.h"
#include "cli/filter.h"
#include "tests/fake/build.h"

static const char scene[] = "tcp 127.0.0.1:3000 by 4211 node alice\ntcp [::1]:3000 by 7 node alice\n"
			    "tcp 127.0.0.1:4211 by 9 ruby alice\nudp 127.0.0.1:5353 by 3000 mdns alice\n";

static struct options options_of(const char **words, size_t count)
{
	return (struct options){ .subcommand = subcommand_get(SUBCOMMAND_KILL), .words = words, .word_count = count };
}

/* The pids that `word` means, in the order of the ports, as one number a place. */
static uint64_t meant(const char *word, bool *is_place)
{
	const char *words[] = { word };
	struct options o = options_of(words, 1);
	const struct snapshot *s = build_snapshot(1000, scene);
	struct tracker *t = tracker_new();
	struct aim *aims;
	uint64_t pids = 0;
	size_t count;

	assert_int_equal(aims_parse(&o, &aims), 0);
	tracker_update(t, s);
	const struct row *rows = tracker_rows(t, &count);
	for (size_t i = 0; i < count; i++)
		if (query_match(aims[0].query, &rows[i]))
			pids = pids * 10000 + (uint64_t)rows[i].listener->holders[0].process->fact->pid;
	*is_place = aims[0].is_place;
	aims_free(aims, 1);
	tracker_free(t);
	snapshot_unref(s);
	return pids;
}

static void what_is_meant(void **state)
{
	static const struct { const char *word; uint64_t pids; bool is_place; } cases[] = {
		{ "3000", 42110007, true },              /* a port, though a process has this id */
		{ ":3000", 42110007, true }, { "127.0.0.1:3000", 4211, true }, { "[::1]:3000", 7, true },
		{ "localhost:3000", 42110007, true }, { "4211", 9, true }, { "127.0.0.1", 421100093000, true },
		{ "pid:4211", 4211, false }, { "proc:node", 42110007, false },
		{ "proc:node or proc:ruby", 421100070009, false }, { "9", 0, true },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool is_place;

		assert_int_equal(meant(cases[i].word, &is_place), cases[i].pids);
		assert_int_equal(is_place, cases[i].is_place);
	}
}

static int parse(const char **words, size_t count)
{
	struct options o = options_of(words, count);
	struct aim *aims = NULL;
	int error = aims_parse(&o, &aims);

	if (!error)
		aims_free(aims, count);
	return error;
}

/* Words in a row are "and" for list: they must not become "or" where something is killed. */
static void a_filter_stands_alone(void **state)
{
	const char *places[] = { "3000", "127.0.0.1:4211", "[::1]:80" }, *mixed[] = { "node", "port:3000" },
		   *later[] = { "3000", "node" }, *wrong[] = { "port:x" };
	(void)state;

	assert_int_equal(parse(places, 3), 0);
	assert_int_equal(parse(mixed, 2), -EINVAL);
	assert_int_equal(parse(later, 2), -EINVAL);
	assert_int_equal(parse(mixed, 1), 0);
	assert_int_equal(parse(wrong, 1), -EINVAL);
	assert_int_equal(parse(NULL, 0), -EINVAL);
}

/* "$PORT" of a script where it is not set, and what is too large for a port but would be some process's id. */
static void a_slip_is_no_target(void **state)
{
	static const char *const slips[] = { "", " ", "\t \n", "0", "65536", "70000", "99999999999999999999" };
	(void)state;

	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		const char *alone[] = { slips[i] }, *later[] = { "3000", slips[i] };

		assert_int_equal(parse(alone, 1), -EINVAL);
		assert_int_equal(parse(later, 2), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_meant), cmocka_unit_test(a_filter_stands_alone),
		cmocka_unit_test(a_slip_is_no_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
