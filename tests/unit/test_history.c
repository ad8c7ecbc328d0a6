/* model/history: what a ring of cells tells about any sequence of changes, held against a list of all of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/history.h"

enum { CELL = HISTORY_CELL_MS };

static const int64_t start_ms = INT64_C(1795262597000) / CELL * CELL;

static struct listener port(uint16_t number, int32_t clients)
{
	return (struct listener){
		.key.endpoint = { .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .port = number,
				  .address = { 127, 0, 0, 1 } },
		.clients = clients,
	};
}

static struct history *change(struct histories *h, int64_t at_ms, enum change_kind kind, const struct listener *l)
{
	const struct change c = {
		kind, kind == CHANGE_OPENED ? NULL : l, kind == CHANGE_CLOSED ? NULL : l,
	};

	return histories_change(h, at_ms, &c);
}

/* One letter a cell, the newest last. */
static const char *picture(const struct history *h, int64_t now_ms, unsigned cells)
{
	static char text[HISTORY_CELLS + 1];

	memset(text, 0, sizeof text);
	for (unsigned i = 0; i < cells; i++) {
		uint8_t bits = history_cells(h, now_ms, cells - 1 - i, 1);

		text[i] = bits & HISTORY_OPENED && bits & HISTORY_CLOSED ? '#' : bits & HISTORY_OPENED ? '+' :
			  bits & HISTORY_CLOSED ? '-' : bits & (HISTORY_REBOUND | HISTORY_OWNER) ? '~' :
			  bits & HISTORY_UP ? '=' : bits & HISTORY_DOWN ? '_' : ' ';
	}
	return text;
}

static void a_port_that_opens_and_closes(void **state)
{
	struct histories *h = histories_new();
	const struct listener l = port(3000, 0);
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms);
	assert_null(histories_find(h, &l.key));
	of = change(h, start_ms + 3 * CELL, CHANGE_OPENED, &l);
	assert_ptr_equal(histories_find(h, &l.key), of);
	assert_string_equal(picture(of, start_ms + 3 * CELL, 6), "  ___+");
	assert_string_equal(picture(of, start_ms + 5 * CELL, 6), "___+==");
	change(h, start_ms + 5 * CELL + 1, CHANGE_REBOUND, &l);
	change(h, start_ms + 6 * CELL, CHANGE_CLOSED, &l);
	assert_string_equal(picture(of, start_ms + 8 * CELL, 8), "__+=~-__");
	change(h, start_ms + 9 * CELL, CHANGE_OPENED, &l);
	change(h, start_ms + 9 * CELL + 10, CHANGE_CLOSED, &l);
	assert_string_equal(picture(of, start_ms + 9 * CELL, 4), "-__#");
	histories_free(h);
}

static void a_port_that_was_there_before(void **state)
{
	struct histories *h = histories_new();
	const struct listener l = port(3000, 2);
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms);
	of = change(h, start_ms + 2 * CELL, CHANGE_OWNER, &l);
	assert_string_equal(picture(of, start_ms + 3 * CELL, 6), "  ==~=");
	assert_int_equal(history_clients(of, start_ms + 3 * CELL, 3), 2);
	assert_int_equal(history_clients(of, start_ms + 3 * CELL, 4), -1);
	histories_free(h);
}

/* An hour later nothing is left but what it is now; what comes then knows what was before. */
static void the_past_ends(void **state)
{
	struct histories *h = histories_new();
	const struct listener l = port(3000, 0);
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms);
	of = change(h, start_ms, CHANGE_CLOSED, &l);
	assert_string_equal(picture(of, start_ms + 3600000, 4), "____");
	change(h, start_ms + 3600000, CHANGE_OPENED, &l);
	assert_string_equal(picture(of, start_ms + 3600000 + CELL, 4), "__+=");
	assert_int_equal(strspn(picture(of, start_ms + 3600000, HISTORY_CELLS), "_"), HISTORY_CELLS - 1);
	histories_free(h);
}

static void several_cells_are_taken_together(void **state)
{
	struct histories *h = histories_new();
	const struct listener l = port(3000, 0);
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms);
	of = change(h, start_ms + 4 * CELL, CHANGE_OPENED, &l);
	assert_int_equal(history_cells(of, start_ms + 5 * CELL, 5, 6),
			 HISTORY_DOWN | HISTORY_UP | HISTORY_OPENED);
	assert_int_equal(history_cells(of, start_ms + 5 * CELL, 5, 3), HISTORY_DOWN);
	assert_int_equal(history_cells(of, start_ms + 11 * CELL, 5, 6), HISTORY_UP);
	assert_int_equal(history_cells(of, start_ms + 5 * CELL, 11, 6), 0);
	histories_free(h);
}

