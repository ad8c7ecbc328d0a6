/* collector/source and faraway on a scripted stream: silence, ends, patience; clocks of others; kills by identity */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "collector/faraway.h"
#include "collector/source.h"
#include "tests/fake/build.h"

struct script {
	struct stream stream;            /* first */
	struct facts *frame;             /* the next step gives it */
	bool ends, is_running, cannot_start, has_no_place;
	unsigned starts, kills;
	struct stream_order order;       /* of the last kill */
	const struct stream_result *result;
};

static struct script *script_of(struct stream *s)
{
	return (struct script *)s;
}

static int script_start(struct stream *s)
{
	script_of(s)->starts++;
	script_of(s)->is_running = !script_of(s)->cannot_start;
	return script_of(s)->cannot_start ? -ENOENT : 0;
}

static size_t script_poll(struct stream *s, struct pollfd *fds)
{
	(void)s;
	(void)fds;
	return 0;
}

static enum stream_event script_step(struct stream *stream, struct facts **out)
{
	struct script *s = script_of(stream);

	if (s->frame) {
		*out = s->frame;
		s->frame = NULL;
		return STREAM_FRAME;
	}
	if (!s->ends)
		return STREAM_NOTHING;
	s->ends = s->is_running = false;
	return STREAM_ENDED;
}

static bool script_is_running(const struct stream *s)
{
	return ((const struct script *)s)->is_running;
}

static const char *script_why(struct stream *s)
{
	return script_of(s)->cannot_start ? "no such program" : "ssh ended with status 255";
}

static int script_interval_ms(const struct stream *s)
{
	(void)s;
	return 5000;
}

static int script_may_kill(const struct stream *s, char *refusal, size_t size)
{
	snprintf(refusal, size, "no place for it");
	return ((const struct script *)s)->has_no_place ? -EINVAL : 0;
}

static int script_kill(struct stream *s, const struct stream_order *o, char *refusal, size_t size)
{
	(void)refusal;
	(void)size;
	script_of(s)->kills++;
	script_of(s)->order = *o;
	return 0;
}

static bool script_killed(struct stream *s, struct stream_result *out)
{
	if (!script_of(s)->result)
		return false;
	*out = *script_of(s)->result;
	script_of(s)->result = NULL;
	return true;
}

static void script_free(struct stream *s)
{
	facts_free(script_of(s)->frame);
}

static const struct stream_ops script_ops = {
	script_start, script_poll, script_step, script_is_running, script_why, script_interval_ms,
	script_may_kill, script_kill, script_killed, script_free,
};

static const char server[] = "tcp 127.0.0.1:3000 cookie 99 inode 7 by 4211 node alice\n";

static void speak(struct script *s, int64_t wall_ms)
{
	s->frame = build_facts(wall_ms, "tcp 127.0.0.1:3000\n");
}

static void begin(struct script *script, struct source *s)
{
	*script = (struct script){ .stream.ops = &script_ops };
	source_init(s, &script->stream, NULL, 3);
	source_start(s, 1000);
}

/* The first frame came at 2000. */
static void begin_heard(struct script *script, struct source *s)
{
	begin(script, s);
	speak(script, 1);
	assert_true(source_step(s, 2000, 50000));
}

static void frames_are_adopted(void **state)
{
	struct script script;
	struct source s;
	char name[32];
	(void)state;

	begin(&script, &s);
	assert_false(source_step(&s, 1100, 50000));
	speak(&script, 123);
	assert_true(source_step(&s, 1200, 50000));
	assert_int_equal(s.newest->facts->machine, 3);
	assert_int_equal(s.newest->facts->wall_ms, 50000);
	assert_int_equal(s.newest->listeners[0].key.machine, 3);
	source_name(&s, name, sizeof name);
	assert_true(*name);
	source_done(&s);
}

/* However wrong the clock over there is, ages are right; and no number of it does harm. */
static void other_clocks_do_not_matter(void **state)
{
	static const int64_t clocks[] = { 1000000, 1, -5, INT64_MIN, INT64_MAX, 1795000000000 };
	(void)state;

	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
		for (size_t k = 0; k < sizeof clocks / sizeof *clocks; k++) {
			struct script script;
			struct source s;
			int64_t started_ms;

			begin(&script, &s);
			speak(&script, clocks[i]);
			facts_add_process(script.frame, &(struct process_fact){ .pid = 9,
									       .started_wall_ms = clocks[k] });
			assert_true(source_step(&s, 1200, 2000000));
			started_ms = s.newest->facts->processes[0].started_wall_ms;
			assert_in_range(started_ms, 0, 2000000);
			if (clocks[i] == 1000000 && clocks[k] == 1)
				assert_int_equal(started_ms, 1000001);
			source_done(&s);
		}
}

