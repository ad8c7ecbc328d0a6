/* model/query, term, field and place: what matches, and what is said about text that is no query. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fake/build.h"
#include "model/field.h"
#include "model/health.h"
#include "model/query.h"
#include "model/tracker.h"

/* Each row is known by its port in the expectations below; the clients of 8000 are known as 8000c. */
static const char desk[] =
	"process 4211 node alice cwd /home/alice/shop command node next dev --turbo\n"
	"process 5001 Python3 alice cwd /srv command python3 -m http.server 3000\n"
	"process 7001 ruby bob state T tty pts/7 environment TMUX_PANE=%3 command ruby app.rb\n"
	"udp 127.0.0.53%lo:53 user root\n"
	"tcp 127.0.0.1:3000 by 4211 node alice\n"
	"tcp [::1]:3001 by 4211 node alice\n"
	"bound tcp 127.0.0.1:4000 by 7001 ruby bob\n"
	"tcp 127.0.0.10:5432 by 911 postgres postgres\n"
	"time-wait tcp 127.0.0.1:8001 peer 127.0.0.1:40001 expires 41000\n"
	"tcp [::]:8080 v6only no by 5001 Python3 alice\n"
	"tcp [::ffff:127.0.0.1]:9090 by 31 java alice\n"
	"tcp 0.0.0.0:9101 uid 4711\n"
	"tcp 127.0.0.1:51000 by 7001 ruby bob\n"
	"time-wait tcp 127.0.0.1:43210 peer 127.0.0.1:8000 expires 5000\n"
	"time-wait tcp 127.0.0.1:43211 peer 127.0.0.1:8000 expires 5000\n";

static const char everything[] = "53 3000 3001 4000 5432 8000c 8001 8080 9090 9101 51000";

