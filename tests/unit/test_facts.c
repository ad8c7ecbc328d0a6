/* model/facts: what is unknown stays unknown, texts are copies, gaps of a kind are one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>
#include "model/facts.h"

static void nothing_is_known_at_first(void **state)
{
	struct facts *f = facts_new();
	struct socket_fact *s = facts_add_socket(f);

	(void)state;
	assert_int_equal(s->uid, UID_UNKNOWN);
	assert_int_equal(s->queue_limit, QUEUE_UNKNOWN);
	assert_int_equal(s->queue_length, 0);
	assert_int_equal(s->expires_ms, EXPIRES_UNKNOWN);
	assert_int_equal(s->v6only, TRISTATE_UNKNOWN);
	assert_int_equal(s->inode, 0);
	assert_true(s->cookie == 0);
	assert_int_equal(f->limits.unprivileged_start, 1024);
	assert_int_equal(f->limits.ephemeral_low, 0);
	assert_false(f->owners_complete);
	facts_free(f);
	facts_free(NULL);
}

/* Every text that was given may be overwritten at once. */
static void texts_are_copied(void **state)
{
	char text[] = "raw\0\x1b[2Jtext";
	struct slice raw = { text, sizeof text - 1 };
	struct process_fact p = {
		.pid = 7, .comm = raw, .exe = raw, .command = raw, .cwd = raw, .tty = raw, .cgroup = raw,
	};
	struct facts *f = facts_new();
	const struct process_fact *copy;
	struct slice copies[9];

	(void)state;
	facts_add_process(f, &p);
	facts_add_user(f, 1000, raw);
	facts_add_device(f, 3, raw);
	facts_add_service(f, PROTOCOL_UDP, 53, raw);
	memset(text, 'x', sizeof text - 1);
	copy = &f->processes[0];
	assert_int_equal(copy->pid, 7);
	assert_int_equal(f->users[0].key, 1000);
	assert_int_equal(f->devices[0].key, 3);
	assert_int_equal(f->services[0].key, (17 << 16) + 53);
	copies[0] = copy->comm;
	copies[1] = copy->exe;
	copies[2] = copy->command;
	copies[3] = copy->cwd;
	copies[4] = copy->tty;
	copies[5] = copy->cgroup;
	copies[6] = f->users[0].name;
	copies[7] = f->devices[0].name;
	copies[8] = f->services[0].name;
	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
		assert_int_equal(copies[i].len, sizeof text - 1);
		assert_memory_equal(copies[i].ptr, "raw\0\x1b[2Jtext", sizeof text);
	}
	facts_free(f);
}

static void unknown_texts_stay_null(void **state)
{
	struct process_fact p = { .pid = 7 };
	struct facts *f = facts_new();

	(void)state;
	facts_add_process(f, &p);
	facts_add_user(f, 1000, (struct slice){ NULL, 0 });
	assert_null(f->processes[0].comm.ptr);
	assert_null(f->processes[0].command.ptr);
	assert_null(f->users[0].name.ptr);
	facts_free(f);
}

static void fill(struct facts *f, uint32_t count)
{
	struct process_fact p = { .comm = slice_of("node") };

	for (uint32_t i = 0; i < count; i++) {
		facts_add_socket(f)->inode = i;
		facts_add_holder(f, i, (int32_t)i, 3);
		p.pid = (int32_t)i;
		facts_add_process(f, &p);
		facts_add_ancestor(f, (int32_t)i);
	}
	facts_add_gap(f, GAP_PROTOCOL, 1, EACCES);
	f->wall_ms = 5;
	f->has_connections = f->owners_complete = true;
	f->source = SOURCE_REPLAY;
	f->limits.unprivileged_start = 80;
}

