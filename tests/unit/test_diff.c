/* model/diff: cookies and holders decide, in tables and by properties over random scenes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/buf.h"
#include "tests/fake/build.h"
#include "model/diff.h"

/* The change of the row that comes first in key order in either list; a side that lacks it is NULL. */
static struct change change_of(const struct snapshot *before, const struct listener *old,
			       const struct snapshot *after, const struct listener *new)
{
	int order = !old ? 1 : !new ? -1 : row_key_compare(&old->key, &new->key);

	if (order < 0)
		return (struct change){ CHANGE_CLOSED, old, NULL };
	if (order > 0)
		return (struct change){ CHANGE_OPENED, NULL, new };
	return (struct change){ diff_listener(before, old, after, new), old, new };
}

/* Row by row, as the tracker pairs them. Of nothing before nothing is told. */
static void diff_snapshots(const struct snapshot *before, const struct snapshot *after,
			   void (*each)(void *context, const struct change *change), void *context)
{
	size_t i = 0, k = 0;

	if (!before)
		return;
	while (i < before->listener_count || k < after->listener_count) {
		const struct listener *old = i < before->listener_count ? &before->listeners[i] : NULL;
		const struct listener *new = k < after->listener_count ? &after->listeners[k] : NULL;
		struct change change = change_of(before, old, after, new);

		i += change.before != NULL;
		k += change.after != NULL;
		if (change.kind != CHANGE_NONE)
			each(context, &change);
	}
}