static const struct match_case {
	const char *query, *ports;
} matches[] = {
	{ "", everything },
	{ "  \t ", everything },

	{ "3000", "3000" },
	{ ":3000", "3000" },
	{ "4211", "3000 3001" },
	{ "300", "" },
	{ "3000-4000", "3000 3001 4000" },
	{ ">9000", "9090 9101 51000 8000c" },
	{ "3000,8080", "3000 8080" },
	{ "43211", "8000c" },
	{ "8000", "8000c" },
	{ "\"3000\"", "8080" },

	{ "node", "3000 3001" },
	{ "NODE", "3000 3001" },
	{ "python", "8080" },
	{ "turbo", "3000 3001" },
	{ "next dev", "3000 3001" },
	{ "\"next dev\"", "3000 3001" },
	{ "\"dev next\"", "" },
	{ "bob", "4000 51000" },
	{ "postgresql", "5432" },
	{ "127.0.0.1:3000", "3000" },
	{ "127.0.0.1", "3000 4000 8000c 8001 9090 51000" },
	{ "127.0.0", "53 3000 4000 5432 8000c 8001 9090 51000" },
	{ "::1", "3001" },
	{ "[::1]", "3001" },
	{ "[::1]:3001", "3001" },
	{ "[::1]:3000", "" },
	{ "[::1", "" },                          /* a text: no address with half a bracket */
	{ "127.0.0.1:9090", "9090" },
	{ "[::ffff:127.0.0.1]:9090", "9090" },
	{ "localhost:8080", "8080" },
	{ "localhost", "3000 3001 4000 8000c 8001 8080 9090 9101 51000" },
	{ "LOCALHOST:3000", "3000" },
	{ "*:8080", "8080" },
	{ "*", "8080 9101" },
	{ "127.0.0.53%lo:53", "53" },
	{ "127.0.0.53%eth0", "" },
	{ "127.0.0.1:43210", "8000c" },
	{ "time-wait", "8000c 8001" },
	{ "stopped", "4000 51000" },
	{ "dp", "53" },
	{ "nothing", "" },
	{ "\xff", "" },
	{ "a:b:c0::1", "" },
	{ "http://localhost:3000", "3000" },
	{ "https://127.0.0.1:9090/a/b?c=d#e", "9090" },
	{ "ws://[::1]:3001?token", "3001" },
	{ "HTTP://[::1]", "3001" },
	{ "not http://localhost:3000/ 3000-3001", "3001" },

	{ "port:3000", "3000" },
	{ "PORT:3000", "3000" },
	{ "port:3000,5432,9000-9200", "3000 5432 9090 9101" },
	{ "port:>=9101", "9101 51000 8000c" },
	{ "port:<53", "" },
	{ "port:<=53", "53" },
	{ "port:<4000", "53 3000 3001" },
	{ "port:43000-44000", "8000c" },
	{ "addr:127.0.0.1", "3000 4000 8000c 8001 9090 51000" },
	{ "addr:127.0.0.10", "5432" },
	{ "addr:127.", "53 3000 4000 5432 8000c 8001 9090 51000" },
	{ "addr:*", "8080 9101" },
	{ "addr:0.0.0.0", "9101" },
	{ "addr:::", "8080" },
	{ "addr:localhost:3001", "3001" },
	{ "addr:\"::\"", "3001 8080 9090" },
	{ "proto:udp", "53" },
	{ "proto:t", "3000 3001 4000 5432 8000c 8001 8080 9090 9101 51000" },
	{ "family:ipv6", "3001 8080 9090" },
	{ "state:listen", "3000 3001 5432 8080 9090 9101 51000" },
	{ "state:UDP", "53" },
	{ "state:unconn", "53" },
	{ "state:bound,time-wait", "4000 8000c 8001" },
	{ "state:time", "8000c 8001" },
	{ "range:well-known", "53" },
	{ "range:dyn", "51000" },
	{ "user:alice", "3000 3001 8080 9090" },
	{ "user:4711", "9101" },
	{ "user:0", "53" },
	{ "proc:ruby", "4000 51000" },
	{ "proc:PYTHON", "8080" },
	{ "pid:911,31", "5432 9090" },
	{ "pid:4000-5000", "3000 3001" },
	{ "cmd:\"http.server 3000\"", "8080" },
	{ "cmd:app,turbo", "3000 3001 4000 51000" },
	{ "dir:/home/alice", "3000 3001" },
	{ "terminal:pts/7", "4000 51000" },
	{ "terminal:%3", "4000 51000" },
	{ "terminal:\"TMUX pane\"", "4000 51000" },
	{ "terminal:%4,screen", "" },
	{ "service:post", "5432" },
	{ "mark:exposed", "8080 9101" },
	{ "mark:stop", "4000 51000" },
	{ "exposure:wildcard", "8080 9101" },
	{ "device:lo", "53" },
	{ "kind:bound", "4000" },
	{ "kind:leftover", "8000c 8001" },
	{ "kind:listener proto:udp", "53" },
	{ "process:node", "3000 3001" },
	{ "owner:bob", "4000 51000" },

	{ "not port:>3000", "53 3000" },
	{ "NOT NOT 3000", "3000" },
	{ "node or ruby", "3000 3001 4000 51000" },
	{ "node and 3000", "3000" },
	{ "node 3000 or ruby 4000", "3000 4000" },
	{ "ruby not kind:bound", "51000" },
	{ "(node or ruby) port:>3500", "4000 51000" },
	{ "(node OR ruby)port:>3500", "4000 51000" },
	{ "not (node or ruby or kind:leftover)", "53 5432 8080 9090 9101" },
	{ "((3000))", "3000" },
	{ "\"or\"", "" },
	{ "node or(ruby)", "3000 3001 4000 51000" },
};

static struct tracker *track(const char *scene)
{
	struct tracker *t = tracker_new();
	const struct snapshot *s = build_snapshot(1000, scene);

	tracker_update(t, s);
	snapshot_unref(s);
	return t;
}

