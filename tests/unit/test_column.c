/* model/column, column_layout and note: every cell, and whole tables as literal text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "tests/fake/build.h"
#include "model/column.h"
#include "model/health.h"
#include "model/note.h"

enum { ROWS_MAX = 64 };

/* Scenes that are seen one after the other; the rows are those after the last one. */
struct desk {
	struct tracker *t;
	const struct row *rows[ROWS_MAX];
	unsigned count;
};

static void look(struct desk *d, int64_t wall_ms, const char *scene)
{
	const struct snapshot *s = build_snapshot(wall_ms, scene);
	const struct row *rows;
	size_t count;

	if (!d->t)
		d->t = tracker_new();
	tracker_update(d->t, s);
	snapshot_unref(s);
	rows = tracker_rows(d->t, &count);
	assert_true(count <= ROWS_MAX);
	for (d->count = 0; d->count < count; d->count++)
		d->rows[d->count] = &rows[d->count];
}

static void leave(struct desk *d)
{
	tracker_free(d->t);
}

static void check_cell(const struct row *row, enum column_id id, const char *expected)
{
	struct buf cell = { 0 };

	column_format(&cell, column_get(id), row);
	if (strcmp(buf_string(&cell), expected))
		fail_msg("%s: '%s', not '%s'", column_get(id)->name, buf_string(&cell), expected);
	buf_done(&cell);
}