static const struct diff_case {
	const char *name, *before, *after, *changes;
} cases[] = {
	{ "nothing there", "", "", "" },
	{ "the same",
	  "tcp 127.0.0.1:3000 cookie 7 by 1 a root", "tcp 127.0.0.1:3000 cookie 7 by 1 a root", "" },
	{ "opened and closed, in key order",
	  "tcp 127.0.0.1:3000 cookie 7\ntcp 127.0.0.1:9000 cookie 9",
	  "tcp 127.0.0.1:2000 cookie 6\ntcp 127.0.0.1:9000 cookie 9\ntcp 127.0.0.1:9001 cookie 10",
	  "opened 2000, closed 3000, opened 9001" },
	{ "another cookie", "tcp 127.0.0.1:3000 cookie 7", "tcp 127.0.0.1:3000 cookie 8", "rebound 3000" },
	{ "another cookie, the same inode number",
	  "tcp 127.0.0.1:3000 cookie 7 inode 70", "tcp 127.0.0.1:3000 cookie 8 inode 70", "rebound 3000" },
	{ "rebound says it all, even by another owner",
	  "tcp 127.0.0.1:3000 cookie 7 by 1 a root", "tcp 127.0.0.1:3000 cookie 8 by 2 b root",
	  "rebound 3000" },
	{ "the other family is another row",
	  "tcp 127.0.0.1:3000 cookie 7", "tcp [::1]:3000 cookie 7", "closed 3000, opened 3000" },
	{ "udp is another row",
	  "tcp 127.0.0.1:53 cookie 7", "udp 127.0.0.1:53 cookie 8", "closed 53, opened 53" },
	{ "bound, then listening",
	  "bound tcp 127.0.0.1:3000 cookie 7", "tcp 127.0.0.1:3000 cookie 7", "opened 3000, closed 3000" },

	{ "a group: one of two stays",
	  "tcp 127.0.0.1:3000 cookie 5\ntcp 127.0.0.1:3000 cookie 9",
	  "tcp 127.0.0.1:3000 cookie 9\ntcp 127.0.0.1:3000 cookie 12", "" },
	{ "a group: all are others",
	  "tcp 127.0.0.1:3000 cookie 5\ntcp 127.0.0.1:3000 cookie 9",
	  "tcp 127.0.0.1:3000 cookie 6\ntcp 127.0.0.1:3000 cookie 10", "rebound 3000" },

	{ "no cookies: the same inode",
	  "tcp 127.0.0.1:3000 cookie 0 inode 70", "tcp 127.0.0.1:3000 cookie 0 inode 70", "" },
	{ "no cookies: another inode",
	  "tcp 127.0.0.1:3000 cookie 0 inode 70", "tcp 127.0.0.1:3000 cookie 0 inode 71", "rebound 3000" },
	{ "sock_diag was lost between: the inode decides",
	  "tcp 127.0.0.1:3000 cookie 7 inode 70", "tcp 127.0.0.1:3000 cookie 0 inode 70", "" },
	{ "sock_diag came back: another inode",
	  "tcp 127.0.0.1:3000 cookie 0 inode 70", "tcp 127.0.0.1:3000 cookie 7 inode 71", "rebound 3000" },
	{ "a group of which one has no cookie: all are others",
	  "tcp 127.0.0.1:3000 cookie 0 inode 70\ntcp 127.0.0.1:3000 cookie 7 inode 71",
	  "tcp 127.0.0.1:3000 cookie 0 inode 72\ntcp 127.0.0.1:3000 cookie 8 inode 73", "rebound 3000" },
	{ "neither cookie nor inode: nothing is known, nothing is said",
	  "tcp 127.0.0.1:3000 cookie 0 inode 0", "tcp 127.0.0.1:3000 cookie 0 inode 0", "" },

	{ "another process",
	  "tcp 127.0.0.1:3000 cookie 7 by 1 java root", "tcp 127.0.0.1:3000 cookie 7 by 2 java root",
	  "owner changed 3000" },
	{ "one more",
	  "tcp 127.0.0.1:80 cookie 7 by 1 nginx root",
	  "tcp 127.0.0.1:80 cookie 7 by 1 nginx root by 2 nginx root", "owner changed 80" },
	{ "the same pid, started at another time",
	  "process 1 java root start 100\ntcp 127.0.0.1:80 cookie 7 by 1 java root",
	  "process 1 java root start 200\ntcp 127.0.0.1:80 cookie 7 by 1 java root", "owner changed 80" },
	{ "another name alone is exec()",
	  "tcp 127.0.0.1:80 cookie 7 by 1 sh root", "tcp 127.0.0.1:80 cookie 7 by 1 node root", "" },
	{ "hidden after", "tcp 127.0.0.1:80 cookie 7 by 1 a root", "tcp 127.0.0.1:80 cookie 7", "" },
	{ "hidden before", "tcp 127.0.0.1:80 cookie 7", "tcp 127.0.0.1:80 cookie 7 by 1 a root", "" },
	{ "not complete after",
	  "tcp 127.0.0.1:80 cookie 7 by 1 a root", "tcp 127.0.0.1:80 cookie 7 by 2 a root\npending", "" },
	{ "not complete before",
	  "tcp 127.0.0.1:80 cookie 7 by 1 a root\npending", "tcp 127.0.0.1:80 cookie 7 by 2 a root", "" },

	{ "leftovers: others take their place",
	  "time-wait tcp 127.0.0.1:80 cookie 7 peer 127.0.0.1:40000 expires 9",
	  "time-wait tcp 127.0.0.1:80 cookie 8 peer 127.0.0.1:40001 expires 9", "" },
	{ "leftovers: another holder",
	  "close-wait tcp 127.0.0.1:80 cookie 7 peer 127.0.0.1:40000 by 1 a root",
	  "close-wait tcp 127.0.0.1:80 cookie 7 peer 127.0.0.1:40000 by 2 a root", "" },
	{ "leftovers come and go",
	  "time-wait tcp 127.0.0.1:80 cookie 7 peer 127.0.0.1:40000 expires 9",
	  "time-wait tcp 127.0.0.1:81 cookie 8 peer 127.0.0.1:40001 expires 9", "closed 80, opened 81" },
};

static void add_change(void *context, const struct change *c)
{
	struct buf *out = context;
	const struct listener *l = c->after ? c->after : c->before;

	assert_true((c->kind == CHANGE_OPENED) == !c->before);
	assert_true((c->kind == CHANGE_CLOSED) == !c->after);
	buf_printf(out, "%s%s %u", out->len ? ", " : "", change_name(c->kind), l->key.endpoint.port);
}

