/* cli/print: the same rows as a table that is cut, as one that is not, and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/text.h"
#include "cli/print.h"
#include "tests/fake/build.h"

static const struct print_style as_usual;

static const int64_t now_ms = INT64_C(1700000000000);        /* 2023-11-14T22:13:20Z */

static const char desk[] =
	"ephemeral 32768 60999\n"
	"process 4211 node alice start 900 parent 1 state S cwd /home/alice/shop command node server.js\n"
	"process 7 ruby alice start 70 since 1699999280000 state T\n"
	"tcp 127.0.0.1:3000 cookie 7 inode 70 uid 1000 queue 0 511 by 4211 node alice\n"
	"tcp [::]:8080 v6only no cookie 8 inode 80 queue 2 10 by 5001 python3 alice by 5002 python3 alice\n"
	"udp 127.0.0.53%lo:53 cookie 9 inode 90 user root\n"
	"bound tcp 127.0.0.1:4000 cookie 10 inode 100 by 7 ruby alice\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n"
	"gap owners 6\n";

struct list {
	const struct snapshot *snapshot;
	struct tracker *tracker;
	struct rows rows;
	struct buf text;
};

static void list_take(struct list *l, struct facts *facts)
{
	const struct rows_options everything = {
		.show_all = true, .show_leftovers = true,
	};

	*l = (struct list){ .snapshot = snapshot_build(facts), .tracker = tracker_new() };
	tracker_update(l->tracker, l->snapshot);
	rows_update(&l->rows, l->tracker, &everything);
}

static void list_done(struct list *l)
{
	rows_done(&l->rows);
	tracker_free(l->tracker);
	snapshot_unref(l->snapshot);
	buf_done(&l->text);
}

static void assert_plain_ascii(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		assert_true(text->data[i] == '\n' || (text->data[i] >= ' ' && text->data[i] <= '~'));
}

static unsigned widest_line(const struct buf *text)
{
	struct slice rest = buf_slice(text);
	unsigned widest = 0;

	while (rest.len) {
		struct buf line = { 0 };
		unsigned width;

		buf_add_slice(&line, slice_cut(&rest, '\n'));
		width = text_width(buf_string(&line));
		assert_true(!line.len || line.data[line.len - 1] != ' ');
		widest = width > widest ? width : widest;
		buf_done(&line);
	}
	return widest;
}

static void a_pipe_gets_everything(void **state)
{
	const struct output pipe = { 0 };
	struct list l;
	(void)state;

	list_take(&l, build_facts(now_ms, desk));
	print_table(&l.text, &l.rows, &pipe, &as_usual);
	assert_string_equal(buf_string(&l.text),
"PORT ADDRESS    PROTO STATE     RANGE      PROCESS     PID OWNER AGE NOTE     SERVICE  PROJECT CLIENTS UNIT QUEUE EXPOSURE COMMAND\n"
"  53 127.0.0.53 udp   UDP       well-known ?             ? root    - -        -        -             - -        - loopback ?\n"
"3000 127.0.0.1  tcp   LISTEN    registered node       4211 alice   - -        dev-http -             - -    0/511 loopback node server.js\n"
"4000 127.0.0.1  tcp   BOUND     registered ruby          7 alice 12m stopped  dev-http -             - -        - loopback ?\n"
"8000 127.0.0.1  tcp   TIME-WAIT registered -             - -       - 41s left dev-http -             - -        - loopback -\n"
"8080 *          tcp   LISTEN    registered python3 +1 5001 alice   - exposed  http-alt -             - -     2/10 wildcard ?\n");
	list_done(&l);
}

static void a_terminal_gets_what_fits(void **state)
{
	static const unsigned widths[] = { 1, 2, 7, 20, 40, 79, 80, 81, 120, 140, 300 };
	struct list l;
	(void)state;

	list_take(&l, build_facts(now_ms, desk));
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		const struct output terminal = { .is_terminal = true, .width = widths[i] };

		buf_clear(&l.text);
		print_table(&l.text, &l.rows, &terminal, &as_usual);
		assert_true(widest_line(&l.text) <= widths[i]);
	}
	list_done(&l);
}