/* One socket, one cell. */
static const struct cell_case {
	const char *scene;
	enum column_id id;
	const char *expected;
} cells[] = {
	{ "tcp 127.0.0.1:3000", COLUMN_PORT, "3000" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 9", COLUMN_PORT, ">8000" },

	{ "tcp 127.0.0.1:1", COLUMN_ADDRESS, "127.0.0.1" },
	{ "tcp [::1]:1", COLUMN_ADDRESS, "::1" },
	{ "tcp 0.0.0.0:1", COLUMN_ADDRESS, "0.0.0.0" },
	{ "tcp [::]:1 v6only no", COLUMN_ADDRESS, "*" },
	{ "tcp [::]:1 v6only yes", COLUMN_ADDRESS, ":: v6only" },
	{ "tcp [::]:1", COLUMN_ADDRESS, "::" },
	{ "tcp [::1]:1 v6only yes", COLUMN_ADDRESS, "::1" },
	{ "tcp [::ffff:127.0.0.1]:1 v6only no", COLUMN_ADDRESS, "::ffff:127.0.0.1" },
	{ "tcp [::ffff:0.0.0.0]:1 v6only no", COLUMN_ADDRESS, "::ffff:0.0.0.0" },
	{ "udp 127.0.0.53%lo:53", COLUMN_ADDRESS, "127.0.0.53" },
	{ "udp 127.0.0.53%eth0:53", COLUMN_ADDRESS, "127.0.0.53%eth0" },
	{ "tcp 0.0.0.0%lo:1", COLUMN_ADDRESS, "0.0.0.0%lo" },
	{ "tcp [::%lo]:1 v6only no", COLUMN_ADDRESS, "*%lo" },
	{ "tcp [fe80::1%eth0]:1", COLUMN_ADDRESS, "fe80::1%eth0" },

	{ "tcp 127.0.0.1:1", COLUMN_PROTOCOL, "tcp" },
	{ "udp 127.0.0.1:1", COLUMN_PROTOCOL, "udp" },
	{ "tcp [::1]:1", COLUMN_FAMILY, "ipv6" },

	{ "tcp 127.0.0.1:1", COLUMN_STATE, "LISTEN" },
	{ "udp 127.0.0.1:1", COLUMN_STATE, "UDP" },
	{ "bound tcp 127.0.0.1:1", COLUMN_STATE, "BOUND" },
	{ "close-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000", COLUMN_STATE, "CLOSE-WAIT" },

	{ "tcp 127.0.0.1:80", COLUMN_RANGE, "well-known" },
	{ "tcp 127.0.0.1:8080", COLUMN_RANGE, "registered" },
	{ "tcp 127.0.0.1:62893", COLUMN_RANGE, "dynamic" },

	{ "tcp 127.0.0.1:1 by 7 node alice", COLUMN_PROCESS, "node" },
	{ "tcp 127.0.0.1:1 by 7 nginx root by 8 nginx www by 9 nginx www", COLUMN_PROCESS, "nginx +2" },
	{ "process 9 main root start 1\ntcp 127.0.0.1:1 by 7 child root by 9 main root",
	  COLUMN_PROCESS, "main +1" },
	{ "process 9 main root start 1\ntcp 127.0.0.1:1 by 7 child root by 9 main root",
	  COLUMN_PID, "9" },
	{ "tcp 127.0.0.1:1", COLUMN_PROCESS, "?" },
	{ "tcp 127.0.0.1:1", COLUMN_PID, "?" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 9", COLUMN_PROCESS, "-" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 9", COLUMN_PID, "-" },

	{ "tcp 127.0.0.1:1 by 7 node alice", COLUMN_OWNER, "alice" },
	{ "tcp 127.0.0.1:1 uid 4711", COLUMN_OWNER, "4711" },
	{ "tcp 127.0.0.1:1", COLUMN_OWNER, "-" },

	{ "process 7 a root since 28000\ntcp 127.0.0.1:1 by 7 a root", COLUMN_AGE, "12m" },
	{ "tcp 127.0.0.1:1", COLUMN_AGE, "-" },

	{ "tcp 127.0.0.1:5432", COLUMN_SERVICE, "postgresql" },
	{ "tcp 127.0.0.1:5431", COLUMN_SERVICE, "-" },
	{ "process 7 node a command node a.js\ntcp 127.0.0.1:3100 by 7 node a", COLUMN_SERVICE, "node" },
	{ "process 7 node a command node a.js\ntcp 127.0.0.1:3000 by 7 node a", COLUMN_SERVICE, "dev-http" },
	{ "process 7 node a command node a.js\ntcp 127.0.0.1:9229 by 7 node a", COLUMN_SERVICE, "node-debug" },
	{ "process 7 statsd a command node a.js\nudp 127.0.0.1:8125 by 7 statsd a", COLUMN_SERVICE, "statsd" },
	{ "process 7 sql a command sql\ntcp 127.0.0.1:5432 by 7 sql a", COLUMN_SERVICE, "postgresql" },
	{ "tcp 127.0.0.1:1", COLUMN_CLIENTS, "-" },
	{ "connections\ntcp 127.0.0.1:1\nestablished tcp 127.0.0.1:1 peer 127.0.0.1:40000",
	  COLUMN_CLIENTS, "1" },

	{ "tcp 127.0.0.1:1 queue 2 511", COLUMN_QUEUE, "2/511" },
	{ "tcp 127.0.0.1:1", COLUMN_QUEUE, "0" },
	{ "udp 127.0.0.1:1 queue 212 99", COLUMN_QUEUE, "-" },
	{ "bound tcp 127.0.0.1:1 queue 0 0", COLUMN_QUEUE, "-" },

	{ "tcp 0.0.0.0:1", COLUMN_EXPOSURE, "wildcard" },
	{ "tcp 127.0.0.1:1", COLUMN_DEVICE, "-" },
	{ "tcp 127.0.0.1%lo:1", COLUMN_DEVICE, "lo" },
	{ "tcp 127.0.0.1:1 inode 70", COLUMN_INODE, "70" },
	{ "tcp 127.0.0.1:1 inode 0", COLUMN_INODE, "-" },
	{ "tcp 127.0.0.1:1 cookie 7", COLUMN_COOKIE, "7" },
	{ "tcp 127.0.0.1:1 cookie 0", COLUMN_COOKIE, "-" },
	{ "tcp 127.0.0.1:1 uid 0", COLUMN_UID, "0" },
	{ "tcp 127.0.0.1:1", COLUMN_UID, "-" },
	{ "tcp 127.0.0.1:40000", COLUMN_EPHEMERAL, "yes" },
	{ "tcp 127.0.0.1:3000", COLUMN_EPHEMERAL, "no" },
	{ "tcp 127.0.0.1:1", COLUMN_V6ONLY, "-" },
	{ "tcp [::]:1", COLUMN_V6ONLY, "-" },
	{ "tcp [::]:1 v6only no", COLUMN_V6ONLY, "no" },
	{ "tcp [::]:1 v6only yes", COLUMN_V6ONLY, "yes" },
	{ "tcp 127.0.0.1:1\ntcp 127.0.0.1:1", COLUMN_SOCKETS, "2" },
	{ "tcp 127.0.0.1:1", COLUMN_PEER, "-" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 9", COLUMN_PEER, "8000" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 41999", COLUMN_EXPIRES, "41s" },
	{ "tcp 127.0.0.1:1", COLUMN_EXPIRES, "-" },
	{ "process 7 a root cwd /srv command a -b c\ntcp 127.0.0.1:1 by 7 a root", COLUMN_DIRECTORY, "/srv" },
	{ "process 7 a root cwd /srv command a -b c\ntcp 127.0.0.1:1 by 7 a root", COLUMN_COMMAND, "a -b c" },
	{ "tcp 127.0.0.1:1 by 7 a root", COLUMN_COMMAND, "?" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 9", COLUMN_COMMAND, "-" },

	{ "tcp 127.0.0.1:1 by 7 a root", COLUMN_SIGN, " " },
	{ "tcp 127.0.0.1:1 by 7 a root", COLUMN_NOTE, "" },
	{ "tcp 0.0.0.0:1 by 7 a root", COLUMN_SIGN, "!" },
	{ "tcp 0.0.0.0:1 by 7 a root", COLUMN_NOTE, "exposed" },
	{ "tcp 127.0.0.1:1\ngap owners 1", COLUMN_NOTE, "" },
	{ "tcp 127.0.0.1:1", COLUMN_NOTE, "unheld" },
	{ "process 7 a root state T\ntcp 0.0.0.0:1 by 7 a root", COLUMN_NOTE, "stopped, exposed" },
	{ "tcp 127.0.0.1:1 queue 12 10 by 7 a root", COLUMN_NOTE, "queue 12/10" },
	{ "tcp 127.0.0.1:1 by 7 a root\ntcp 127.0.0.1:1 by 7 a root\ntcp 127.0.0.1:1 by 7 a root",
	  COLUMN_NOTE, "x3" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 41000", COLUMN_NOTE, "41s left" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 41000\n"
	  "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40001 expires 9000", COLUMN_NOTE, "41s left, x2" },
	{ "close-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 by 7 a root", COLUMN_NOTE, "" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 5000", COLUMN_NOTE,
	  "5s left, 1 client port to :8000" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 5000\n"
	  "time-wait tcp 127.0.0.1:40001 peer 127.0.0.1:8000 expires 41000", COLUMN_NOTE,
	  "41s left, 2 client ports to :8000" },
};

static void cells_say_what_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		struct desk d = { 0 };

		look(&d, 760000, cells[i].scene);
		assert_int_equal(d.count, 1);
		check_cell(d.rows[0], cells[i].id, cells[i].expected);
		leave(&d);
	}
}

