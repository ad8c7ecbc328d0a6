/* model/owners: who holds a row, and by which name it is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fatal.h"
#include "tests/fake/build.h"

#define BYTES(literal) { literal, sizeof literal - 1 }

/* A snapshot of one process, which holds nothing. */
static const struct snapshot *alone(const struct process_fact *fact)
{
	struct facts *f = facts_new();

	facts_add_process(f, fact);
	return snapshot_build(f);
}

static void a_process_has_a_name(void **state)
{
	static const struct {
		struct slice comm, exe, command;
		const char *name;
	} cases[] = {
		{ BYTES("node"), BYTES("/usr/bin/nodejs"), BYTES("next dev\0"), "node" },
		{ BYTES("kworker/0:1"), BYTES(""), BYTES(""), "kworker/0:1" },
		/* cut at 15 bytes: completed where the program, or argv[0], goes on from there */
		{ BYTES("docker-proxy-xy"), BYTES("/usr/bin/docker-proxy-xyz"), BYTES(""),
		  "docker-proxy-xyz" },
		{ BYTES("gnome-keyring-d"), BYTES(""), BYTES("/usr/bin/gnome-keyring-daemon\0--start\0"),
		  "gnome-keyring-daemon" },
		{ BYTES("gnome-keyring-d"), BYTES("/opt/other"), BYTES("gnome-keyring-daemon"),
		  "gnome-keyring-daemon" },
		{ BYTES("fifteen-letters"), BYTES("/usr/bin/fifteen-letters"), BYTES(""), "fifteen-letters" },
		{ BYTES("fifteen-letters"), BYTES("/usr/bin/python3"), BYTES("python3\0x.py\0"),
		  "fifteen-letters" },
		{ BYTES("fifteen-letters"), BYTES("/usr/bin/fifteen-letters-more (deleted)"), BYTES(""),
		  "fifteen-letters-more" },
		{ BYTES("fourteen-lette"), BYTES("/usr/bin/fourteen-letters"), BYTES(""), "fourteen-lette" },
		/* the name of the main thread instead of the program's */
		{ BYTES("MainThread"), BYTES("/usr/bin/node"), BYTES("node\0server.js\0"), "node" },
		{ BYTES("MainThread"), BYTES("/usr/bin/node (deleted)"), BYTES(""), "node" },
		{ BYTES("MainThread"), BYTES(""), BYTES("/opt/node/bin/node\0server.js\0"), "node" },
		{ BYTES("MainThread"), BYTES(""), BYTES(""), "MainThread" },
		{ BYTES("node-MainThread"), BYTES("/usr/bin/node"), BYTES(""), "node" },
		/* nothing is known, or too little */
		{ BYTES(""), BYTES("/usr/bin/node"), BYTES(""), "node" },
		{ BYTES(""), BYTES(""), BYTES(""), "?" },
		{ BYTES(""), BYTES("/"), BYTES(""), "?" },
		/* hostile */
		{ BYTES("a\x1b[31m\nb"), BYTES(""), BYTES(""), "a\\x1b[31m\\x0ab" },
		{ BYTES("x\xe2\x80\xaey"), BYTES(""), BYTES(""), "x\\u{202e}y" },
		{ BYTES("caf\xc3\xa9"), BYTES(""), BYTES(""), "caf\xc3\xa9" },
		{ BYTES("cut-in-a-char\xe4\xb8"), BYTES(""), BYTES(""), "cut-in-a-char\\xe4\\xb8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct process_fact fact = {
			.pid = 7, .comm = cases[i].comm, .exe = cases[i].exe, .command = cases[i].command,
		};
		const struct snapshot *s = alone(&fact);

		assert_string_equal(s->processes[0].name, cases[i].name);
		snapshot_unref(s);
	}
}

