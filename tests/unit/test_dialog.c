/* ui/dialog: no key decides before the user could read what it decides; refusals never lead to a signal. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "ui/dialogbox.h"

static struct kill_plan a_plan(enum kill_refusal refusal, const char *confirm_twice)
{
	struct kill_plan plan = { .refusal = refusal, .id.pid = 4211 };

	snprintf(plan.confirm_twice, sizeof plan.confirm_twice, "%s", confirm_twice);
	return plan;
}

static void open_with(struct dialog *d, int signal, enum kill_refusal refusal, const char *confirm_twice)
{
	struct kill_plan plan = a_plan(refusal, confirm_twice);

	*d = (struct dialog){ 0 };
	dialog_ask(d, signal);
	dialog_seen(d, true);
	dialog_plan(d, &plan);
}

static void enter_sends_what_was_seen(void **state)
{
	struct dialog d;

	(void)state;
	open_with(&d, SIGTERM, KILL_ALLOWED, "");
	dialog_seen(&d, true);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_DECIDED);
	assert_int_equal(dialog_signal(&d), SIGTERM);
	assert_int_equal(d.state, DIALOG_CLOSED);
}

static void a_key_typed_ahead_decides_nothing(void **state)
{
	struct dialog d = { 0 };

	(void)state;
	dialog_ask(&d, SIGKILL);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	open_with(&d, SIGKILL, KILL_ALLOWED, "");
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	dialog_seen(&d, false);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	assert_int_equal(d.state, DIALOG_CHOOSING);
}

static void signals_are_chosen_in_a_circle(void **state)
{
	static const struct {
		enum command command;
		int signal;
	} steps[] = {
		{ COMMAND_NEXT, SIGINT }, { COMMAND_NEXT, SIGHUP }, { COMMAND_NEXT, SIGKILL },
		{ COMMAND_NEXT, SIGTERM }, { COMMAND_PREVIOUS, SIGKILL }, { COMMAND_PREVIOUS, SIGHUP },
	};
	struct dialog d;

	(void)state;
	open_with(&d, SIGTERM, KILL_ALLOWED, "");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		assert_int_equal(dialog_command(&d, steps[i].command), DIALOG_OPEN);
		assert_int_equal(dialog_signal(&d), steps[i].signal);
	}
}

static void a_second_key_is_another_key(void **state)
{
	struct dialog d;

	(void)state;
	open_with(&d, SIGTERM, KILL_ALLOWED, "it is the shell that lotop runs in");
	dialog_seen(&d, true);
	assert_int_equal(dialog_command(&d, COMMAND_CONFIRM), DIALOG_OPEN);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	assert_int_equal(d.state, DIALOG_CONFIRMING);
	assert_int_equal(dialog_command(&d, COMMAND_CONFIRM), DIALOG_OPEN);
	dialog_seen(&d, true);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	assert_int_equal(dialog_command(&d, COMMAND_NEXT), DIALOG_OPEN);
	assert_int_equal(dialog_signal(&d), SIGTERM);
	assert_int_equal(dialog_command(&d, COMMAND_CONFIRM), DIALOG_DECIDED);
}

static void a_refusal_can_only_be_closed(void **state)
{
	struct dialog d;

	(void)state;
	open_with(&d, SIGTERM, KILL_IS_INIT, "");
	dialog_seen(&d, true);
	assert_int_equal(d.state, DIALOG_REFUSED);
	assert_int_equal(dialog_command(&d, COMMAND_CONFIRM), DIALOG_OPEN);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_CANCELLED);
	open_with(&d, SIGTERM, KILL_REPLAY, "");
	assert_int_equal(dialog_command(&d, COMMAND_CANCEL), DIALOG_CANCELLED);
}

static void escape_always_cancels(void **state)
{
	struct dialog d = { 0 };

	(void)state;
	dialog_ask(&d, SIGTERM);
	assert_int_equal(dialog_command(&d, COMMAND_CANCEL), DIALOG_CANCELLED);
	open_with(&d, SIGTERM, KILL_ALLOWED, "twice");
	assert_int_equal(dialog_command(&d, COMMAND_CANCEL), DIALOG_CANCELLED);
	open_with(&d, SIGTERM, KILL_ALLOWED, "twice");
	dialog_seen(&d, true);
	dialog_command(&d, COMMAND_ACCEPT);
	assert_int_equal(dialog_command(&d, COMMAND_CANCEL), DIALOG_CANCELLED);
}

static void asking_again_is_for_the_same_plan(void **state)
{
	struct dialog d;

	(void)state;
	open_with(&d, SIGTERM, KILL_ALLOWED, "");
	dialog_seen(&d, true);
	dialog_command(&d, COMMAND_ACCEPT);
	dialog_reopen(&d, SIGKILL);
	assert_int_equal(d.plan.id.pid, 4211);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	dialog_seen(&d, true);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_DECIDED);
	assert_int_equal(dialog_signal(&d), SIGKILL);
}

/* Shown with its words, one more choice; whoever has no unit has none. */
static void the_command_is_a_choice_behind_the_signals(void **state)
{
	struct kill_plan plan = a_plan(KILL_ALLOWED, "it is the service web.service");
	struct dialog d = { 0 };
	(void)state;

	plan.remedy_kind = REMEDY_UNIT;
	snprintf(plan.remedy, sizeof plan.remedy, "systemctl stop web.service");
	dialog_ask(&d, SIGTERM);
	dialog_plan(&d, &plan);
	dialog_seen(&d, true);
	dialog_command(&d, COMMAND_PREVIOUS);
	assert_int_equal(dialog_signal(&d), KILL_BY_REMEDY);
	dialog_command(&d, COMMAND_NEXT);
	assert_int_equal(dialog_signal(&d), SIGTERM);
	dialog_command(&d, COMMAND_PREVIOUS);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	dialog_seen(&d, true);
	assert_int_equal(dialog_command(&d, COMMAND_CONFIRM), DIALOG_DECIDED);
	assert_int_equal(dialog_signal(&d), KILL_BY_REMEDY);
	plan.remedy_kind = REMEDY_NONE;
	dialog_ask(&d, SIGTERM);
	dialog_plan(&d, &plan);
	for (int i = 0; i < 10; i++) {
		dialog_command(&d, COMMAND_NEXT);
		assert_int_not_equal(dialog_signal(&d), KILL_BY_REMEDY);
	}
}