static void changes_stand_in_sign_and_note(void **state)
{
	struct desk d = { 0 };

	(void)state;
	look(&d, 1000, "tcp 127.0.0.1:1 cookie 1 by 7 a root\ntcp 127.0.0.1:2 cookie 2 by 7 a root\n"
	     "tcp 0.0.0.0:3 cookie 3 by 7 a root");
	look(&d, 2000, "tcp 127.0.0.1:1 cookie 9 by 7 a root\ntcp 127.0.0.1:2 cookie 2 by 8 a root\n"
	     "tcp 0.0.0.0:4 cookie 4 by 7 a root");
	check_cell(d.rows[0], COLUMN_SIGN, "~");
	check_cell(d.rows[0], COLUMN_NOTE, "rebound");
	check_cell(d.rows[1], COLUMN_SIGN, "~");
	check_cell(d.rows[1], COLUMN_NOTE, "new owner");
	check_cell(d.rows[2], COLUMN_SIGN, "-");
	check_cell(d.rows[2], COLUMN_NOTE, "gone");
	check_cell(d.rows[3], COLUMN_SIGN, "+");
	check_cell(d.rows[3], COLUMN_NOTE, "new, exposed");
	check_cell(d.rows[3], COLUMN_AGE, "0s");
	leave(&d);
}