static void a_command_line_is_one_line(void **state)
{
	static const struct {
		struct slice raw;
		const char *shown;               /* NULL: not known */
	} cases[] = {
		{ BYTES(""), NULL },
		{ BYTES("\0"), NULL },
		{ BYTES("\0\0\0"), NULL },
		{ BYTES("node\0"), "node" },
		{ BYTES("node\0server.js\0--port\0" "3000\0"), "node server.js --port 3000" },
		{ BYTES("node\0server.js"), "node server.js" },
		{ BYTES("a\0\0b\0"), "a  b" },
		{ BYTES("nginx: master process nginx\0\0\0\0\0"), "nginx: master process nginx" },
		{ BYTES("sh\0-c\0echo\n\x1b]0;x\x07\0"), "sh -c echo\\x0a\\x1b]0;x\\x07" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct process_fact fact = { .pid = 7, .command = cases[i].raw };
		const struct snapshot *s = alone(&fact);

		if (cases[i].shown)
			assert_string_equal(s->processes[0].command, cases[i].shown);
		else
			assert_null(s->processes[0].command);
		snapshot_unref(s);
	}
}

/* A character of `size` bytes lies across the limit of 4 KiB, all its ways. */
static void a_long_command_line_is_cut_between_characters(void **state)
{
	static const char *const characters[] = { "x", "\xc3\xa9", "\xe4\xb8\xad", "\xf0\x9f\x99\x82" };
	enum { LIMIT = 4096, LENGTH = 100000 };
	const size_t mark = strlen(COMMAND_CUT);
	char *line = fatal_alloc(LENGTH);

	(void)state;
	for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
		size_t size = strlen(characters[i]);

		for (size_t shift = 0; shift < size; shift++) {
			struct process_fact fact = { .pid = 7, .command = { line, LENGTH } };
			const struct snapshot *s;

			memset(line, 'a', LENGTH);
			for (size_t at = shift; at + size <= LENGTH; at += size)
				memcpy(line + at, characters[i], size);
			s = alone(&fact);
			assert_in_range(strlen(s->processes[0].command), LIMIT, LIMIT + mark);
			assert_string_equal(s->processes[0].command + strlen(s->processes[0].command) - mark,
					    COMMAND_CUT);
			assert_null(strstr(s->processes[0].command, "\\x"));
			snapshot_unref(s);
		}
	}
	memset(line, 0x80, LENGTH);              /* nothing but continuation bytes */
	line[LIMIT - 1] = '\0';
	snapshot_unref(alone(&(struct process_fact){ .pid = 7, .command = { line, LENGTH } }));
	free(line);
}

static void other_texts(void **state)
{
	struct process_fact full = {
		.pid = 7, .uid = 1000, .cwd = BYTES("/home/alice/shop\n(deleted)"), .tty = BYTES("pts/3"),
	};
	struct process_fact empty = { .pid = 7, .uid = UID_UNKNOWN };
	const struct snapshot *s = alone(&full);

	(void)state;
	assert_string_equal(s->processes[0].cwd, "/home/alice/shop\\x0a(deleted)");
	assert_string_equal(s->processes[0].tty, "pts/3");
	assert_string_equal(s->processes[0].user, "1000");
	assert_int_equal(s->processes[0].fact->pid, 7);
	snapshot_unref(s);
	s = alone(&empty);
	assert_null(s->processes[0].cwd);
	assert_null(s->processes[0].tty);
	assert_null(s->processes[0].command);
	assert_string_equal(s->processes[0].user, "?");
	snapshot_unref(s);
}

static void processes_are_in_order(void **state)
{
	static const int32_t pids[] = { 4000000, 7, 300, 7, 1, 65536, 256 };
	static const int32_t sorted[] = { 1, 7, 256, 300, 65536, 4000000 };
	struct facts *f = facts_new();
	const struct snapshot *s;

	(void)state;
	for (size_t i = 0; i < sizeof pids / sizeof *pids; i++)
		facts_add_process(f, &(struct process_fact){ .pid = pids[i], .start_time = i });
	s = snapshot_build(f);
	assert_int_equal(s->process_count, sizeof sorted / sizeof *sorted);
	for (size_t i = 0; i < s->process_count; i++) {
		assert_int_equal(s->processes[i].fact->pid, sorted[i]);
		assert_ptr_equal(snapshot_process(s, sorted[i]), &s->processes[i]);
	}
	assert_int_equal(snapshot_process(s, 7)->fact->start_time, 1);    /* the first that was given */
	assert_null(snapshot_process(s, 2));
	snapshot_unref(s);
}