static void every_cell_of_a_pipe_is_aligned(void **state)
{
	const struct output pipe = { 0 };
	struct list l;
	struct slice rest, head;
	size_t command;
	(void)state;

	list_take(&l, build_facts(now_ms, desk));
	print_table(&l.text, &l.rows, &pipe, &as_usual);
	rest = buf_slice(&l.text);
	head = slice_cut(&rest, '\n');
	command = (size_t)((const char *)memmem(head.ptr, head.len, "COMMAND", 7) - head.ptr);
	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n');

		assert_true(line.len > command);
		assert_true(line.ptr[command] != ' ' && line.ptr[command - 1] == ' ');
	}
	list_done(&l);
}

static json_t *parse(const struct buf *text)
{
	json_error_t error;
	json_t *json = json_loadb(text->data, text->len, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s at %d", error.text, error.position);
	return json;
}

static void assert_keys(json_t *object, const char *const keys[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!json_object_get(object, keys[i]))
			fail_msg("no key %s", keys[i]);
	assert_int_equal(json_object_size(object), count);
}

#define ASSERT_KEYS(object, ...) \
	do { \
		const char *const keys[] = { __VA_ARGS__ }; \
		assert_keys(object, keys, sizeof keys / sizeof *keys); \
	} while (0)

static json_t *print_and_parse(struct list *l)
{
	buf_clear(&l->text);
	print_json(&l->text, l->snapshot, &l->rows);
	assert_plain_ascii(&l->text);
	return parse(&l->text);
}

static json_t *row_at(json_t *answer, json_int_t port)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(answer, "listeners"), i, row)
		if (json_integer_value(json_object_get(row, "port")) == port)
			return row;
	fail_msg("no row of port %d", (int)port);
	return NULL;
}

/* The contract, key by key. Keys may be added here, never taken away. */
static void json_has_the_keys_of_schema_1(void **state)
{
	struct list l;
	json_t *json, *row;
	(void)state;

	list_take(&l, build_facts(now_ms, desk));
	json = print_and_parse(&l);
	ASSERT_KEYS(json, "schema", "time", "host", "source", "gaps", "hosts", "listeners");
	assert_int_equal(json_array_size(json_object_get(json, "listeners")), l.rows.count);
	ASSERT_KEYS(json_array_get(json_object_get(json, "gaps"), 0), "what", "count", "reason", "remedy");
	row = row_at(json, 3000);
	ASSERT_KEYS(row, "protocol", "family", "address", "port", "peer_port", "device", "v6only", "state",
		    "range", "ephemeral", "service", "exposure", "sockets", "cookie", "inode", "uid", "user",
		    "host", "netns", "published", "queue", "expires_ms", "marks", "owner", "holders");
	ASSERT_KEYS(json_array_get(json_object_get(row, "holders"), 0), "pid", "name", "command",
		    "start_time", "start_ticks", "uid", "user", "fds", "tty", "terminal", "cwd", "state", "role", "runtime",
		    "project", "unit", "container", "tunnel");
	json_decref(json);
	list_done(&l);
}

static void assert_json(json_t *object, const char *key, const char *expected)
{
	const size_t flags = JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS;
	char *text = json_dumps(json_object_get(object, key), flags);

	if (!text || strcmp(text, expected))
		fail_msg("%s is %s, not %s", key, text ? text : "missing", expected);
	free(text);
}

