/* model/shared, remains, crowd, gather: what snapshots share must not show. Random scans; a fixed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/fatal.h"
#include "model/repeat.h"
#include "model/shared.h"
#include "model/snapshot.h"

enum { ROUNDS = 400, LIVE_MAX = 24, LEFT_MAX = 40, OWNERS_MAX = 8 };

struct scene {                       /* what the platform would know */
	struct socket_fact live[LIVE_MAX], left[LEFT_MAX];
	size_t live_count, left_count;
	struct owners *owners;
	struct leftovers *leftovers;
};

static uint32_t random_below(uint32_t *seed, uint32_t limit)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % limit;
}

/* Few ports, on both sides of the ephemeral range, so that rows meet and sides change. */
static struct socket_fact make_socket(uint32_t *seed, uint8_t state, uint64_t cookie)
{
	static const uint16_t ports[] = { 22, 80, 3000, 40000, 40001, 50000 };
	struct socket_fact s = {
		.local = { .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .address = { 127, 0, 0, 1 } },
		.remote = { .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .address = { 127, 0, 0, 1 } },
		.cookie = cookie, .state = state, .uid = 1000, .queue_limit = 5, .v6only = TRISTATE_UNKNOWN,
		.expires_ms = EXPIRES_UNKNOWN,
	};

	s.local.port = ports[random_below(seed, sizeof ports / sizeof *ports)];
	s.local.address[3] = (uint8_t)(1 + random_below(seed, 2));
	s.inode = (uint32_t)cookie + 1000;
	if (state == SOCKET_LISTEN || state == SOCKET_BOUND) {
		s.remote = (struct endpoint){ .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4 };
		return s;
	}
	s.remote.port = ports[random_below(seed, sizeof ports / sizeof *ports)];
	if (state == SOCKET_TIME_WAIT) {
		s.expires_ms = (int32_t)random_below(seed, 100) * 1000;
		s.inode = 0;
		s.cookie += 1000;                /* the kernel gives it one of its own */
	}
	return s;
}

static void change_live(struct scene *s, uint32_t *seed)
{
	s->live_count = random_below(seed, LIVE_MAX);
	for (size_t i = 0; i < s->live_count; i++)
		s->live[i] = make_socket(seed, random_below(seed, 4) ? SOCKET_LISTEN : SOCKET_BOUND,
					 random_below(seed, 60) + 1);
}

static void change_leftovers(struct scene *s, uint32_t *seed)
{
	static const uint8_t states[] = { SOCKET_TIME_WAIT, SOCKET_TIME_WAIT, SOCKET_CLOSE_WAIT,
					  SOCKET_FIN_WAIT_2 };
	struct socket_fact *table = fatal_calloc(LEFT_MAX, sizeof *table);

	s->left_count = random_below(seed, LEFT_MAX);
	for (size_t i = 0; i < s->left_count; i++)
		table[i] = s->left[i] = make_socket(seed, states[random_below(seed, sizeof states)],
						    random_below(seed, 200) + 1);
	leftovers_unref(s->leftovers);
	s->leftovers = leftovers_new(table, s->left_count);
}

static void change_owners(struct scene *s, uint32_t *seed)
{
	struct process_fact p = { .uid = 1000, .state = 'S', .comm = slice_of("node") };
	size_t count = random_below(seed, OWNERS_MAX);

	owners_unref(s->owners);
	s->owners = owners_new();
	for (size_t i = 0; i < count; i++) {
		p.pid = 100 + (int32_t)i;
		p.start_time = random_below(seed, 1000);
		owners_add_process(s->owners, &p);
		for (int held = 0; held < 5; held++)
			owners_add_holder(s->owners, 1001 + random_below(seed, 200), p.pid, held);
	}
}

/* The same scan: with tables that it shares, or with everything of its own. */
static struct facts *scan(const struct scene *s, bool is_shared, int32_t age_ms)
{
	struct facts *f = facts_new();

	f->limits.ephemeral_low = 32768;
	f->limits.ephemeral_high = 60999;
	f->owners_complete = true;
	for (size_t i = 0; i < s->live_count; i++)
		*facts_add_socket(f) = s->live[i];
	facts_add_user(f, 1000, slice_of("maya"));
	if (is_shared) {
		facts_share_leftovers(f, s->leftovers, age_ms);
		facts_share_owners(f, s->owners);
		return f;
	}
	for (size_t i = 0; i < s->left_count; i++)
		*facts_add_socket(f) = s->left[i];
	for (size_t i = 0; i < s->owners->holder_count; i++)
		facts_add_holder(f, s->owners->holders[i].inode, s->owners->holders[i].pid,
				 s->owners->holders[i].fd);
	for (size_t i = 0; i < s->owners->process_count; i++)
		facts_add_process(f, &s->owners->processes[i]);
	return f;
}

static char *text_of(const struct snapshot *s)
{
	struct buf out = { 0 };
	char *text;

	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		buf_printf(&out, "%u ", l->key.kind);
		endpoint_add(&out, &l->key.endpoint, l->device);
		buf_printf(&out, " x%u %d ms, queue %u/%u, marks %x, %s, %u:", l->socket_count,
			   (int)listener_expires_ms(l, s->facts->wall_ms),
			   l->queue_length, l->queue_limit, l->marks, l->user ? l->user : "-",
			   (unsigned)l->socket->cookie);
		for (uint32_t k = 0; k < l->socket_count; k++)
			buf_printf(&out, " %u", (unsigned)l->sockets[k]->cookie);
		for (uint32_t k = 0; k < l->holder_count; k++)
			buf_printf(&out, " %s %d x%u", l->holders[k].process->name,
				   l->holders[k].process->fact->pid, l->holders[k].fd_count);
		buf_add_char(&out, '\n');
	}
	text = fatal_strdup(buf_string(&out));
	buf_done(&out);
	return text;
}

