/* Keys, clicks and window sizes at random, on a recording and on real listeners: lotop lives, answers, shows
 * what it believes to show (a screen drawn anew is the same), and leaves the terminal as it was.
 * `e2e_monkey ACTIONS SEED` plays longer, or another game. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/netns.h"
#include "../live/sockets.h"
#include "monkey.h"
#include "replay.h"

enum { ROWS = 24, COLS = 80, FIRST_PORT = 3000, LISTENERS = 40, SOON_MS = 5000 };

struct game {
	unsigned actions;
	uint64_t seed;
};

static struct term *start_recording(void)
{
	return replay_start(ROWS, COLS, "desk", NULL);
}

static struct term *start_live(void)
{
	struct term *t = term_lotop(ROWS, COLS, "--read-only -i 0.2", NULL);

	assert_true(term_await(t, "3000"));
	return t;
}

/* As whoever quits wants it, from wherever that was. */
static void check_end(struct term *t)
{
	assert_int_equal(term_status(t), 0);
	assert_true(term_is_whole(t));
}

/* Started again whenever a click has met the key that quits. */
static struct term *play(const struct game *g, struct term *(*begin)(void))
{
	struct monkey monkey = { .seed = g->seed };
	struct term *t = begin();
	unsigned ends = 0;

	for (unsigned i = 0; i < g->actions || !monkey_leave(t, ROWS, COLS); i++) {
		if (term_await_end(t, 0)) {
			check_end(t);
			term_free(t);
			t = begin();
			ends++;
		}
		monkey_play(&monkey, t);
		term_pump(t, i % 16 ? 0 : 3);
	}
	print_message("%u keys, %u clicks, %u sizes; ended %u times\n", monkey.keys, monkey.clicks,
		      monkey.resizes, ends);
	assert_true(monkey.keys && monkey.clicks && monkey.resizes);
	return t;
}

/* What stands on the terminal is what lotop believes to stand there. */
static void check_redrawn(struct term *t)
{
	char *before = strdup(vscreen_text(term_screen(t)));

	term_type(t, "\014");
	assert_true(term_pump(t, SOON_MS));
	term_settle(t);
	assert_true(term_shows_text(t, before));
	free(before);
}

static void test_recording(void **state)
{
	struct term *t = play(*state, start_recording);

	check_redrawn(t);
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_listeners(void **state)
{
	struct term *t;

	if (netns_enter())
		skip();
	for (uint16_t i = 0; i < LISTENERS; i++)
		socket_listening("127.0.0.1", FIRST_PORT + i, 0, 1);
	t = play(*state, start_live);
	term_quit(t, SOON_MS);
	term_free(t);
}

int main(int argc, char **argv)
{
	static struct game game = { .actions = 3000, .seed = 1 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_recording, &game),
		cmocka_unit_test_prestate(test_listeners, &game),
	};

	if (argc == 3)
		game = (struct game){ (unsigned)atoi(argv[1]), strtoull(argv[2], NULL, 10) };
	return cmocka_run_group_tests_name("monkey", tests, NULL, NULL);
}