/* "7:3,4 8:3": pid and descriptors of each holder. */
static const char *holders_of(struct buf *out, const struct listener *l)
{
	buf_clear(out);
	for (uint32_t i = 0; i < l->holder_count; i++) {
		buf_printf(out, "%s%d", i ? " " : "", l->holders[i].process->fact->pid);
		for (uint32_t j = 0; j < l->holders[i].fd_count; j++)
			buf_printf(out, "%c%d", j ? ',' : ':', l->holders[i].fds[j]);
	}
	return buf_string(out);
}

static void who_holds_a_row(void **state)
{
	struct facts *f = build_facts(1, "tcp 127.0.0.1:80 inode 70\ntcp 127.0.0.1:80 inode 71\n"
					 "tcp 127.0.0.1:81 inode 72\ntcp 127.0.0.1:82 inode 73\n"
					 "time-wait tcp 127.0.0.1:83\n"
					 "process 9 c root\nprocess 7 a root\nprocess 8 b root");
	static const struct holder_fact holders[] = {
		{ 71, 8, 3 }, { 70, 7, 20 }, { 70, 7, 4 }, { 71, 7, 12 }, { 71, 7, 4 }, { 70, 7, 4 },
		{ 72, 9, 5 },
		{ 70, 9, 300 }, { 72, 1234, 3 }, { 999, 7, 30 }, { 0, 7, 31 },
	};
	struct buf text = { 0 };
	const struct snapshot *s;

	(void)state;
	for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
		facts_add_holder(f, holders[i].inode, holders[i].pid, holders[i].fd);
	s = snapshot_build(f);
	/* fd 4 of 7 is there twice, once for either socket: threads may have tables of their own */
	assert_string_equal(holders_of(&text, build_find(s, ROW_LISTENER, "127.0.0.1:80")),
			    "7:4,4,12,20 8:3 9:300");
	assert_string_equal(holders_of(&text, build_find(s, ROW_LISTENER, "127.0.0.1:81")), "9:5");
	assert_string_equal(holders_of(&text, build_find(s, ROW_LISTENER, "127.0.0.1:82")), "");
	assert_string_equal(holders_of(&text, build_find(s, ROW_LEFTOVER, "127.0.0.1:83")), "");
	buf_done(&text);
	snapshot_unref(s);
}

static void many_workers_of_many_sockets(void **state)
{
	enum { SOCKETS = 300, WORKERS = 40 };
	struct facts *f = facts_new();
	const struct snapshot *s;
	const struct listener *l;

	(void)state;
	for (uint32_t i = 0; i < SOCKETS; i++) {
		struct socket_fact *fact = facts_add_socket(f);

		fact->local.protocol = PROTOCOL_TCP;
		fact->local.family = FAMILY_IPV4;
		fact->state = SOCKET_LISTEN;
		fact->inode = 1000 + i;
		for (int32_t pid = 1; pid <= WORKERS; pid++)
			facts_add_holder(f, fact->inode, pid, (int32_t)(SOCKETS - i));
	}
	for (int32_t pid = 1; pid <= WORKERS; pid++)
		facts_add_process(f, &(struct process_fact){ .pid = pid });
	s = snapshot_build(f);
	assert_int_equal(s->listener_count, 1);
	l = &s->listeners[0];
	assert_int_equal(l->socket_count, SOCKETS);
	assert_int_equal(l->holder_count, WORKERS);
	for (uint32_t i = 0; i < WORKERS; i++) {
		assert_int_equal(l->holders[i].process->fact->pid, i + 1);
		assert_int_equal(l->holders[i].fd_count, SOCKETS);
		for (uint32_t j = 0; j < SOCKETS; j++)
			assert_int_equal(l->holders[i].fds[j], j + 1);
	}
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_has_a_name),
		cmocka_unit_test(a_command_line_is_one_line),
		cmocka_unit_test(a_long_command_line_is_cut_between_characters),
		cmocka_unit_test(other_texts),
		cmocka_unit_test(processes_are_in_order),
		cmocka_unit_test(who_holds_a_row),
		cmocka_unit_test(many_workers_of_many_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