static void assert_same(const struct snapshot *a, const struct snapshot *b)
{
	char *left = text_of(a), *right = text_of(b);

	assert_string_equal(left, right);
	free(left);
	free(right);
}

static void scene_done(struct scene *s)
{
	leftovers_unref(s->leftovers);
	owners_unref(s->owners);
}

static void a_shared_table_gives_the_same_rows(void **state)
{
	struct scene s = { .live_count = 0 };
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		const struct snapshot *shared, *own;

		change_live(&s, &seed);
		change_leftovers(&s, &seed);
		change_owners(&s, &seed);
		shared = snapshot_build(scan(&s, true, 0));
		own = snapshot_build(scan(&s, false, 0));
		assert_same(shared, own);
		snapshot_unref(shared);
		snapshot_unref(own);
	}
	scene_done(&s);
}

/* Whatever changes from one scan to the next, and whatever stays. */
static void used_again_it_gives_the_same_rows(void **state)
{
	const struct snapshot *before = NULL;
	struct scene s = { .live_count = 0 };
	uint32_t seed = 2;
	size_t reused = 0;

	(void)state;
	change_leftovers(&s, &seed);
	change_owners(&s, &seed);
	for (int i = 0; i < ROUNDS; i++) {
		int32_t age_ms = (int32_t)random_below(&seed, 120) * 1000;
		const struct snapshot *after, *fresh;

		if (!random_below(&seed, 3))
			change_live(&s, &seed);
		if (!random_below(&seed, 5))
			change_leftovers(&s, &seed);
		if (!random_below(&seed, 3))
			change_owners(&s, &seed);
		after = snapshot_build_after(scan(&s, true, age_ms), before);
		fresh = snapshot_build(scan(&s, true, age_ms));
		assert_same(after, fresh);
		reused += before && before->processes == after->processes;
		snapshot_unref(fresh);
		snapshot_unref(before);
		before = after;
	}
	assert_in_range(reused, ROUNDS / 3, ROUNDS);
	snapshot_unref(before);
	scene_done(&s);
}

/* A repeat is what building anew would have given, and comes whenever nothing but the time went on. */
static void repeated_it_gives_the_same_rows(void **state)
{
	const struct snapshot *before = NULL;
	struct scene s = { .live_count = 0 };
	uint32_t seed = 3;
	int32_t age_ms = 0;
	int64_t wall_ms = 0;
	size_t repeats = 0;

	(void)state;
	change_leftovers(&s, &seed);
	change_owners(&s, &seed);
	for (int i = 0; i < ROUNDS; i++) {
		const struct snapshot *after, *fresh;
		int32_t later_ms = (int32_t)random_below(&seed, 10) * 1000;
		struct facts *facts;

		age_ms += later_ms;
		wall_ms += later_ms;
		if (!random_below(&seed, 20))
			wall_ms += 3600000;              /* somebody sets the clock */
		if (!random_below(&seed, 6))
			change_live(&s, &seed);
		if (!random_below(&seed, 6)) {
			change_leftovers(&s, &seed);
			age_ms = 0;
		}
		if (!random_below(&seed, 6))
			change_owners(&s, &seed);
		facts = scan(&s, true, age_ms);
		facts->wall_ms = wall_ms;
		after = before ? snapshot_repeat(before, facts) : NULL;
		if (after) {
			assert_true(snapshot_is_repeat(after, before));
			facts_free(facts);
			repeats++;
		} else {
			after = snapshot_build_after(facts, before);
			assert_false(before && snapshot_is_repeat(after, before));
		}
		fresh = snapshot_build(scan(&s, true, age_ms));
		assert_same(after, fresh);
		assert_int_equal(after->facts->leftovers_age_ms, age_ms);
		snapshot_unref(fresh);
		snapshot_unref(before);
		before = after;
	}
	assert_in_range(repeats, ROUNDS / 8, ROUNDS);
	snapshot_unref(before);
	scene_done(&s);
}

static void leftovers_age(void **state)
{
	struct socket_fact *table = fatal_calloc(2, sizeof *table), out;
	struct leftovers *l;

	(void)state;
	table[0].expires_ms = 500;
	table[1].expires_ms = EXPIRES_UNKNOWN;
	l = leftovers_new(table, 2);
	assert_true(leftover_at(l, 0, 500, &out));
	assert_int_equal(out.expires_ms, 0);
	assert_false(leftover_at(l, 0, 501, &out));
	assert_true(leftover_at(l, 1, 100000, &out));
	assert_int_equal(out.expires_ms, EXPIRES_UNKNOWN);
	leftovers_unref(l);
}

static void reset_facts_own_nothing_shared(void **state)
{
	struct process_fact p = { .pid = 7 };
	struct owners *o = owners_new();
	struct facts *f = facts_new();

	(void)state;
	owners_add_process(o, &p);
	facts_share_owners(f, o);
	owners_unref(o);
	assert_int_equal(f->processes[0].pid, 7);
	facts_reset(f);
	assert_int_equal(f->process_count, 0);
	facts_add_process(f, &p);
	facts_add_holder(f, 1, 7, 3);
	assert_int_equal(f->process_count + f->holder_count, 2);
	facts_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shared_table_gives_the_same_rows),
		cmocka_unit_test(used_again_it_gives_the_same_rows),
		cmocka_unit_test(repeated_it_gives_the_same_rows),
		cmocka_unit_test(leftovers_age),
		cmocka_unit_test(reset_facts_own_nothing_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