static void silence_is_noticed_and_forgiven(void **state)
{
	struct script script;
	struct source s;
	(void)state;

	begin_heard(&script, &s);
	assert_false(source_step(&s, 16999, 60000));     /* three intervals of 5 s */
	assert_true(source_step(&s, 17000, 60000));
	assert_string_equal(s.trouble, "nothing has been heard for 15 s");
	assert_non_null(s.newest);
	assert_false(source_step(&s, 20000, 60000));
	speak(&script, 2);
	assert_true(source_step(&s, 21000, 60000));
	assert_string_equal(s.trouble, "");
	assert_int_equal(script.starts, 1);
	source_done(&s);
}

static void one_that_never_spoke_is_not_tried_again(void **state)
{
	struct script script;
	struct source s;
	(void)state;

	begin(&script, &s);
	script.ends = true;
	assert_true(source_step(&s, 2000, 50000));
	assert_string_equal(s.trouble, "ssh ended with status 255");
	for (int64_t now_ms = 2000; now_ms < 10000000; now_ms += 1000)
		source_step(&s, now_ms, 50000);
	assert_int_equal(script.starts, 1);
	source_start(&s, 20000000);              /* by key */
	assert_int_equal(script.starts, 2);
	source_done(&s);
}

/* 2, 4, 8, ... up to 60 seconds; the rows of before stay all the time. */
static void one_that_spoke_is_tried_ever_less_often(void **state)
{
	static const int64_t waits_ms[] = { 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
	struct script script;
	struct source s;
	int64_t now_ms = 3000;
	(void)state;

	begin_heard(&script, &s);
	for (size_t i = 0; i < sizeof waits_ms / sizeof *waits_ms; i++) {
		script.ends = true;
		assert_true(source_step(&s, now_ms, 50000));
		assert_non_null(s.newest);
		assert_int_equal(script.starts, i + 1);
		source_step(&s, now_ms + waits_ms[i] - 1, 50000);
		assert_int_equal(script.starts, i + 1);
		now_ms += waits_ms[i];
		source_step(&s, now_ms, 50000);
		assert_int_equal(script.starts, i + 2);
		now_ms += 10;
	}
	source_done(&s);
}

static void a_program_that_is_not_there_is_told(void **state)
{
	struct script script = { .stream.ops = &script_ops, .cannot_start = true };
	struct source s;
	(void)state;

	source_init(&s, &script.stream, "blue", 1);
	source_start(&s, 1000);
	assert_string_equal(s.trouble, "no such program");
	source_done(&s);
}

static void floods_are_slowed_down(void **state)
{
	struct script script;
	struct source s;
	(void)state;

	begin_heard(&script, &s);
	speak(&script, 2);
	assert_true(source_is_resting(&s, 2050));
	assert_false(source_step(&s, 2050, 50000));
	assert_non_null(script.frame);
	assert_in_range(source_wait_ms(&s, 2050), 1, 50);
	assert_true(source_step(&s, 2100, 50000));
	source_done(&s);
}

static struct reply take(struct mailbox *m)
{
	struct reply reply = { .kind = REPLY_NONE };

	assert_true(mailbox_next_reply(m, &reply));
	return reply;
}

struct duel {                            /* a kill on the server of the scene */
	struct script script;
	struct source source;
	struct faraway faraway;
	struct mailbox *mailbox;
};

static void begin_duel(struct duel *d)
{
	memset(d, 0, sizeof *d);
	d->mailbox = mailbox_new();
	d->faraway.mailbox = d->mailbox;
	begin(&d->script, &d->source);
	d->script.frame = build_facts(1000, server);
	assert_true(source_step(&d->source, 2000, 50000));
}

static void end_duel(struct duel *d)
{
	source_done(&d->source);
	mailbox_free(d->mailbox);
}

static struct reply ask(struct duel *d)
{
	const struct row_key key = d->source.newest->listeners[0].key;

	faraway_begin(&d->faraway, &d->source, &key, 0);
	return take(d->mailbox);
}

static void a_kill_is_done_over_there(void **state)
{
	static const struct stream_result released = { "released", "node 4211 exited, port 3000 is free", 0 };
	struct duel d;
	struct reply reply;
	(void)state;

	begin_duel(&d);
	reply = ask(&d);
	assert_int_equal(reply.kind, REPLY_KILL_PLAN);
	assert_int_equal(reply.plan.refusal, KILL_ALLOWED);
	assert_non_null(strstr(reply.plan.address, ": 127.0.0.1:3000"));
	assert_int_equal(d.script.kills, 0);
	faraway_send(&d.faraway, SIGTERM);
	assert_int_equal(take(d.mailbox).status.phase, KILL_SENT);
	assert_int_equal(d.script.order.pid, 4211);
	assert_int_equal(d.script.order.cookie, 99);
	assert_int_equal(d.script.order.start_time, reply.plan.id.start_time);
	assert_string_equal(d.script.order.signal, "TERM");
	faraway_step(&d.faraway);
	assert_false(mailbox_next_reply(d.mailbox, &reply));
	d.script.result = &released;
	faraway_step(&d.faraway);
	reply = take(d.mailbox);
	assert_int_equal(reply.status.phase, KILL_RELEASED);
	assert_true(reply.status.is_final);
	assert_non_null(strstr(reply.status.text, "port 3000 is free"));
	faraway_send(&d.faraway, SIGKILL);       /* it is over: nothing more is sent */
	assert_int_equal(take(d.mailbox).status.phase, KILL_FAILED);
	assert_int_equal(d.script.kills, 1);
	end_duel(&d);
}

static void one_that_goes_on_may_be_killed(void **state)
{
	static const struct stream_result running = { "running", "still running after 5 s", 0 };
	struct duel d;
	struct reply reply;
	(void)state;

	begin_duel(&d);
	ask(&d);
	faraway_send(&d.faraway, SIGTERM);
	take(d.mailbox);
	d.script.result = &running;
	faraway_step(&d.faraway);
	reply = take(d.mailbox);
	assert_int_equal(reply.status.phase, KILL_STILL_RUNNING);
	assert_false(reply.status.is_final);
	faraway_send(&d.faraway, SIGKILL);
	assert_int_equal(take(d.mailbox).status.phase, KILL_SENT);
	assert_string_equal(d.script.order.signal, "KILL");
	end_duel(&d);
}

static void without_an_answer_nothing_is_said_to_be_done(void **state)
{
	static const struct stream_result none = { "", "ssh ended with status 255", 0 }, odd = { "exploded", "", 0 };
	const struct stream_result *const results[] = { &none, &odd };
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		struct duel d;

		begin_duel(&d);
		ask(&d);
		faraway_send(&d.faraway, SIGTERM);
		take(d.mailbox);
		d.script.result = results[i];
		faraway_step(&d.faraway);
		assert_int_equal(take(d.mailbox).status.phase, KILL_FAILED);
		end_duel(&d);
	}
}