/* What JSON makes of it: typed, and null where nothing is known. */
static void values_have_types(void **state)
{
	struct desk d = { 0 };
	const struct row *row;

	(void)state;
	look(&d, 1000, "tcp [::1]:3000 cookie 7 v6only yes uid 4711");
	row = d.rows[0];
	assert_int_equal(column_get(COLUMN_PORT)->value(row).number, 3000);
	assert_int_equal(column_get(COLUMN_COOKIE)->value(row).kind, VALUE_NUMBER);
	assert_int_equal(column_get(COLUMN_V6ONLY)->value(row).kind, VALUE_BOOL);
	assert_string_equal(column_get(COLUMN_ADDRESS)->value(row).text, "::1");
	assert_string_equal(column_get(COLUMN_STATE)->value(row).text, "LISTEN");
	assert_int_equal(column_get(COLUMN_OWNER)->value(row).kind, VALUE_NULL);
	assert_int_equal(column_get(COLUMN_PID)->value(row).kind, VALUE_NULL);
	assert_int_equal(column_get(COLUMN_EXPIRES)->value(row).kind, VALUE_NULL);
	leave(&d);
	d = (struct desk){ 0 };
	look(&d, 1000, "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 9");
	assert_int_equal(column_get(COLUMN_PORT)->value(d.rows[0]).kind, VALUE_NULL);
	assert_int_equal(column_get(COLUMN_PEER)->value(d.rows[0]).number, 8000);
	leave(&d);
	d = (struct desk){ 0 };
	look(&d, 1000, "udp 127.0.0.1:53");
	assert_string_equal(column_get(COLUMN_STATE)->value(d.rows[0]).text, "UNCONN");
	leave(&d);
}

static void json_keys_are_schema_1(void **state)
{
	static const char *const keys[] = {
		"protocol", "family", "address", "port", "device", "v6only", "state", "range", "ephemeral",
		"service", "exposure", "sockets", "cookie", "inode", "uid", "user", "expires_ms", "peer_port", "host",
	};
	size_t count = 0;

	(void)state;
	for (unsigned id = 0; id < COLUMN_COUNT; id++)
		count += column_get(id)->json != NULL;
	assert_int_equal(count, sizeof keys / sizeof keys[0]);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(column_find(slice_of(keys[i]))->json, keys[i]);
}

static void table_is_whole(void **state)
{
	(void)state;
	for (unsigned id = 0; id < COLUMN_COUNT; id++) {
		const struct column *c = column_get(id);

		assert_int_equal(c->id, id);
		assert_ptr_equal(column_find(slice_of(c->name)), c);
		assert_true(c->min_width >= text_width(c->title));
		assert_true(c->usual_width >= c->min_width);
		assert_true(!c->max_width || c->max_width >= c->usual_width);
		assert_true(c->help && *c->help && !strchr(c->help, '\n'));
		assert_non_null(c->value);
	}
	assert_null(column_find(slice_of("nothing")));
	assert_null(column_find(slice_of("")));
}

static const char hostile_desk[] =
	"process 7 \x1b]0;x\a\xe2\x80\xaeroot\xff \x1b[31malice cwd /tmp/\xe2\x80\x8b\t "
	"command \x1b[2J \xc3\x28 \x7f\n"
	"process 8 \xf0\x9f\x9a\x80\xcc\x81\xcc\x81\xcc\x81 b\xc2\x9b cwd /\xf0\x9f\x9a\x80 "
	"command \xe4\xb8\x96\n"
	"tcp 127.0.0.1%e\x1b[0m:3000 queue 9 1 by 7 x alice by 8 x b\xc2\x9b\n"
	"udp [fe80::1%\xc2\x85]:53 by 8 x b\xc2\x9b\n"
	"tcp 0.0.0.0:1 uid 99\n"
	"time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 3\n";

static void every_cell_is_safe_text(void **state)
{
	struct desk d = { 0 };

	(void)state;
	look(&d, 1000, hostile_desk);
	assert_int_equal(d.count, 4);
	for (unsigned i = 0; i < d.count; i++) {
		for (unsigned id = 0; id < COLUMN_COUNT; id++) {
			struct buf cell = { 0 }, again = { 0 };
			struct value v = column_get(id)->value(d.rows[i]);

			column_format(&cell, column_get(id), d.rows[i]);
			if (v.kind == VALUE_TEXT)
				buf_add_string(&cell, v.text);
			text_escape(&again, buf_slice(&cell));
			assert_string_equal(buf_string(&cell), buf_string(&again));
			buf_done(&cell);
			buf_done(&again);
		}
	}
	leave(&d);
}

