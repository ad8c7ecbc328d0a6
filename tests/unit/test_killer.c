/* The one kill in flight: asked for before the owner is known, the answer comes with the scan that knows it; and sent to
 * more than the one process. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "collector/killer.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"
#include "tests/fake/machine.h"

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

static const char family[] =
	"process 10 npm alice start 100 parent 1 group 10\n"
	"process 20 node alice start 200 parent 10 group 10\n"
	"process 30 tsc alice start 300 parent 20 group 10\n"
	"tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice\n";

struct hunt {                            /* node 20 and its family under the sights */
	struct fake_machine machine;
	struct mailbox *mailbox;
	struct killer killer;
	struct reply plan;
};

static void aim(struct hunt *h)
{
	struct row_key key;

	machine_start(&h->machine, family);
	h->machine.exits = false;
	h->mailbox = mailbox_new();
	key = build_find(h->machine.snapshot, ROW_LISTENER, "127.0.0.1:3000")->key;
	killer_init(&h->killer, h->machine.platform, h->mailbox);
	killer_begin(&h->killer, h->machine.snapshot, &key, 0);
	assert_true(mailbox_next_reply(h->mailbox, &h->plan));
	assert_int_equal(h->plan.scopes.count, 2);
}

static void let_go(struct hunt *h)
{
	killer_done(&h->killer);
	assert_int_equal(fake_count(h->machine.fake, FAKE_OPEN), fake_count(h->machine.fake, FAKE_CLOSE));
	h->machine.opened = fake_count(h->machine.fake, FAKE_OPEN);
	mailbox_free(h->mailbox);
	machine_stop(&h->machine);
}

/* Sends, and asserts what is told and how many signals there were by now. */
static void send(struct hunt *h, int signal, enum company_kind with, unsigned signals, const char *told)
{
	struct reply reply;

	killer_send(&h->killer, signal, with);
	assert_true(mailbox_next_reply(h->mailbox, &reply));
	assert_string_equal(reply.status.text, told);
	assert_int_equal(fake_count(h->machine.fake, FAKE_SIGNAL), signals);
}

static void only_who_was_chosen_is_signalled(void **state)
{
	static const struct {
		enum company_kind with;
		unsigned signals;
		const char *told;
	} cases[] = {
		{ COMPANY_NONE, 1, "TERM sent to node 20" },
		{ COMPANY_TREE, 2, "TERM sent to node 20 and 1 more" },
		{ COMPANY_GROUP, 3, "TERM sent to node 20 and 2 more" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hunt h;

		aim(&h);
		send(&h, SIGTERM, cases[i].with, cases[i].signals, cases[i].told);
		let_go(&h);
	}
}

/* The second signal goes to whom it is chosen for, whoever got the first one. */
static void the_next_signal_has_a_scope_of_its_own(void **state)
{
	struct hunt h;

	(void)state;
	aim(&h);
	send(&h, SIGTERM, COMPANY_GROUP, 3, "TERM sent to node 20 and 2 more");
	send(&h, SIGKILL, COMPANY_NONE, 4, "KILL sent to node 20");
	send(&h, SIGKILL, COMPANY_TREE, 6, "KILL sent to node 20 and 1 more");
	send(&h, SIGKILL, COMPANY_GROUP, 9, "KILL sent to node 20 and 2 more");
	let_go(&h);
}

static void nobody_is_signalled_who_was_not_shown(void **state)
{
	struct hunt h;

	(void)state;
	aim(&h);
	h.machine.scene = "process 10 npm alice start 100 parent 1 group 10\n"
		"process 20 node alice start 200 parent 10 group 10\n"
		"process 50 sh alice start 500 parent 10 group 10\n"
		"tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice\n";
	send(&h, SIGTERM, COMPANY_GROUP, 0,
	     "changed since you looked, nothing was sent: another process has joined node 20");
	send(&h, SIGTERM, COMPANY_GROUP, 0, "nothing was sent: that kill is over, choose again");
	let_go(&h);
}

/* The end of the others is awaited, and told. */
static void the_others_are_watched_to_their_end(void **state)
{
	struct fake_target target;
	struct reply reply = { .kind = REPLY_NONE };
	struct hunt h;

	(void)state;
	aim(&h);
	send(&h, SIGTERM, COMPANY_GROUP, 3, "TERM sent to node 20 and 2 more");
	h.machine.scene = "process 10 npm alice start 100 parent 1 group 10\n";
	machine_scan(&h.machine);
	fake_get_target(h.machine.fake, &target);
	target.status.has_exited = true;
	fake_set_target(h.machine.fake, &target);
	killer_step(&h.killer, h.machine.snapshot);
	while (mailbox_next_reply(h.mailbox, &reply))
		continue;
	assert_int_equal(reply.status.phase, KILL_RELEASED);
	assert_non_null(strstr(reply.status.text, "node 20 and 2 more exited"));
	assert_false(reply.status.is_left_behind);
	let_go(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_owner_is_waited_for),
		cmocka_unit_test(but_not_for_ever),
		cmocka_unit_test(only_who_was_chosen_is_signalled),
		cmocka_unit_test(the_next_signal_has_a_scope_of_its_own),
		cmocka_unit_test(nobody_is_signalled_who_was_not_shown),
		cmocka_unit_test(the_others_are_watched_to_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