static void what_cannot_be_done_is_refused_before(void **state)
{
	struct duel d;
	struct reply reply;
	(void)state;

	begin_duel(&d);
	d.script.has_no_place = true;
	assert_int_equal(ask(&d).plan.refusal, KILL_ELSEWHERE);
	faraway_send(&d.faraway, SIGTERM);
	assert_int_equal(take(d.mailbox).status.phase, KILL_FAILED);
	d.script.has_no_place = false;
	d.script.ends = true;
	assert_true(source_step(&d.source, 5000, 50000));
	reply = ask(&d);
	assert_int_equal(reply.plan.refusal, KILL_ELSEWHERE);
	assert_non_null(strstr(reply.plan.refusal_text, "ssh ended with status 255"));
	assert_int_equal(d.script.kills, 0);
	end_duel(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_adopted),
		cmocka_unit_test(other_clocks_do_not_matter),
		cmocka_unit_test(silence_is_noticed_and_forgiven),
		cmocka_unit_test(one_that_never_spoke_is_not_tried_again),
		cmocka_unit_test(one_that_spoke_is_tried_ever_less_often),
		cmocka_unit_test(a_program_that_is_not_there_is_told),
		cmocka_unit_test(floods_are_slowed_down),
		cmocka_unit_test(a_kill_is_done_over_there),
		cmocka_unit_test(one_that_goes_on_may_be_killed),
		cmocka_unit_test(without_an_answer_nothing_is_said_to_be_done),
		cmocka_unit_test(what_cannot_be_done_is_refused_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