static const char desk[] =
	"gap owners 1\n"
	"process 4211 node alice since 280000 cwd /home/alice/shop command node next dev\n"
	"process 911 postgres postgres since 1 command postgres -D /var/lib/postgresql\n"
	"process 7001 ruby alice since 900000 state T command ruby app.rb\n"
	"tcp 127.0.0.1:3000 cookie 1 queue 0 511 by 4211 node alice\n"
	"tcp 127.0.0.1:4000 cookie 2 queue 0 128 by 7001 ruby alice\n"
	"tcp 127.0.0.1:5432 cookie 3 queue 0 200 by 911 postgres postgres\n"
	"udp 127.0.0.1:53 cookie 9 user root\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n"
	"tcp 127.0.0.1:62893 cookie 6 by 5120 node alice\n";

static const char next_desk[] =
	"tcp [::1]:5173 cookie 7 queue 0 511 by 4820 vite alice\n"
	"tcp [::]:8080 cookie 8 v6only no queue 0 5 by 5001 python3 alice\n";

static void add_table(struct buf *out, const struct desk *d, unsigned width)
{
	uint8_t ids[COLUMN_COUNT];
	uint16_t widths[COLUMN_COUNT];
	unsigned count = column_layout(d->rows, d->count, width, 0, ids, widths);
	struct buf cell = { 0 };

	for (unsigned line = 0; line <= d->count; line++) {
		for (unsigned i = 0; i < count; i++) {
			const struct column *c = column_get(ids[i]);

			buf_clear(&cell);
			if (line)
				column_format(&cell, c, d->rows[line - 1]);
			else
				buf_add_string(&cell, c->title);
			buf_add_string(out, i ? " " : "");
			text_pad(out, buf_string(&cell), widths[i], c->is_right, false);
		}
		while (out->len && out->data[out->len - 1] == ' ')
			out->len--;
		buf_add_char(out, '\n');
	}
	buf_done(&cell);
}