static const struct { json_int_t port; bool is_of_holder; const char *key, *json; } values[] = {
	{ 3000, false, "protocol", "\"tcp\"" },
	{ 3000, false, "family", "\"ipv4\"" },
	{ 3000, false, "address", "\"127.0.0.1\"" },
	{ 3000, false, "peer_port", "null" },
	{ 3000, false, "device", "null" },
	{ 3000, false, "v6only", "null" },
	{ 3000, false, "state", "\"LISTEN\"" },
	{ 3000, false, "range", "\"registered\"" },
	{ 3000, false, "ephemeral", "false" },
	{ 3000, false, "exposure", "\"loopback\"" },
	{ 3000, false, "sockets", "1" },
	{ 3000, false, "cookie", "7" },
	{ 3000, false, "inode", "70" },
	{ 3000, false, "uid", "1000" },
	{ 3000, false, "user", "\"alice\"" },
	{ 3000, false, "queue", "{\"length\":0,\"limit\":511}" },
	{ 3000, false, "expires_ms", "null" },
	{ 3000, false, "marks", "[]" },
	{ 3000, false, "owner",
	  "{\"certainty\":\"certain\",\"container\":null,\"name\":\"node\",\"pid\":4211,\"reason\":null,"
	  "\"unit\":null}" },
	{ 3000, true, "role", "\"server\"" },
	{ 3000, true, "runtime", "{\"language\":\"node\",\"name\":\"node\",\"script\":\"server.js\"}" },
	{ 3000, true, "project", "null" },
	{ 3000, true, "container", "null" },
	{ 3000, true, "tunnel", "null" },
	{ 53, false, "owner",
	  "{\"certainty\":\"hidden\",\"container\":null,\"name\":null,\"pid\":null,"
	  "\"reason\":\"owners hidden: other users' processes; run with sudo to see them\",\"unit\":null}" },
	{ 3000, true, "pid", "4211" },
	{ 3000, true, "name", "\"node\"" },
	{ 3000, true, "command", "\"node server.js\"" },
	{ 3000, true, "start_time", "null" },
	{ 3000, true, "start_ticks", "900" },
	{ 3000, true, "uid", "1000" },
	{ 3000, true, "user", "\"alice\"" },
	{ 3000, true, "tty", "null" },
	{ 3000, true, "terminal", "null" },
	{ 3000, true, "cwd", "\"/home/alice/shop\"" },
	{ 3000, true, "state", "\"S\"" },
	{ 8080, false, "family", "\"ipv6\"" },
	{ 8080, false, "address", "\"::\"" },
	{ 8080, false, "v6only", "false" },
	{ 8080, false, "exposure", "\"wildcard\"" },
	{ 8080, false, "marks", "[\"exposed\"]" },
	{ 53, false, "protocol", "\"udp\"" },
	{ 53, false, "state", "\"UNCONN\"" },
	{ 53, false, "device", "\"lo\"" },
	{ 53, false, "queue", "null" },
	{ 53, false, "user", "\"root\"" },
	{ 53, false, "marks", "[\"hidden\"]" },
	{ 53, false, "holders", "[]" },
	{ 4000, false, "state", "\"BOUND\"" },
	{ 4000, false, "queue", "null" },
	{ 4000, false, "marks", "[\"stopped\",\"bound\"]" },
	{ 4000, true, "start_time", "\"2023-11-14T22:01:20.000Z\"" },
	{ 4000, true, "command", "null" },
	{ 4000, true, "cwd", "null" },
	{ 8000, false, "state", "\"TIME-WAIT\"" },
	{ 8000, false, "expires_ms", "41000" },
	{ 8000, false, "inode", "null" },
	{ 8000, false, "uid", "null" },
	{ 8000, false, "user", "null" },
	{ 8000, false, "marks", "[\"leftover\"]" },
};

static void json_values_are_typed(void **state)
{
	struct list l;
	json_t *json, *row;
	(void)state;

	list_take(&l, build_facts(now_ms, desk));
	json = print_and_parse(&l);
	assert_json(json, "schema", "1");
	assert_json(json, "time", "\"2023-11-14T22:13:20.000Z\"");
	assert_json(json, "source", "\"sock_diag\"");
	assert_json(json_array_get(json_object_get(json, "gaps"), 0), "count", "6");
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		row = row_at(json, values[i].port);
		if (values[i].is_of_holder)
			row = json_array_get(json_object_get(row, "holders"), 0);
		assert_json(row, values[i].key, values[i].json);
	}
	assert_int_equal(json_array_size(json_object_get(row_at(json, 8080), "holders")), 2);
	json_decref(json);
	list_done(&l);
}

/* A process that says hostile things about itself. */
static struct facts *hostile_facts(struct slice comm, struct slice command)
{
	struct facts *facts = build_facts(now_ms, "tcp 127.0.0.1:3000 cookie 7 inode 70\n");
	struct process_fact process = {
		.pid = 9, .uid = UID_UNKNOWN, .state = '?', .comm = comm, .command = command,
	};

	facts_add_holder(facts, 70, 9, 4);
	facts_add_process(facts, &process);
	return facts;
}