static struct history *clients(struct histories *h, int64_t at_ms, int32_t before, int32_t after)
{
	const struct listener was = port(3000, before), is = port(3000, after);

	return histories_clients(h, at_ms, &was, &is);
}

static void clients_over_time(void **state)
{
	static const int counts[] = { 2, 2, 5, 1, 1, 4 };
	struct histories *h = histories_new();
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms);
	assert_null(clients(h, start_ms, -1, 2));        /* the first count is no news */
	assert_null(clients(h, start_ms, 2, -1));
	of = clients(h, start_ms + 2 * CELL, 2, 5);
	assert_ptr_equal(clients(h, start_ms + 2 * CELL + 1, 5, 1), of);
	clients(h, start_ms + 5 * CELL, 1, 4);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(history_clients(of, start_ms + 5 * CELL, 5 - i), counts[i]);
	assert_int_equal(history_clients(of, start_ms + 9 * CELL, 0), 4);
	assert_int_equal(history_cells(of, start_ms + 5 * CELL, 5, 6), HISTORY_UP);
	clients(h, start_ms + 9 * CELL, 4, 100000);
	assert_int_equal(history_clients(of, start_ms + 9 * CELL, 0), UINT16_MAX);
	histories_free(h);
}

static void a_clock_that_steps_back_loses_nothing(void **state)
{
	struct histories *h = histories_new();
	const struct listener l = port(3000, 0);
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms);
	of = change(h, start_ms + 2 * CELL, CHANGE_OPENED, &l);
	change(h, start_ms, CHANGE_CLOSED, &l);
	change(h, -5, CHANGE_OPENED, &l);
	assert_string_equal(picture(of, start_ms + 3 * CELL, 3), "_#=");
	histories_free(h);
}

/* Of more ports than there is room for, the one that is busy stays. */
static void the_quietest_are_forgotten(void **state)
{
	struct histories *h = histories_new();
	const struct listener busy = port(1, 0);
	unsigned known = 0;

	(void)state;
	histories_begin(h, start_ms);
	for (unsigned i = 2; i < 3 * HISTORIES_MAX; i++) {
		const struct listener l = port((uint16_t)i, 0);

		change(h, start_ms + i * 1000, CHANGE_OPENED, &l);
		change(h, start_ms + i * 1000, CHANGE_REBOUND, &busy);
	}
	assert_non_null(histories_find(h, &busy.key));
	for (unsigned i = 2; i < 3 * HISTORIES_MAX; i++) {
		const struct listener l = port((uint16_t)i, 0);
		const struct history *of = histories_find(h, &l.key);

		assert_true(!of || row_key_compare(&of->key, &l.key) == 0);
		known += of != NULL;
	}
	assert_int_equal(known, HISTORIES_MAX - 1);
	histories_free(h);
}

/* Whatever happens: each cell has the bits of its changes, and the state that lasted through it. */
static void any_sequence(void **state)
{
	struct histories *h = histories_new();
	const struct listener l = port(3000, 0);
	uint8_t told[2000] = { 0 };
	const struct history *of = NULL;
	bool is_up = false;
	int64_t cell = 0;

	(void)state;
	srand(7);
	histories_begin(h, start_ms);
	told[0] = HISTORY_DOWN;
	for (int i = 0; i < 3000 && cell < 1900; i++) {
		int64_t steps = rand() % 3 ? 0 : rand() % 5 ? rand() % 4 : rand() % 150;
		enum change_kind kind = is_up ? rand() % 2 ? CHANGE_CLOSED : CHANGE_REBOUND : CHANGE_OPENED;

		while (steps-- && cell < 1900)
			told[++cell] = is_up ? HISTORY_UP : HISTORY_DOWN;
		of = change(h, start_ms + cell * CELL, kind, &l);
		is_up = kind != CHANGE_CLOSED;
		told[cell] |= kind == CHANGE_OPENED ? HISTORY_OPENED | HISTORY_UP :
			      kind == CHANGE_CLOSED ? HISTORY_CLOSED | HISTORY_DOWN : HISTORY_REBOUND | HISTORY_UP;
		for (unsigned back = 0; back < HISTORY_CELLS; back++)
			assert_int_equal(history_cells(of, start_ms + cell * CELL, back, 1),
					 back <= cell ? told[cell - back] : 0);
	}
	assert_true(cell > HISTORY_CELLS);
	histories_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_that_opens_and_closes),
		cmocka_unit_test(a_port_that_was_there_before),
		cmocka_unit_test(the_past_ends),
		cmocka_unit_test(several_cells_are_taken_together),
		cmocka_unit_test(clients_over_time),
		cmocka_unit_test(a_clock_that_steps_back_loses_nothing),
		cmocka_unit_test(the_quietest_are_forgotten),
		cmocka_unit_test(any_sequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