static const struct screen {
	unsigned width;
	const char *text;
} screens[] = {
	{ 160,
	  "   PORT ADDRESS   STATE     RANGE      PROCESS   PID OWNER    AGE NOTE         SERVICE  "
	  "PROJECT CLIENTS UNIT    COMMAND\n"
	  "?    53 127.0.0.1 UDP       well-known ?           ? root       -              -        "
	  "-             - -       ?\n"
	  "   3000 127.0.0.1 LISTEN    registered node     4211 alice    12m              next.js  "
	  "-             - -       node next dev\n"
	  "z  4000 127.0.0.1 LISTEN    registered ruby     7001 alice     1m stopped      dev-http "
	  "-             - -       ruby app.rb\n"
	  "+  5173 ::1       LISTEN    registered vite     4820 alice     0s new          vite     "
	  "-             - -       ?\n"
	  "   5432 127.0.0.1 LISTEN    registered postgres  911 postgres 16m              postgres "
	  "-             - -       postgres -D /var/lib/postgresql\n"
	  "t  8000 127.0.0.1 TIME-WAIT registered -           - -          - 41s left     dev-http "
	  "-             - -       -\n"
	  "+  8080 *         LISTEN    registered python3  5001 alice     0s new, exposed http-alt "
	  "-             - -       ?\n"
	  "  62893 127.0.0.1 LISTEN    dynamic    node     5120 alice      -              -        "
	  "-             - -       ?\n" },
	{ 120,
	  "   PORT ADDRESS   STATE     RANGE      PROCESS   PID OWNER    AGE NOTE         SERVICE  "
	  "PROJECT CLIENTS\n"
	  "?    53 127.0.0.1 UDP       well-known ?           ? root       -              -        "
	  "-             -\n"
	  "   3000 127.0.0.1 LISTEN    registered node     4211 alice    12m              next.js  "
	  "-             -\n"
	  "z  4000 127.0.0.1 LISTEN    registered ruby     7001 alice     1m stopped      dev-http "
	  "-             -\n"
	  "+  5173 ::1       LISTEN    registered vite     4820 alice     0s new          vite     "
	  "-             -\n"
	  "   5432 127.0.0.1 LISTEN    registered postgres  911 postgres 16m              postgres "
	  "-             -\n"
	  "t  8000 127.0.0.1 TIME-WAIT registered -           - -          - 41s left     dev-http "
	  "-             -\n"
	  "+  8080 *         LISTEN    registered python3  5001 alice     0s new, exposed http-alt "
	  "-             -\n"
	  "  62893 127.0.0.1 LISTEN    dynamic    node     5120 alice      -              -        "
	  "-             -\n" },
	{ 80,
	  "   PORT ADDRESS   STATE     RANGE      PROCESS   PID OWNER    AGE NOTE\n"
	  "?    53 127.0.0.1 UDP       well-known ?           ? root       -\n"
	  "   3000 127.0.0.1 LISTEN    registered node     4211 alice    12m\n"
	  "z  4000 127.0.0.1 LISTEN    registered ruby     7001 alice     1m stopped\n"
	  "+  5173 ::1       LISTEN    registered vite     4820 alice     0s new\n"
	  "   5432 127.0.0.1 LISTEN    registered postgres  911 postgres 16m\n"
	  "t  8000 127.0.0.1 TIME-WAIT registered -           - -          - 41s left\n"
	  "+  8080 *         LISTEN    registered python3  5001 alice     0s new, exposed\n"
	  "  62893 127.0.0.1 LISTEN    dynamic    node     5120 alice      -\n" },
	{ 40,
	  "   PORT ADDRESS   STATE    PROCESS   PID\n"
	  "?    53 127.0.0.1 UDP      ?           ?\n"
	  "   3000 127.0.0.1 LISTEN   node     4211\n"
	  "z  4000 127.0.0.1 LISTEN   ruby     7001\n"
	  "+  5173 ::1       LISTEN   vite     4820\n"
	  "   5432 127.0.0.1 LISTEN   postgres  911\n"
	  "t  8000 127.0.0.1 TIME-WA\xe2\x80\xa6 -           -\n"
	  "+  8080 *         LISTEN   python3  5001\n"
	  "  62893 127.0.0.1 LISTEN   node     5120\n" },
	{ 12,
	  " PORT STATE\n"
	  "   53 UDP\n"
	  " 3000 LISTEN\n"
	  " 4000 LISTEN\n"
	  " 5173 LISTEN\n"
	  " 5432 LISTEN\n"
	  " 8000 TIME-\xe2\x80\xa6\n"
	  " 8080 LISTEN\n"
	  "62893 LISTEN\n" },
};

static void tables_look_as_drawn(void **state)
{
	struct desk d = { 0 };
	struct buf all = { 0 };

	(void)state;
	buf_add_string(&all, desk);
	look(&d, 1000000, buf_string(&all));
	buf_add_string(&all, next_desk);
	look(&d, 1001000, buf_string(&all));
	for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
		struct buf table = { 0 };

		add_table(&table, &d, screens[i].width);
		assert_string_equal(buf_string(&table), screens[i].text);
		buf_done(&table);
	}
	buf_done(&all);
	leave(&d);
}

/* Columns of one's choice stand behind the sign, in that order; the last ones are dropped first, but for
 * those that never are. */