static struct query *parse(const char *text)
{
	struct query_error error;
	struct query *q = NULL;

	if (query_parse(slice_of(text), &q, &error))
		fail_msg("'%s': %s", text, error.message);
	return q;
}

static void name_row(char out[16], const struct row *row)
{
	bool is_client = row->listener->key.kind == ROW_CLIENT_LEFTOVER;

	snprintf(out, 16, "%u%s", row->listener->key.endpoint.port, is_client ? "c" : "");
}

static bool is_expected(const char *ports, const char *name)
{
	struct slice rest = slice_of(ports);

	for (struct slice word = slice_word(&rest); word.len; word = slice_word(&rest))
		if (slice_is(word, name))
			return true;
	return false;
}

static void check_match(const struct tracker *t, const char *text, const char *ports)
{
	struct query *q = parse(text);
	size_t count;
	const struct row *rows = tracker_rows(t, &count);

	for (size_t i = 0; i < count; i++) {
		char name[16];

		name_row(name, &rows[i]);
		if (query_match(q, &rows[i]) != is_expected(ports, name))
			fail_msg("'%s' and %s", text, name);
	}
	query_free(q);
}

static void queries_match(void **state)
{
	struct tracker *t = track(desk);
	size_t count;

	(void)state;
	tracker_rows(t, &count);
	assert_int_equal(count, 11);
	for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++)
		check_match(t, matches[i].query, matches[i].ports);
	assert_true(query_match(NULL, tracker_rows(t, &count)));
	tracker_free(t);
}

static const struct error_case {
	const char *query;
	size_t position;
	const char *message;
} errors[] = {
	{ "node prt:3000", 5, "unknown field 'prt': did you mean port?" },
	{ "usr:a", 0, "unknown field 'usr': did you mean user?" },
	{ "http://x", 0, "unknown field 'http': put the word in quotes to look for it" },
	{ "port:", 5, "a value is missing here" },
	{ "port:3000,", 10, "a value is missing here" },
	{ ",3", 0, "a value is missing here" },
	{ "port: 3000", 5, "a value is missing here" },
	{ "port:abc", 5, "port: 'abc' is neither a number, a range 3000-4000, nor >1024" },
	{ "port:3000,x", 10, "port: 'x' is neither a number, a range 3000-4000, nor >1024" },
	{ "port:70000", 5, "port: '70000' is too large" },
	{ "port:3000-70000", 5, "port: '3000-70000' is too large" },
	{ "port:4000-3000", 5, "port: '4000-3000' runs backwards" },
	{ "port:<0", 5, "port: '<0' is neither a number, a range 3000-4000, nor >1024" },
	{ "port:>", 5, "port: '>' is neither a number, a range 3000-4000, nor >1024" },
	{ "port:99999999999999999999", 5,
	  "port: '99999999999999999999' is neither a number, a range 3000-4000, nor >1024" },
	{ "state:lisen", 6, "unknown state 'lisen': did you mean LISTEN?" },
	{ "proto:quic", 6, "unknown proto 'quic': tcp, udp" },
	{ "kind:x", 5, "unknown kind 'x': listener, bound, leftover" },
	{ "cmd:\"next dev", 4, "the closing quote is missing" },
	{ "\"", 0, "the closing quote is missing" },
	{ "(node", 0, "the closing parenthesis is missing" },
	{ "a (b (c)", 2, "the closing parenthesis is missing" },
	{ "node)", 4, "this parenthesis was never opened" },
	{ "()", 1, "a word or field is missing here" },
	{ "or node", 0, "a word or field is missing here" },
	{ "node or", 7, "a word or field is missing here" },
	{ "node and", 8, "a word or field is missing here" },
	{ "node or or vite", 8, "a word or field is missing here" },
	{ "not", 3, "a word or field is missing here" },
	{ "kind:\xff\x1b[31m", 5, "unknown kind '??[31m': listener, bound, leftover" },
};