static void a_reset_keeps_the_memory_only(void **state)
{
	struct facts *f = facts_new();
	struct socket_fact *sockets;

	(void)state;
	fill(f, 1000);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(f->sockets[i].inode, i);
	assert_int_equal(f->holders[999].pid, 999);
	assert_int_equal(f->ancestors[999], 999);
	sockets = f->sockets;
	facts_reset(f);
	assert_int_equal(f->socket_count + f->holder_count + f->process_count + f->ancestor_count, 0);
	assert_int_equal(f->gap_count, 0);
	assert_int_equal(f->wall_ms, 0);
	assert_false(f->has_connections || f->owners_complete);
	assert_int_equal(f->source, SOURCE_SOCK_DIAG);
	assert_int_equal(f->limits.unprivileged_start, 1024);
	fill(f, 1000);
	assert_ptr_equal(f->sockets, sockets);
	assert_int_equal(f->sockets[7].v6only, TRISTATE_UNKNOWN);
	facts_free(f);
}

static void gaps_of_a_kind_are_one(void **state)
{
	struct facts *f = facts_new();

	(void)state;
	facts_add_gap(f, GAP_OWNERS_DENIED, 2, 0);
	facts_add_gap(f, GAP_PROTOCOL, 0, EPERM);
	facts_add_gap(f, GAP_OWNERS_DENIED, 3, EACCES);
	facts_add_gap(f, GAP_OWNERS_DENIED, UINT32_MAX, EPERM);
	assert_int_equal(f->gap_count, 2);
	assert_int_equal(f->gaps[0].kind, GAP_OWNERS_DENIED);
	assert_int_equal(f->gaps[0].count, UINT32_MAX);
	assert_int_equal(f->gaps[0].error, EACCES);
	assert_int_equal(f->gaps[1].kind, GAP_PROTOCOL);
	assert_int_equal(f->gaps[1].count, 0);
	assert_int_equal(f->gaps[1].error, EPERM);
	for (int kind = 0; kind < GAP_COUNT; kind++)
		facts_add_gap(f, (enum gap_kind)kind, 1, 0);
	assert_int_equal(f->gap_count, GAP_COUNT);
	facts_free(f);
}

static void every_gap_says_what_it_hides(void **state)
{
	(void)state;
	for (int kind = 0; kind < GAP_COUNT; kind++) {
		const struct gap_text *text = gap_text((enum gap_kind)kind);

		assert_non_null(text->what);
		assert_true(strspn(text->what, "abcdefghijklmnopqrstuvwxyz_") == strlen(text->what));
		assert_true(strlen(text->reason) > 10 && strlen(text->reason) <= 100);
		for (int other = 0; other < kind; other++)
			assert_string_not_equal(text->what, gap_text((enum gap_kind)other)->what);
	}
	assert_string_equal(gap_text(GAP_OWNERS_DENIED)->what, "owners");
	assert_null(gap_text(GAP_OWNERS_FOREIGN)->remedy);      /* there is none for root */
	assert_string_equal(gap_text(GAP_OWNERS_DENIED)->remedy, "run with sudo to see them");
}

/* The line above the keys, on 80 columns: " 1234 REASON; REMEDY". */
static void hidden_owners_fit_the_screen(void **state)
{
	static const enum gap_kind kinds[] = {
		GAP_OWNERS_DENIED, GAP_OWNERS_FOREIGN, GAP_PROCESSES_HIDDEN, GAP_OWNERS_PENDING
	};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct gap_text *text = gap_text(kinds[i]);
		size_t remedy = text->remedy ? strlen("; ") + strlen(text->remedy) : 0;

		assert_memory_equal(text->reason, "owners ", 7);
		assert_in_range(strlen(" 1234 ") + strlen(text->reason) + remedy, 1, 80);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_at_first),
		cmocka_unit_test(texts_are_copied),
		cmocka_unit_test(hidden_owners_fit_the_screen),
		cmocka_unit_test(unknown_texts_stay_null),
		cmocka_unit_test(a_reset_keeps_the_memory_only),
		cmocka_unit_test(gaps_of_a_kind_are_one),
		cmocka_unit_test(every_gap_says_what_it_hides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
