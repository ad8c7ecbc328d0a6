/* ui/dialog: no key decides before the user could read what it decides; refusals never lead to a signal. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "ui/dialogbox.h"

static const struct scopes none;

static struct kill_plan a_plan(enum kill_refusal refusal, const char *confirm_twice)
{
	struct kill_plan plan = { .refusal = refusal, .id.pid = 4211 };

	snprintf(plan.confirm_twice, sizeof plan.confirm_twice, "%s", confirm_twice);
	return plan;
}

/* A tree and a group around node 4211. */
static struct scopes two_scopes(void)
{
	return (struct scopes){
		.count = 2,
		.list = {
			{ .kind = COMPANY_TREE, .count = 2, .name = "it and 1 below it", .brief = "node, tsc",
			  .who = "node 4211, tsc 4300" },
			{ .kind = COMPANY_GROUP, .count = 4, .name = "group 4200", .brief = "npm, sh, node, tsc",
			  .who = "npm 4200, sh 4201, node 4211, tsc 4300", .held = "127.0.0.1:5173" },
		},
	};
}

static void open_with(struct dialog *d, int signal, enum kill_refusal refusal, const char *confirm_twice)
{
	struct kill_plan plan = a_plan(refusal, confirm_twice);

	*d = (struct dialog){ 0 };
	dialog_ask(d, signal);
	dialog_seen(d, true);
	dialog_plan(d, &plan, &none);
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
	dialog_plan(&d, &plan, &none);
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
	dialog_plan(&d, &plan, &none);
	for (int i = 0; i < 10; i++) {
		dialog_command(&d, COMMAND_NEXT);
		assert_int_not_equal(dialog_signal(&d), KILL_BY_REMEDY);
	}
}

static void nothing_is_readable_on_a_small_screen(void **state)
{
	const struct dialog d = { .state = DIALOG_CHOOSING };
	static const struct {
		unsigned width, height;
		bool is_readable;
	} cases[] = {
		{ 80, 24, true }, { 34, 7, true }, { 33, 7, false }, { 34, 6, false }, { 10, 2, false }, { 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rect screen = { 0, 0, cases[i].width, cases[i].height };

		assert_int_equal(dialogbox_is_readable(&d, screen), cases[i].is_readable);
	}
}

static void the_command_is_the_last_choice(void **state)
{
	struct dialog d = { 0 };

	(void)state;
	assert_int_equal(dialog_choices(&d), dialog_signals());
	d.plan.remedy_kind = REMEDY_UNIT;
	assert_int_equal(dialog_choices(&d), dialog_signals() + 1);
	assert_string_equal(dialog_choice_name(&d, dialog_signals()), "stop");
	d.scopes = two_scopes();
	assert_int_equal(dialog_choices(&d), dialog_signals() + 3);
	assert_string_equal(dialog_choice_name(&d, dialog_signals()), "tree");
	assert_string_equal(dialog_choice_name(&d, dialog_signals() + 1), "group");
	assert_string_equal(dialog_choice_name(&d, dialog_signals() + 2), "stop");
}

static void open_with_scopes(struct dialog *d, int signal)
{
	struct kill_plan plan = a_plan(KILL_ALLOWED, "");
	const struct scopes scopes = two_scopes();

	*d = (struct dialog){ 0 };
	dialog_ask(d, signal);
	dialog_plan(d, &plan, &scopes);
	dialog_seen(d, true);
}

static const struct rect usual_screen = { 0, 0, 80, 24 }, small_screen = { 0, 0, 40, 8 };

/* The process alone, unless somebody chooses another scope and says yes to everybody who is in it. */
static void a_scope_is_chosen_and_confirmed(void **state)
{
	struct dialog d;

	(void)state;
	open_with_scopes(&d, SIGTERM);
	assert_null(dialog_scope(&d));
	dialog_command(&d, COMMAND_PREVIOUS);
	assert_int_equal(dialog_scope(&d)->kind, COMPANY_GROUP);
	assert_int_equal(dialog_signal(&d), SIGTERM);
	assert_int_equal(dialog_command(&d, COMMAND_ACCEPT), DIALOG_OPEN);
	assert_int_equal(d.state, DIALOG_CONFIRMING);
	assert_int_equal(dialog_command(&d, COMMAND_CONFIRM), DIALOG_OPEN);      /* not seen yet */
	dialog_seen(&d, dialogbox_is_readable(&d, usual_screen));
	assert_int_equal(dialog_command(&d, COMMAND_CONFIRM), DIALOG_DECIDED);
	assert_int_equal(dialog_scope(&d)->kind, COMPANY_GROUP);
}

/* It gets the signal that the key stands for; asked again, the process alone is preselected again. */
static void a_scope_gets_the_signal_of_the_key(void **state)
{
	struct dialog d;

	(void)state;
	open_with_scopes(&d, SIGKILL);
	assert_int_equal(dialog_signal(&d), SIGKILL);
	dialog_command(&d, COMMAND_NEXT);
	assert_int_equal(dialog_scope(&d)->kind, COMPANY_TREE);
	assert_int_equal(dialog_signal(&d), SIGKILL);
	dialog_reopen(&d, SIGTERM);
	assert_null(dialog_scope(&d));
	dialog_command(&d, COMMAND_PREVIOUS);
	assert_int_equal(dialog_signal(&d), SIGTERM);
}

/* A list that does not fit is confirmed by no key and no button, until the screen is larger. */
static void nobody_is_signalled_unread(void **state)
{
	struct dialog d;

	(void)state;
	open_with_scopes(&d, SIGTERM);
	assert_true(dialogbox_is_readable(&d, small_screen));
	dialog_command(&d, COMMAND_PREVIOUS);
	dialog_command(&d, COMMAND_ACCEPT);
	assert_true(dialogbox_is_readable(&d, small_screen));
	for (int i = 0; i < 40; i++)
		strcat(d.scopes.list[1].who, ", node 12345");
	assert_true(dialogbox_is_readable(&d, usual_screen));
	assert_false(dialogbox_is_readable(&d, small_screen));
	for (unsigned y = 0; y < small_screen.height; y++)
		for (unsigned x = 0; x < small_screen.width; x++)
			assert_int_not_equal(dialogbox_click(&d, small_screen, x, y), 'y');
}

/* On every screen that is large enough, all choices can be clicked. */
static void each_choice_has_its_place(void **state)
{
	struct rect screen = { 0 };
	struct dialog d;

	(void)state;
	open_with_scopes(&d, SIGTERM);
	d.plan.remedy_kind = REMEDY_UNIT;
	for (screen.width = 34; screen.width < 70; screen.width += 5)
		for (screen.height = 7; screen.height < 26; screen.height++) {
			unsigned met = 0;

			for (unsigned y = 0; y < screen.height; y++)
				for (unsigned x = 0; x < screen.width; x++) {
					d.chosen = 31;
					dialogbox_click(&d, screen, x, y);
					met |= 1u << d.chosen;
				}
			assert_int_equal(met & ~(1u << 31), (1u << dialog_choices(&d)) - 1);
		}
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
		cmocka_unit_test(a_scope_is_chosen_and_confirmed),
		cmocka_unit_test(a_scope_gets_the_signal_of_the_key),
		cmocka_unit_test(nobody_is_signalled_unread),
		cmocka_unit_test(each_choice_has_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