static void an_unknown_mark_is_told_all_that_there_are(void **state)
{
	struct query *q = NULL;
	struct query_error error = { 0 };
	const struct health_rule *rule;

	(void)state;
	assert_int_equal(query_parse(slice_of("mark:xyz"), &q, &error), -EINVAL);
	for (unsigned i = 0; (rule = health_rule(i)); i++)
		assert_non_null(strstr(error.message, rule->id));
}

static void errors_point_and_suggest(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		struct query *q = NULL;
		struct query_error error = { 0 };

		assert_int_equal(query_parse(slice_of(errors[i].query), &q, &error), -EINVAL);
		assert_null(q);
		assert_string_equal(error.message, errors[i].message);
		if (error.position != errors[i].position)
			fail_msg("'%s': %zu, not %zu", errors[i].query, error.position, errors[i].position);
	}
}

static void nesting_is_bounded(void **state)
{
	char text[4096];
	struct query *q = NULL;
	struct query_error error;

	(void)state;
	memset(text, '(', sizeof text);
	assert_int_equal(query_parse((struct slice){ text, sizeof text }, &q, &error), -EINVAL);
	assert_string_equal(error.message, "too deeply nested");
	for (size_t i = 0; i < sizeof text; i += 4)
		memcpy(text + i, "not ", 4);
	assert_int_equal(query_parse((struct slice){ text, sizeof text }, &q, &error), -EINVAL);
	assert_string_equal(error.message, "too deeply nested");
	for (size_t i = 0; i < sizeof text; i += 4)
		memcpy(text + i, i % 8 ? " or " : "node", 4);
	memcpy(text + sizeof text - 4, " b  ", 4);
	assert_int_equal(query_parse((struct slice){ text, sizeof text }, &q, &error), 0);
	query_free(q);
}

static void fields_are_listed(void **state)
{
	const char *fields[FIELD_MAX + 1];

	(void)state;
	field_names(fields);
	assert_string_equal(fields[FIELD_PORT], "port");
	for (unsigned i = 0; fields[i]; i++)
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(fields[i], fields[k]);
}

/* Pieces of the language in random order, and random bytes among them: an answer or a message. */
static void any_bytes_are_answered(void **state)
{
	static const char *const pieces[] = {
		"port:", "state:", "addr:", "user:", "mark:", "not ", " or ", " and ", "(", ")", "\"", ",",
		"-", ">", "<=", "3000", "::1", "127.0.0.1", ":", "%lo", "[", "]", "listen", "node", " ", "*",
		"localhost",
	};
	const size_t piece_count = sizeof pieces / sizeof pieces[0];
	struct tracker *t = track(desk);
	size_t count, parsed = 0;
	const struct row *rows = tracker_rows(t, &count);

	(void)state;
	srand(3);
	for (int i = 0; i < 100000; i++) {
		struct buf text = { 0 };
		struct query *q = NULL;
		struct query_error error = { .position = SIZE_MAX };

		for (int k = rand() % 12; k > 0; k--) {
			if (rand() % 8)
				buf_add_string(&text, pieces[(size_t)rand() % piece_count]);
			else
				buf_add_char(&text, (char)rand());
		}
		if (query_parse(buf_slice(&text), &q, &error)) {
			assert_true(error.position <= text.len);
			assert_true(strlen(error.message) > 0);
			for (const char *c = error.message; *c; c++)
				assert_true(*c >= ' ' && *c <= '~');
		} else {
			parsed++;
			query_match(q, &rows[(size_t)rand() % count]);
		}
		query_free(q);
		buf_done(&text);
	}
	assert_true(parsed > 1000);
	tracker_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_match),
		cmocka_unit_test(an_unknown_mark_is_told_all_that_there_are),
		cmocka_unit_test(errors_point_and_suggest),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(fields_are_listed),
		cmocka_unit_test(any_bytes_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
