/* The project's file: what it says, where it is wrong, and patterns. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "model/expect.h"
#include "tests/fake/build.h"
#include "base/buf.h"

static void a_section_is_a_port(void **state)
{
	static const char text[] = "# ours\n[web]\nport = 3000 ; the site\naddress=127.0.0.1\nprocess = node*\n"
				   "[names]\nport: 53\nprotocol = udp\naddress = *\n";
	struct expect e;
	struct expect_error error;
	(void)state;

	assert_int_equal(expect_parse(slice_of(text), &e, &error), 0);
	assert_int_equal(e.count, 2);
	assert_string_equal(e.items[0].name, "web");
	assert_int_equal(e.items[0].port, 3000);
	assert_int_equal(e.items[0].protocol, PROTOCOL_TCP);
	assert_int_equal(e.items[0].place.kind, PLACE_ADDRESS);
	assert_string_equal(e.items[0].process, "node*");
	assert_int_equal(e.items[0].line, 3);
	assert_string_equal(e.items[1].name, "names");
	assert_int_equal(e.items[1].protocol, PROTOCOL_UDP);
	assert_int_equal(e.items[1].place.kind, PLACE_WILDCARD);
	assert_null(e.items[1].process);
	expect_done(&e);
}

static void nothing_is_expected_of_an_empty_file(void **state)
{
	static const char *const texts[] = { "", "\n\n", "; only a comment", "\xef\xbb\xbf# with a mark\n" };
	struct expect e;
	struct expect_error error;
	(void)state;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(expect_parse(slice_of(texts[i]), &e, &error), 0);
		assert_int_equal(e.count, 0);
		expect_done(&e);
	}
}

static void a_mistake_has_its_line(void **state)
{
	static const struct { const char *text; unsigned line; const char *part; } cases[] = {
		{ "port = 1\n", 1, "first a name" },
		{ "[web]\nport = 0\n", 2, "1 to 65535" },
		{ "[web]\nport = 65536\n", 2, "1 to 65535" },
		{ "[web]\nport = 3000x\n", 2, "1 to 65535" },
		{ "[web]\nport = 1\nport = 2\n", 3, "twice" },
		{ "[web]\nport = 1\n  2\n", 3, "twice" },
		{ "[web]\nport = 1\n[web]\nport = 1\n", 4, "twice" },
		{ "[web]\nport = 1\nprotocol = sctp\n", 3, "tcp or udp" },
		{ "[web]\nport = 1\naddress = example.org\n", 3, "without a port" },
		{ "[web]\nport = 1\naddress = 127.0.0.1:3\n", 3, "without a port" },
		{ "[web]\nport = 1\nprocess =\n", 3, "pattern" },
		{ "[web]\nprt = 1\n", 2, "no such key" },
		{ "[web\nport = 1\n", 1, "neither" },
		{ "[web]\nport 3000\n", 2, "neither" },
		{ "\n[web]\nprocess = node\n[db]\nport = 2\n", 3, "no port" },
		{ "[0123456789012345678901234567890123456789012345678]\nport = 1\n", 2, "too long" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct expect_error error = { 0 };
		struct expect e;

		if (expect_parse(slice_of(cases[i].text), &e, &error) != -EINVAL || error.line != cases[i].line ||
		    !strstr(error.message, cases[i].part))
			fail_msg("%s: line %u, %s", cases[i].text, error.line, error.message ? error.message : "-");
		expect_done(&e);
	}
}

static void what_inih_would_cut_is_refused(void **state)
{
	static const char nul[] = "[web]\nport = 1\0 2\n";
	struct expect_error error = { 0 };
	struct buf text = { 0 };
	struct expect e;
	(void)state;

	buf_add_string(&text, "[web]\nport = 1\nprocess = ");
	buf_add_repeat(&text, 'x', 300);
	assert_int_equal(expect_parse(buf_slice(&text), &e, &error), -EINVAL);
	assert_int_equal(error.line, 3);
	expect_done(&e);
	assert_int_equal(expect_parse((struct slice){ nul, sizeof nul - 1 }, &e, &error), -EINVAL);
	assert_int_equal(error.line, 2);
	expect_done(&e);
	buf_clear(&text);
	for (unsigned i = 0; i <= EXPECT_MAX; i++)
		buf_printf(&text, "[p%u]\nport = %u\n", i, i + 1);
	assert_int_equal(expect_parse(buf_slice(&text), &e, &error), -EINVAL);
	assert_int_equal(error.line, 2 * EXPECT_MAX + 2);
	expect_done(&e);
	buf_done(&text);
}

static void texts_are_safe(void **state)
{
	struct expect e;
	struct expect_error error;
	(void)state;

	assert_int_equal(expect_parse(slice_of("[\033[2J\xff]\nport = 1\nprocess = a\033\n"), &e, &error), 0);
	assert_string_equal(e.items[0].name, "\\x1b[2J\\xff");
	assert_string_equal(e.items[0].process, "a\\x1b");
	expect_done(&e);
}

static void patterns(void **state)
{
	static const struct { const char *pattern, *text; bool matches; } cases[] = {
		{ "node", "node", true },      { "node", "nodemon", false },   { "node*", "nodemon", true },
		{ "NODE", "node", true },      { "*next dev*", "node /x/next dev -p 3000", true },
		{ "*a*b", "xaxbxb", true },    { "*a*b", "xaxbx", false },     { "n?de", "node", true },
		{ "n?de", "nde", false },      { "*", "", true },              { "?", "", false },
		{ "", "", true },              { "", "a", false },             { "[a]", "a", false },
	};
	struct buf pattern = { 0 }, text = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (expect_pattern_matches(cases[i].pattern, cases[i].text) != cases[i].matches)
			fail_msg("%s on %s", cases[i].pattern, cases[i].text);
	for (unsigned i = 0; i < 60; i++)          /* a matcher that goes back for every star would not come back */
		buf_add_string(&pattern, "a*");
	buf_add_char(&pattern, 'b');
	buf_add_repeat(&text, 'a', 4096);
	assert_false(expect_pattern_matches(buf_string(&pattern), buf_string(&text)));
	buf_done(&pattern);
	buf_done(&text);
}