static void json_gives_utf8_without_loss(void **state)
{
	static const char comm[] = "\033[2J\n\xc3\xa4", command[] = "a\0\xe2\x80\xae" "b\0\0";
	struct list l;
	json_t *json, *holder;
	(void)state;

	list_take(&l, hostile_facts((struct slice){ comm, sizeof comm - 1 },
				    (struct slice){ command, sizeof command - 1 }));
	json = print_and_parse(&l);
	holder = json_array_get(json_object_get(row_at(json, 3000), "holders"), 0);
	assert_string_equal(json_string_value(json_object_get(holder, "name")), comm);
	assert_string_equal(json_string_value(json_object_get(holder, "command")), "a \xe2\x80\xae" "b");
	assert_null(json_object_get(holder, "name_raw_b64"));
	assert_json(holder, "uid", "null");
	assert_json(holder, "user", "null");
	assert_json(holder, "state", "null");
	json_decref(json);
	list_done(&l);
}

static void json_keeps_the_bytes_that_are_no_utf8(void **state)
{
	static const char comm[] = "x\xff\xc3", command[] = "run\0\xed\xa0\x80";
	struct list l;
	json_t *json, *holder;
	(void)state;

	list_take(&l, hostile_facts(slice_of(comm), (struct slice){ command, sizeof command - 1 }));
	json = print_and_parse(&l);
	holder = json_array_get(json_object_get(row_at(json, 3000), "holders"), 0);
	assert_string_equal(json_string_value(json_object_get(holder, "name")), "x\xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(json_string_value(json_object_get(holder, "name_raw_b64")), "eP/D");
	assert_string_equal(json_string_value(json_object_get(holder, "command_raw_b64")), "cnVuIO2ggA==");
	json_decref(json);
	list_done(&l);
}

static void a_table_never_holds_a_control_byte(void **state)
{
	static const char nasty[] = "\033]52;c;aGk=\a\r\n\t\x9b\x7f\xe2\x80\xae\xf0\x9f\x92\xa9\xff";
	const struct output outputs[] = {
		{ 0 }, { .is_ascii = true }, { .is_terminal = true, .width = 80 },
		{ .is_terminal = true, .width = 200, .is_ascii = true },
	};
	struct list l;
	(void)state;

	list_take(&l, hostile_facts((struct slice){ nasty, 15 }, slice_of(nasty)));
	for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
		buf_clear(&l.text);
		print_table(&l.text, &l.rows, &outputs[i], &as_usual);
		for (size_t k = 0; k < l.text.len; k++)
			assert_true(l.text.data[k] == '\n' || (unsigned char)l.text.data[k] >= ' ');
		assert_true(text_is_utf8(buf_slice(&l.text)));
		assert_null(strstr(buf_string(&l.text), "\xe2\x80\xae"));
		assert_null(strchr(buf_string(&l.text), 0x7f));
		if (outputs[i].is_ascii)
			assert_plain_ascii(&l.text);
	}
	list_done(&l);
}

static void nothing_is_an_empty_list(void **state)
{
	struct list l;
	json_t *json;
	(void)state;

	list_take(&l, build_facts(now_ms, ""));
	json = print_and_parse(&l);
	assert_json(json, "listeners", "[]");
	assert_json(json, "gaps", "[]");
	json_decref(json);
	list_done(&l);
}

static void gaps_are_told_in_a_line_each(void **state)
{
	struct buf text = { 0 };
	const struct snapshot *s = build_snapshot(now_ms, "gap owners 6\ngap bound_only 0\n");
	(void)state;

	print_gaps(&text, s);
	assert_string_equal(buf_string(&text),
		"lotop: 6 owners hidden: other users' processes"
		" (run with sudo to see them)\n"
		"lotop: this kernel cannot list sockets that are bound but do not listen"
		" (use Linux 6.8 or newer)\n");
	snapshot_unref(s);
	buf_clear(&text);
	s = build_snapshot(now_ms, "gap owners 1\n");
	print_gaps(&text, s);
	assert_string_equal(buf_string(&text), "lotop: 1 owner hidden: other users' processes"
		" (run with sudo to see them)\n");
	buf_done(&text);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pipe_gets_everything),
		cmocka_unit_test(a_terminal_gets_what_fits),
		cmocka_unit_test(every_cell_of_a_pipe_is_aligned),
		cmocka_unit_test(json_has_the_keys_of_schema_1),
		cmocka_unit_test(json_values_are_typed),
		cmocka_unit_test(json_gives_utf8_without_loss),
		cmocka_unit_test(json_keeps_the_bytes_that_are_no_utf8),
		cmocka_unit_test(a_table_never_holds_a_control_byte),
		cmocka_unit_test(nothing_is_an_empty_list),
		cmocka_unit_test(gaps_are_told_in_a_line_each),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
