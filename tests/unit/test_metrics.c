/* lotop metrics on the scripted platform, read by a small checker of the OpenMetrics text format. */
#include <ctype.h>
#include "tests/unit/command.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 by 911 evil\"} alice\n"
	"tcp 0.0.0.0:8080 by 7 java alice\n"
	"udp 127.0.0.1:53 user root\n"
	"bound tcp 127.0.0.1:4000 by 7 java alice\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43211 expires 41000\n"
	"gap owners 6\n";

static void print(const char *scene, struct buf *out)
{
	struct command c;

	command_begin(&c, scene);
	assert_int_equal(command_run(&c, "metrics", NULL), STATUS_FOUND);
	buf_add_slice(out, buf_slice(&c.output));
	command_end(&c);
}

static bool is_number(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isdigit((unsigned char)text.ptr[i]) && text.ptr[i] != '.')
			return false;
	return text.len > 0;
}

/* name{label="value"} number, of the family that was declared last. */
static void check_sample(struct slice line, struct slice family)
{
	struct slice rest = line, name = slice_cut(&rest, ' '), label;

	if (memchr(name.ptr, '{', name.len)) {
		struct slice labels = name;

		name = slice_cut(&labels, '{');
		label = slice_cut(&labels, '=');
		assert_true(label.len && slice_starts(labels, "\"") && slice_ends(labels, "\"}"));
		assert_null(memchr(labels.ptr + 1, '"', labels.len - 3));
		assert_null(memchr(labels.ptr, '\\', labels.len));
	}
	assert_true(slice_equal(name, family));
	assert_true(is_number(rest));
}

/* Every family once, TYPE before its samples, no sample twice, "# EOF" as the end. Returns the samples. */
static unsigned check(const struct buf *text)
{
	struct slice rest = buf_slice(text), family = { 0 }, seen[128];
	unsigned samples = 0;

	assert_true(slice_ends(rest, "\n# EOF\n"));
	rest.len -= strlen("# EOF\n");
	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n'), words = line, word = slice_word(&words);

		if (!slice_is(word, "#")) {
			check_sample(line, family);
			assert_true(samples < 128);
			seen[samples++] = (struct slice){ line.ptr, (size_t)((char *)memrchr(line.ptr, ' ', line.len) - line.ptr) };
			for (unsigned i = 0; i + 1 < samples; i++)
				assert_false(slice_equal(seen[i], seen[samples - 1]));
			continue;
		}
		word = slice_word(&words);
		assert_true(slice_is(word, "TYPE") || slice_is(word, "HELP") || slice_is(word, "UNIT"));
		if (slice_is(word, "TYPE")) {
			family = slice_word(&words);
			assert_true(slice_starts(family, "lotop_") && slice_is(slice_word(&words), "gauge"));
		} else {
			assert_true(slice_equal(slice_word(&words), family));
		}
	}
	return samples;
}

static void assert_says(const struct buf *text, const char *line)
{
	if (!strstr(buf_string(text), line))
		fail_msg("%s is not in\n%s", line, buf_string(text));
}

static void counts_are_those_of_the_scan(void **state)
{
	struct buf text = { 0 };
	(void)state;

	print(desk, &text);
	check(&text);
	assert_says(&text, "\nlotop_sockets{state=\"LISTEN\"} 3\n");
	assert_says(&text, "\nlotop_sockets{state=\"UNCONN\"} 1\n");
	assert_says(&text, "\nlotop_sockets{state=\"BOUND\"} 1\n");
	assert_says(&text, "\nlotop_sockets{state=\"TIME-WAIT\"} 2\n");
	assert_says(&text, "\nlotop_listeners{exposure=\"loopback\"} 3\n");
	assert_says(&text, "\nlotop_listeners{exposure=\"wildcard\"} 1\n");
	assert_says(&text, "\nlotop_marked{mark=\"exposed\"} 1\n");
	assert_says(&text, "\nlotop_marked{mark=\"leftover\"} 1\n");
	assert_says(&text, "\nlotop_unseen{what=\"owners\"} 6\n");
	assert_null(strstr(buf_string(&text), "evil"));
	buf_done(&text);
}

static void other_namespaces_are_a_series_of_their_own(void **state)
{
	struct buf text = { 0 };
	(void)state;

	print("tcp 127.0.0.1:3000 by 1 here alice\n", &text);
	assert_null(strstr(buf_string(&text), "exposure=\"netns\""));
	buf_clear(&text);
	print("netns 4026532001 blue\ntcp 127.0.0.1:3000 by 1 here alice\n"
	      "tcp 0.0.0.0:3000 cookie 9 inode 9 netns 4026532001 by 2 there alice\n", &text);
	check(&text);
	assert_says(&text, "\nlotop_listeners{exposure=\"loopback\"} 1\n");
	assert_says(&text, "\nlotop_listeners{exposure=\"wildcard\"} 0\n");
	assert_says(&text, "\nlotop_listeners{exposure=\"netns\"} 1\n");
	assert_says(&text, "\nlotop_sockets{state=\"LISTEN\"} 2\n");
	buf_done(&text);
}

static void the_series_are_always_the_same(void **state)
{
	struct buf full = { 0 }, empty = { 0 };
	(void)state;

	print(desk, &full);
	print("", &empty);
	assert_int_equal(check(&full), check(&empty));
	assert_says(&empty, "\nlotop_sockets{state=\"LISTEN\"} 0\n");
	buf_done(&full);
	buf_done(&empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_the_scan),
		cmocka_unit_test(other_namespaces_are_a_series_of_their_own),
		cmocka_unit_test(the_series_are_always_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
