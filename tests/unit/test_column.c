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
#include "model/tracker.h"

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

static void check_cell(const struct row *row, const char *name, const char *expected)
{
	struct buf cell = { 0 };

	column_format(&cell, column_named(name), row);
	if (strcmp(buf_string(&cell), expected))
		fail_msg("%s: '%s', not '%s'", name, buf_string(&cell), expected);
	buf_done(&cell);
}

/* One socket, one cell. */
static const struct cell_case {
	const char *scene, *column, *expected;
} cells[] = {
	{ "tcp 127.0.0.1:3000", "port", "3000" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 9", "port", ">8000" },

	{ "tcp 127.0.0.1:1", "address", "127.0.0.1" },
	{ "tcp [::1]:1", "address", "::1" },
	{ "tcp 0.0.0.0:1", "address", "0.0.0.0" },
	{ "tcp [::]:1 v6only no", "address", "*" },
	{ "tcp [::]:1 v6only yes", "address", ":: v6only" },
	{ "tcp [::]:1", "address", "::" },
	{ "tcp [::1]:1 v6only yes", "address", "::1" },
	{ "tcp [::ffff:127.0.0.1]:1 v6only no", "address", "::ffff:127.0.0.1" },
	{ "tcp [::ffff:0.0.0.0]:1 v6only no", "address", "::ffff:0.0.0.0" },
	{ "udp 127.0.0.53%lo:53", "address", "127.0.0.53" },
	{ "udp 127.0.0.53%eth0:53", "address", "127.0.0.53%eth0" },
	{ "tcp 0.0.0.0%lo:1", "address", "0.0.0.0%lo" },
	{ "tcp [::%lo]:1 v6only no", "address", "*%lo" },
	{ "tcp [fe80::1%eth0]:1", "address", "fe80::1%eth0" },

	{ "tcp 127.0.0.1:1", "protocol", "tcp" },
	{ "udp 127.0.0.1:1", "protocol", "udp" },
	{ "tcp [::1]:1", "family", "ipv6" },

	{ "tcp 127.0.0.1:1", "state", "LISTEN" },
	{ "udp 127.0.0.1:1", "state", "UDP" },
	{ "bound tcp 127.0.0.1:1", "state", "BOUND" },
	{ "close-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000", "state", "CLOSE-WAIT" },

	{ "tcp 127.0.0.1:80", "range", "well-known" },
	{ "tcp 127.0.0.1:8080", "range", "registered" },
	{ "tcp 127.0.0.1:62893", "range", "dynamic" },

	{ "tcp 127.0.0.1:1 by 7 node alice", "process", "node" },
	{ "tcp 127.0.0.1:1 by 7 nginx root by 8 nginx www by 9 nginx www", "process", "nginx +2" },
	{ "process 9 main root start 1\ntcp 127.0.0.1:1 by 7 child root by 9 main root",
	  "process", "main +1" },
	{ "process 9 main root start 1\ntcp 127.0.0.1:1 by 7 child root by 9 main root",
	  "pid", "9" },
	{ "tcp 127.0.0.1:1", "process", "?" },
	{ "tcp 127.0.0.1:1", "pid", "?" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 9", "process", "-" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 9", "pid", "-" },

	{ "tcp 127.0.0.1:1 by 7 node alice", "owner", "alice" },
	{ "tcp 127.0.0.1:1 uid 4711", "owner", "4711" },
	{ "tcp 127.0.0.1:1", "owner", "-" },

	{ "process 7 a root since 28000\ntcp 127.0.0.1:1 by 7 a root", "age", "12m" },
	{ "tcp 127.0.0.1:1", "age", "-" },

	{ "tcp 127.0.0.1:5432", "service", "postgresql" },
	{ "tcp 127.0.0.1:5431", "service", "-" },
	{ "process 7 node a command node a.js\ntcp 127.0.0.1:3100 by 7 node a", "service", "node" },
	{ "process 7 node a command node a.js\ntcp 127.0.0.1:3000 by 7 node a", "service", "dev-http" },
	{ "process 7 node a command node a.js\ntcp 127.0.0.1:9229 by 7 node a", "service", "node-debug" },
	{ "process 7 statsd a command node a.js\nudp 127.0.0.1:8125 by 7 statsd a", "service", "statsd" },
	{ "process 7 node a command node a.js\nclose-wait tcp 127.0.0.1:40000 peer 127.0.0.1:5432 by 7 node a",
	  "service", "postgresql" },
	{ "process 7 sql a command sql\ntcp 127.0.0.1:5432 by 7 sql a", "service", "postgresql" },
	{ "tcp 127.0.0.1:1", "clients", "-" },
	{ "connections\ntcp 127.0.0.1:1\nestablished tcp 127.0.0.1:1 peer 127.0.0.1:40000",
	  "clients", "1" },

	{ "tcp 127.0.0.1:1 queue 2 511", "queue", "2/511" },
	{ "tcp 127.0.0.1:1", "queue", "0" },
	{ "udp 127.0.0.1:1 queue 212 99", "queue", "-" },
	{ "bound tcp 127.0.0.1:1 queue 0 0", "queue", "-" },

	{ "tcp 0.0.0.0:1", "exposure", "wildcard" },
	{ "tcp 127.0.0.1:1", "device", "-" },
	{ "tcp 127.0.0.1%lo:1", "device", "lo" },
	{ "tcp 127.0.0.1:1 inode 70", "inode", "70" },
	{ "tcp 127.0.0.1:1 inode 0", "inode", "-" },
	{ "tcp 127.0.0.1:1 cookie 7", "cookie", "7" },
	{ "tcp 127.0.0.1:1 cookie 0", "cookie", "-" },
	{ "tcp 127.0.0.1:1 uid 0", "uid", "0" },
	{ "tcp 127.0.0.1:1", "uid", "-" },
	{ "tcp 127.0.0.1:40000", "ephemeral", "yes" },
	{ "tcp 127.0.0.1:3000", "ephemeral", "no" },
	{ "tcp 127.0.0.1:1", "v6only", "-" },
	{ "tcp [::]:1", "v6only", "-" },
	{ "tcp [::]:1 v6only no", "v6only", "no" },
	{ "tcp [::]:1 v6only yes", "v6only", "yes" },
	{ "tcp 127.0.0.1:1\ntcp 127.0.0.1:1", "sockets", "2" },
	{ "tcp 127.0.0.1:1", "peer", "-" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 9", "peer", "8000" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 41999", "expires", "41s" },
	{ "tcp 127.0.0.1:1", "expires", "-" },
	{ "process 7 a root cwd /srv command a -b c\ntcp 127.0.0.1:1 by 7 a root", "directory", "/srv" },
	{ "process 7 a root cwd /srv command a -b c\ntcp 127.0.0.1:1 by 7 a root", "command", "a -b c" },
	{ "tcp 127.0.0.1:1 by 7 a root", "command", "?" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 9", "command", "-" },
	{ "process 7 a root tty pts/3 environment TMUX_PANE=%4\ntcp 127.0.0.1:1 by 7 a root", "terminal",
	  "pts/3 tmux pane %4" },
	{ "process 7 a root\ntcp 127.0.0.1:1 by 7 a root", "terminal", "-" },
	{ "tcp 127.0.0.1:1", "terminal", "?" },

	{ "tcp 127.0.0.1:1 by 7 a root", "sign", " " },
	{ "tcp 127.0.0.1:1 by 7 a root", "note", "" },
	{ "tcp 0.0.0.0:1 by 7 a root", "sign", "!" },
	{ "tcp 0.0.0.0:1 by 7 a root", "note", "exposed" },
	{ "tcp 127.0.0.1:1\ngap owners 1", "note", "" },
	{ "tcp 127.0.0.1:1", "note", "unheld" },
	{ "process 7 a root state T\ntcp 0.0.0.0:1 by 7 a root", "note", "stopped, exposed" },
	{ "tcp 127.0.0.1:1 queue 12 10 by 7 a root", "note", "queue 12/10" },
	{ "tcp 127.0.0.1:1 by 7 a root\ntcp 127.0.0.1:1 by 7 a root\ntcp 127.0.0.1:1 by 7 a root",
	  "note", "x3" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 41000", "note", "41s left" },
	{ "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 expires 41000\n"
	  "time-wait tcp 127.0.0.1:1 peer 127.0.0.1:40001 expires 9000", "note", "41s left, x2" },
	{ "close-wait tcp 127.0.0.1:1 peer 127.0.0.1:40000 by 7 a root", "note", "" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 5000", "note",
	  "5s left, 1 client port to :8000" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 5000\n"
	  "time-wait tcp 127.0.0.1:40001 peer 127.0.0.1:8000 expires 41000", "note",
	  "41s left, 2 client ports to :8000" },
};

static void cells_say_what_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		struct desk d = { 0 };

		look(&d, 760000, cells[i].scene);
		assert_int_equal(d.count, 1);
		check_cell(d.rows[0], cells[i].column, cells[i].expected);
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
	check_cell(d.rows[0], "sign", "~");
	check_cell(d.rows[0], "note", "rebound");
	check_cell(d.rows[1], "sign", "~");
	check_cell(d.rows[1], "note", "new owner");
	check_cell(d.rows[2], "sign", "-");
	check_cell(d.rows[2], "note", "gone");
	check_cell(d.rows[3], "sign", "+");
	check_cell(d.rows[3], "note", "new, exposed");
	check_cell(d.rows[3], "age", "0s");
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
	assert_int_equal(column_named("port")->value(row).number, 3000);
	assert_int_equal(column_named("cookie")->value(row).kind, VALUE_NUMBER);
	assert_int_equal(column_named("v6only")->value(row).kind, VALUE_BOOL);
	assert_string_equal(column_named("address")->value(row).text, "::1");
	assert_string_equal(column_named("state")->value(row).text, "LISTEN");
	assert_int_equal(column_named("owner")->value(row).kind, VALUE_NULL);
	assert_int_equal(column_named("pid")->value(row).kind, VALUE_NULL);
	assert_int_equal(column_named("expires")->value(row).kind, VALUE_NULL);
	leave(&d);
	d = (struct desk){ 0 };
	look(&d, 1000, "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 9");
	assert_int_equal(column_named("port")->value(d.rows[0]).kind, VALUE_NULL);
	assert_int_equal(column_named("peer")->value(d.rows[0]).number, 8000);
	leave(&d);
	d = (struct desk){ 0 };
	look(&d, 1000, "udp 127.0.0.1:53");
	assert_string_equal(column_named("state")->value(d.rows[0]).text, "UNCONN");
	leave(&d);
}

static void json_keys_are_schema_1(void **state)
{
	static const char *const keys[] = {
		"protocol", "family", "address", "port", "device", "v6only", "state", "range", "ephemeral",
		"service", "exposure", "sockets", "cookie", "inode", "uid", "user", "expires_ms", "peer_port", "host",
	};
	const struct column *all[COLUMN_MAX];
	size_t column_count = column_all(all), count = 0;

	(void)state;
	for (size_t i = 0; i < column_count; i++)
		count += all[i]->json != NULL;
	assert_int_equal(count, sizeof keys / sizeof keys[0]);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(column_find(slice_of(keys[i]))->json, keys[i]);
}

static void table_is_whole(void **state)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);

	(void)state;
	assert_true(all[0]->is_sign);
	for (unsigned i = 0; i < count; i++) {
		const struct column *c = all[i];

		if (i && all[i - 1]->place >= c->place)
			fail_msg("the columns %s and %s have one place", all[i - 1]->name, c->name);
		assert_ptr_equal(column_at(c->place), c);
		assert_ptr_equal(column_find(slice_of(c->name)), c);
		assert_true(c->min_width >= text_width(c->title));
		assert_true(c->usual_width >= c->min_width);
		assert_true(!c->max_width || c->max_width >= c->usual_width);
		assert_true(c->help && *c->help && !strchr(c->help, '\n'));
		assert_true(c->value || (c->format && c->compare && !c->json));
	}
	assert_null(column_find(slice_of("nothing")));
	assert_null(column_find(slice_of("")));
	assert_null(column_at(0));
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
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	struct desk d = { 0 };

	(void)state;
	look(&d, 1000, hostile_desk);
	assert_int_equal(d.count, 4);
	for (unsigned i = 0; i < d.count; i++) {
		for (unsigned k = 0; k < count; k++) {
			struct buf cell = { 0 }, again = { 0 };
			struct value v = all[k]->value ? all[k]->value(d.rows[i]) : value_null();

			column_format(&cell, all[k], d.rows[i]);
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

static struct column_space space_for(const struct desk *d, unsigned width)
{
	const struct column_rows all = { .items = d->rows, .count = d->count };

	return (struct column_space){ .width = width, .all = all, .shown = all };
}

static void add_table(struct buf *out, const struct desk *d, unsigned width)
{
	const struct column *columns[COLUMN_MAX];
	uint16_t widths[COLUMN_MAX];
	const struct column_space space = space_for(d, width);
	unsigned count = column_layout(&space, columns, widths);
	struct buf cell = { 0 };

	for (unsigned line = 0; line <= d->count; line++) {
		for (unsigned i = 0; i < count; i++) {
			const struct column *c = columns[i];

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
	  "   PORT ADDRESS   PROTO STATE     RANGE      PROCESS   PID OWNER    AGE NOTE         "
	  "SERVICE  QUEUE EXPOSURE COMMAND\n"
	  "?    53 127.0.0.1 udp   UDP       well-known ?           ? root       -              -  "
	  "          - loopback ?\n"
	  "   3000 127.0.0.1 tcp   LISTEN    registered node     4211 alice    12m              "
	  "next.js  0/511 loopback node next dev\n"
	  "z  4000 127.0.0.1 tcp   LISTEN    registered ruby     7001 alice     1m stopped      "
	  "dev-http 0/128 loopback ruby app.rb\n"
	  "+  5173 ::1       tcp   LISTEN    registered vite     4820 alice     0s new          "
	  "vite     0/511 loopback ?\n"
	  "   5432 127.0.0.1 tcp   LISTEN    registered postgres  911 postgres 16m              "
	  "postgres 0/200 loopback postgres -D /var/lib/postgresql\n"
	  "t  8000 127.0.0.1 tcp   TIME-WAIT registered -           - -          - 41s left     "
	  "dev-http     - loopback -\n"
	  "+  8080 *         tcp   LISTEN    registered python3  5001 alice     0s new, exposed "
	  "http-alt   0/5 wildcard ?\n"
	  "  62893 127.0.0.1 tcp   LISTEN    dynamic    node     5120 alice      -              -  "
	  "          0 loopback ?\n" },
	{ 120,
	  "   PORT ADDRESS   STATE     RANGE      PROCESS   PID OWNER    AGE NOTE         SERVICE  "
	  "COMMAND\n"
	  "?    53 127.0.0.1 UDP       well-known ?           ? root       -              -        "
	  "?\n"
	  "   3000 127.0.0.1 LISTEN    registered node     4211 alice    12m              next.js  "
	  "node next dev\n"
	  "z  4000 127.0.0.1 LISTEN    registered ruby     7001 alice     1m stopped      dev-http "
	  "ruby app.rb\n"
	  "+  5173 ::1       LISTEN    registered vite     4820 alice     0s new          vite     "
	  "?\n"
	  "   5432 127.0.0.1 LISTEN    registered postgres  911 postgres 16m              postgres "
	  "postgres -D /var/lib/postgresql\n"
	  "t  8000 127.0.0.1 TIME-WAIT registered -           - -          - 41s left     dev-http "
	  "-\n"
	  "+  8080 *         LISTEN    registered python3  5001 alice     0s new, exposed http-alt "
	  "?\n"
	  "  62893 127.0.0.1 LISTEN    dynamic    node     5120 alice      -              -        "
	  "?\n" },
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
	const struct column *const chosen[] = {
		column_named("process"), column_named("inode"), column_named("port"), column_named("command"),
		column_named("age"),
	};
	static const struct {
		unsigned width;
		const char *columns;
	} cases[] = {
		{ 80, " sign process inode port command age" },
		{ 34, " sign process inode port command" },
		{ 30, " sign process inode port" },
		{ 22, " sign process port" },
		{ 13, " process port" },
		{ 10, " process port" },
		{ 1, " process" },
		{ 0, "" },
	};
	struct desk d = { 0 };

	(void)state;
	look(&d, 1000000, desk);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct column *columns[COLUMN_MAX];
		uint16_t widths[COLUMN_MAX];
		struct buf names = { 0 };
		struct column_space space = space_for(&d, cases[i].width);
		unsigned used = 0, count;

		space.chosen = chosen;
		space.chosen_count = sizeof chosen / sizeof *chosen;
		count = column_layout(&space, columns, widths);

		for (unsigned column = 0; column < count; column++) {
			buf_printf(&names, " %s", columns[column]->name);
			used += widths[column] + (column > 0);
		}
		assert_string_equal(buf_string(&names), cases[i].columns);
		buf_done(&names);
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
		const struct column *columns[COLUMN_MAX];
		uint16_t widths[COLUMN_MAX];
		const struct column_space space = space_for(&d, width);
		unsigned count = column_layout(&space, columns, widths);
		unsigned used = count ? count - 1 : 0;

		for (unsigned i = 0; i < count; i++) {
			assert_true(i == 0 || columns[i - 1]->place < columns[i]->place);
			assert_true(widths[i] > 0);
			used += widths[i];
		}
		assert_true(used <= width);
		assert_true(count >= most);
		if (width >= 24)
			assert_true(count >= 4);
		most = count;
	}
	assert_int_equal(most, 15);
	leave(&d);
}

/* What a cell says when its column is too narrow for it. */
static void narrow_cells_lose_what_says_least(void **state)
{
	static const struct {
		const char *column;
		unsigned width;
		const char *text;
	} cases[] = {
		{ "command", 40, "postgres -D /var/lib/postgresql" },
		{ "command", 28, "postgres -D \xe2\x80\xa6/lib/postgresql" },
		{ "note", 3, "new" }, { "note", 2, "new, exposed" },
		{ "note", 7, "new, \xe2\x80\xa6" }, { "note", 5, "new" },
		{ "process", 1, "python3" },
	};
	struct desk d = { 0 };
	struct buf text = { 0 };

	(void)state;
	look(&d, 1000000, "tcp 127.0.0.1:1");
	look(&d, 1001000, "process 5001 python3 alice command postgres -D /var/lib/postgresql\n"
	     "tcp 127.0.0.1:1\ntcp 0.0.0.0:8080 by 5001 python3 alice");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&text);
		column_format_within(&text, column_named(cases[i].column), d.rows[1], cases[i].width);
		assert_string_equal(buf_string(&text), cases[i].text);
	}
	buf_done(&text);
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
		cmocka_unit_test(narrow_cells_lose_what_says_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