/* By port and protocol; of several the one whose address it has, else the first. */
static void a_row_finds_its_section(void **state)
{
	static const char file[] = "[web]\nport = 3000\naddress = 127.0.0.1\n[web6]\nport = 3000\naddress = ::1\n"
				   "[dns]\nport = 53\nprotocol = udp\n";
	static const struct { const char *scene, *name; } cases[] = {
		{ "tcp 127.0.0.1:3000", "web" },      { "tcp [::1]:3000", "web6" },
		{ "tcp 192.168.1.5:3000", "web" },    { "udp 127.0.0.1:53", "dns" },
		{ "tcp 127.0.0.1:53", NULL },         { "tcp 127.0.0.1:3001", NULL },
		{ "bound tcp 127.0.0.1:3000", NULL }, { "tcp 127.0.0.1:3000 netns 77", NULL },
	};
	struct expect e;
	struct expect_error error;
	(void)state;

	assert_int_equal(expect_parse(slice_of(file), &e, &error), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);
		const struct expectation *found = expect_find(&e, s->listeners);

		assert_int_equal(s->listener_count, 1);
		if (cases[i].name)
			assert_string_equal(found->name, cases[i].name);
		else
			assert_null(found);
		snapshot_unref(s);
	}
	expect_done(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_section_is_a_port),
		cmocka_unit_test(nothing_is_expected_of_an_empty_file),
		cmocka_unit_test(a_mistake_has_its_line),
		cmocka_unit_test(what_inih_would_cut_is_refused),
		cmocka_unit_test(texts_are_safe),
		cmocka_unit_test(patterns),
		cmocka_unit_test(a_row_finds_its_section),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