static void nothing_is_readable_on_a_small_screen(void **state)
{
	static const struct {
		unsigned width, height;
		bool is_readable;
	} cases[] = {
		{ 80, 24, true }, { 34, 7, true }, { 33, 7, false }, { 34, 6, false }, { 10, 2, false }, { 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rect screen = { 0, 0, cases[i].width, cases[i].height };

		assert_int_equal(dialogbox_is_readable(screen), cases[i].is_readable);
	}
}

static void the_command_is_the_last_choice(void **state)
{
	struct dialog d = { 0 };
	unsigned signals = dialog_choices(&d);

	(void)state;
	assert_false(dialog_choice(&d, signals - 1).is_command);
	d.plan.remedy_kind = REMEDY_UNIT;
	assert_int_equal(dialog_choices(&d), signals + 1);
	assert_true(dialog_choice(&d, signals).is_command);
	assert_false(dialog_choice(&d, signals - 1).is_command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_is_a_choice_behind_the_signals),
		cmocka_unit_test(enter_sends_what_was_seen),
		cmocka_unit_test(a_key_typed_ahead_decides_nothing),
		cmocka_unit_test(signals_are_chosen_in_a_circle),
		cmocka_unit_test(a_second_key_is_another_key),
		cmocka_unit_test(a_refusal_can_only_be_closed),
		cmocka_unit_test(escape_always_cancels),
		cmocka_unit_test(asking_again_is_for_the_same_plan),
		cmocka_unit_test(nothing_is_readable_on_a_small_screen),
		cmocka_unit_test(the_command_is_the_last_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