static void changes_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct snapshot *before = build_snapshot(1000, cases[i].before);
		const struct snapshot *after = build_snapshot(2000, cases[i].after);
		struct buf found = { 0 };

		diff_snapshots(before, after, add_change, &found);
		if (!slice_is(buf_slice(&found), cases[i].changes))
			fail_msg("%s: %s, not %s", cases[i].name, buf_string(&found), cases[i].changes);
		buf_done(&found);
		snapshot_unref(before);
		snapshot_unref(after);
	}
}

static void first_frame_is_no_event(void **state)
{
	const struct snapshot *s = build_snapshot(1000, "tcp 127.0.0.1:3000");
	struct buf found = { 0 };

	(void)state;
	diff_snapshots(NULL, s, add_change, &found);
	assert_int_equal(found.len, 0);
	snapshot_unref(s);
}

static void kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(change_name(CHANGE_NONE), "");
	assert_string_equal(change_name(CHANGE_OWNER), "owner changed");
}

/* A scene of few ports, so that two of them have many rows in common. */
static const struct snapshot *random_snapshot(void)
{
	struct facts *f = build_facts(1000, "");
	static const char *const forms[] = {
		"tcp 127.0.0.1:%d cookie %d by %d a root\n", "udp 127.0.0.1:%d cookie %d by %d a root\n",
		"bound tcp [::1]:%d cookie %d by %d a root\n",
		"tcp 0.0.0.0:%d cookie 0 inode %d by %d a root\n",
		"close-wait tcp 127.0.0.1:%d cookie %d peer 127.0.0.1:40000 by %d a root\n",
	};

	for (int i = rand() % 40; i > 0; i--)
		build_add(f, forms[rand() % 5], 1 + rand() % 12, 1 + rand() % 60, 1 + rand() % 5);
	return snapshot_build(f);
}

struct tally {
	struct buf kinds[CHANGE_OWNER + 1];      /* which rows, as text, in key order */
	struct row_key last;
	size_t count;
};

static void count_change(void *context, const struct change *c)
{
	struct tally *t = context;
	const struct listener *l = c->after ? c->after : c->before;

	if (t->count++)
		assert_true(row_key_compare(&t->last, &l->key) < 0);
	t->last = l->key;
	buf_printf(&t->kinds[c->kind], "%u/", l->key.kind);
	endpoint_add(&t->kinds[c->kind], &l->key.endpoint, NULL);
	buf_add_string(&t->kinds[c->kind], protocol_name(l->key.endpoint.protocol));
}

static void done_tally(struct tally *t)
{
	for (size_t i = 0; i <= CHANGE_OWNER; i++)
		buf_done(&t->kinds[i]);
}

static void assert_mirrored(const struct tally *there, const struct tally *back)
{
	static const struct { enum change_kind a, b; } pairs[] = {
		{ CHANGE_OPENED, CHANGE_CLOSED }, { CHANGE_CLOSED, CHANGE_OPENED },
		{ CHANGE_REBOUND, CHANGE_REBOUND }, { CHANGE_OWNER, CHANGE_OWNER },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		assert_string_equal(buf_string(&there->kinds[pairs[i].a]),
				    buf_string(&back->kinds[pairs[i].b]));
}

static void diff_has_its_properties(void **state)
{
	size_t changes = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 2000; i++) {
		const struct snapshot *a = random_snapshot(), *b = random_snapshot();
		struct tally same = { 0 }, there = { 0 }, back = { 0 };

		diff_snapshots(a, a, count_change, &same);
		diff_snapshots(a, b, count_change, &there);
		diff_snapshots(b, a, count_change, &back);
		assert_int_equal(same.count, 0);
		assert_mirrored(&there, &back);
		changes += there.count;
		done_tally(&there);
		done_tally(&back);
		snapshot_unref(a);
		snapshot_unref(b);
	}
	assert_true(changes > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_found),
		cmocka_unit_test(first_frame_is_no_event),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(diff_has_its_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
