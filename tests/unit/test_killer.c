/* A kill that is asked for before the owner is known: the answer comes with the scan that knows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>
#include "collector/killer.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

enum { NOW_MS = 1000000 };

struct desk {
	struct fake *fake;
	struct mailbox *mailbox;
	struct killer killer;
	struct row_key key;
};

static void set_up(struct desk *d)
{
	*d = (struct desk){ .fake = fake_new(), .mailbox = mailbox_new(), .key.kind = ROW_LISTENER };
	endpoint_parse_address(slice_of("127.0.0.1"), &d->key.endpoint);
	d->key.endpoint.protocol = PROTOCOL_TCP;
	d->key.endpoint.port = 3000;
	killer_init(&d->killer, fake_platform(d->fake), d->mailbox);
}

static void tear_down(struct desk *d)
{
	killer_done(&d->killer);
	mailbox_free(d->mailbox);
	fake_free(d->fake);
}

static void ask(struct desk *d)
{
	const struct snapshot *s = build_snapshot(NOW_MS, "tcp 127.0.0.1:3000 cookie 1 inode 10\npending\n");
	struct reply reply;

	killer_begin(&d->killer, s, &d->key, 0);
	assert_false(mailbox_next_reply(d->mailbox, &reply));
	assert_true(killer_wants_scans(&d->killer));
	snapshot_unref(s);
}

static void the_owner_is_waited_for(void **state)
{
	const struct snapshot *s =
		build_snapshot(NOW_MS, "tcp 127.0.0.1:3000 cookie 1 inode 10 by 4211 node alice");
	struct reply reply;
	struct desk d;

	(void)state;
	set_up(&d);
	ask(&d);
	killer_step(&d.killer, s);
	assert_true(mailbox_next_reply(d.mailbox, &reply));
	assert_string_equal(reply.plan.refusal_text, "");
	assert_int_equal(reply.plan.id.pid, 4211);
	snapshot_unref(s);
	tear_down(&d);
}

static void but_not_for_ever(void **state)
{
	struct reply reply;
	struct desk d;

	(void)state;
	set_up(&d);
	ask(&d);
	d.killer.asked_until_us = 0;
	killer_step(&d.killer, NULL);
	assert_true(mailbox_next_reply(d.mailbox, &reply));
	assert_int_equal(reply.plan.refusal, KILL_NO_HOLDER);
	assert_false(killer_wants_scans(&d.killer));
	tear_down(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_owner_is_waited_for),
		cmocka_unit_test(but_not_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