static void chosen_columns_keep_their_order(void **state)
{
	static const uint8_t chosen[] = { COLUMN_PROCESS, COLUMN_INODE, COLUMN_PORT, COLUMN_COMMAND, COLUMN_AGE };
	static const struct {
		unsigned width;
		uint8_t ids[COLUMN_COUNT], count;
	} cases[] = {
		{ 80, { COLUMN_SIGN, COLUMN_PROCESS, COLUMN_INODE, COLUMN_PORT, COLUMN_COMMAND, COLUMN_AGE }, 6 },
		{ 34, { COLUMN_SIGN, COLUMN_PROCESS, COLUMN_INODE, COLUMN_PORT, COLUMN_COMMAND }, 5 },
		{ 30, { COLUMN_SIGN, COLUMN_PROCESS, COLUMN_INODE, COLUMN_PORT }, 4 },
		{ 22, { COLUMN_SIGN, COLUMN_PROCESS, COLUMN_PORT }, 3 },
		{ 13, { COLUMN_PROCESS, COLUMN_PORT }, 2 },
		{ 10, { COLUMN_PROCESS, COLUMN_PORT }, 2 },
		{ 1, { COLUMN_PROCESS }, 1 },
		{ 0, { 0 }, 0 },
	};
	struct desk d = { 0 };

	(void)state;
	look(&d, 1000000, desk);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t ids[COLUMN_COUNT];
		uint16_t widths[COLUMN_COUNT];
		unsigned used = 0, count = column_layout_chosen(d.rows, d.count, cases[i].width, chosen,
								sizeof chosen, ids, widths);

		assert_int_equal(count, cases[i].count);
		assert_memory_equal(ids, cases[i].ids, count);
		for (unsigned column = 0; column < count; column++)
			used += widths[column] + (column > 0);
		assert_true(used <= cases[i].width);
	}
	leave(&d);
}

/* Whatever the width: it is never exceeded, more of it never shows less, and what must not be dropped is
 * there. */
static void every_width_is_kept(void **state)
{
	struct desk d = { 0 };
	unsigned most = 0;

	(void)state;
	look(&d, 1000000, desk);
	for (unsigned width = 0; width < 400; width++) {
		uint8_t ids[COLUMN_COUNT];
		uint16_t widths[COLUMN_COUNT];
		unsigned count = column_layout(d.rows, d.count, width, 0, ids, widths);
		unsigned used = count ? count - 1 : 0;

		for (unsigned i = 0; i < count; i++) {
			assert_true(i == 0 || ids[i - 1] < ids[i]);
			assert_true(widths[i] > 0);
			used += widths[i];
		}
		assert_true(used <= width);
		assert_true(count >= most);
		if (width >= 24)
			assert_true(count >= 4);
		most = count;
	}
	assert_int_equal(most, 18);
	leave(&d);
}

static void sorting_knows_each_column(void **state)
{
	static const struct { enum column_id by; unsigned first, second; } pairs[] = {
		{ COLUMN_PROCESS, 0, 2 },        /* alpha, Beta */
		{ COLUMN_PROCESS, 0, 1 },        /* a tie: by key */
		{ COLUMN_PROCESS, 2, 3 },        /* hidden is last */
		{ COLUMN_PID, 2, 3 },
		{ COLUMN_ADDRESS, 4, 1 },        /* IPv4 first */
		{ COLUMN_RANGE, 2, 4 },
		{ COLUMN_SIGN, 3, 0 },           /* marked first */
	};
	struct desk d = { 0 };

	(void)state;
	look(&d, 1000000, "tcp 127.0.0.1:2 by 7 Beta root\ntcp 127.0.0.1:1 by 8 alpha root\n"
	     "tcp [::1]:1 by 9 alpha root\ntcp 127.0.0.1:9\ntcp 127.0.0.1:1024 by 9 alpha root");
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		assert_true(column_compare(column_get(pairs[i].by), d.rows[pairs[i].first],
					   d.rows[pairs[i].second]) < 0);
	for (unsigned id = 0; id < COLUMN_COUNT; id++)
		for (unsigned i = 0; i < d.count; i++)
			for (unsigned k = 0; k < d.count; k++) {
				int there = column_compare(column_get(id), d.rows[i], d.rows[k]);
				int back = column_compare(column_get(id), d.rows[k], d.rows[i]);

				assert_true((there > 0) == (back < 0) && (there == 0) == (i == k));
			}
	leave(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_say_what_is_there),
		cmocka_unit_test(changes_stand_in_sign_and_note),
		cmocka_unit_test(values_have_types),
		cmocka_unit_test(json_keys_are_schema_1),
		cmocka_unit_test(table_is_whole),
		cmocka_unit_test(every_cell_is_safe_text),
		cmocka_unit_test(tables_look_as_drawn),
		cmocka_unit_test(chosen_columns_keep_their_order),
		cmocka_unit_test(every_width_is_kept),
		cmocka_unit_test(sorting_knows_each_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
