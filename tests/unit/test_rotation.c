/* Whose turn it is to be looked at again: everybody's comes, as soon as platform/linux/rotation.h and holders.h say,
 * and whoever is gone or has closed is told. */
#include "machine.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "platform/linux/holders.h"
#include "platform/linux/owner.h"
#include "platform/linux/pid_list.h"
#include "platform/linux/rotation.h"

enum { CHILDREN = 10 };

struct crowd {
	struct process_reader reader;
	struct rotation rotation;
	struct pid_list again;
	pid_t pids[CHILDREN];
	int proc, fd;
};

static void know(struct crowd *c, pid_t pid, int fd, bool is_new)
{
	const struct find find = {.inode = inode_of(c->fd), .pid = pid, .fd = fd};

	assert_true(holders_set(c->rotation.holders, pid, is_new, &(struct witness){0}, &find, 1));
}

/* Children that inherit a socket and wait. */
static struct crowd *open_crowd(bool is_new)
{
	struct crowd *c = calloc(1, sizeof *c);

	assert_non_null(c);
	c->proc = must(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	c->fd = make_listener("127.0.0.1", 3000);
	process_reader_init(&c->reader, c->proc);
	c->rotation = (struct rotation){.holders = holders_new(&c->reader), .proc = c->proc};
	for (int i = 0; i < CHILDREN; i++) {
		c->pids[i] = must(fork());
		if (!c->pids[i]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		know(c, c->pids[i], c->fd, is_new);
	}
	return c;
}

static void end(struct crowd *c, int child)
{
	kill(c->pids[child], SIGKILL);
	waitpid(c->pids[child], NULL, 0);
	c->pids[child] = 0;
}

static void close_crowd(struct crowd *c)
{
	for (int i = 0; i < CHILDREN; i++)
		if (c->pids[i])
			end(c, i);
	pid_list_done(&c->again);
	holders_free(c->rotation.holders);
	process_reader_done(&c->reader);
	close(c->proc);
	close(c->fd);
	free(c);
}

static bool is_queued(const struct crowd *c, pid_t pid)
{
	for (size_t i = 0; i < c->again.count; i++)
		if (c->again.items[i] == pid)
			return true;
	return false;
}

static size_t visit_young(struct crowd *c)
{
	c->again.count = 0;
	rotation_visit_young(&c->rotation, &c->again);
	return c->again.count;
}

/* How many turns until `pid` is queued; `most` + 1 = it was not. */
static int turns_until_queued(struct crowd *c, pid_t pid, bool is_deep, int most)
{
	int turn = 0;

	c->again.count = 0;
	while (turn++ < most && !is_queued(c, pid))
		rotation_go_on(&c->rotation, is_deep, &c->again);
	return is_queued(c, pid) ? turn - 1 : most + 1;
}

static void test_the_young_are_visited_until_they_are_old(void **state)
{
	struct crowd *c = open_crowd(true);

	(void)state;
	for (int i = 1; i < OWNER_YOUNG; i++)
		assert_int_equal(visit_young(c), CHILDREN);
	for (int i = 0; i < OWNER_YOUNG; i++)
		assert_int_equal(visit_young(c), 0);
	close_crowd(c);
}

static void test_who_went_before_anything_was_kept_is_told(void **state)
{
	struct crowd *c = open_crowd(false);
	pid_t gone = c->pids[4];

	(void)state;
	end(c, 4);
	assert_int_equal(visit_young(c), 1);
	assert_true(is_queued(c, gone));
	assert_false(holders_has(c->rotation.holders, gone));
	assert_int_equal(holders_size(c->rotation.holders), CHILDREN - 1);
	assert_int_equal(visit_young(c), 0);
	close_crowd(c);
}

/* Their exits are not reaped here: it is the rotation that finds them, without pidfds. */
static void test_whoever_goes_is_found_in_one_round(void **state)
{
	const int round[] = {(CHILDREN + ROTATION_REFRESH - 1) / ROTATION_REFRESH,
			     (CHILDREN + ROTATION_REFRESH_DEEP - 1) / ROTATION_REFRESH_DEEP};

	(void)state;
	for (int is_deep = 0; is_deep <= 1; is_deep++) {
		struct crowd *c = open_crowd(false);

		visit_young(c);
		for (int i = 0; i < CHILDREN; i++) {
			pid_t gone = c->pids[i];

			end(c, i);
			assert_in_range(turns_until_queued(c, gone, is_deep, round[is_deep]), 1, round[is_deep]);
			/* by its `stat`, or by a descriptor: then the walk that follows finds nothing */
			holders_set(c->rotation.holders, gone, false, &(struct witness){0}, NULL, 0);
		}
		assert_int_equal(holders_size(c->rotation.holders), 0);
		rotation_go_on(&c->rotation, is_deep, &c->again);
		close_crowd(c);
	}
}

static void test_whoever_closed_is_found_in_one_round(void **state)
{
	const int round = (CHILDREN + ROTATION_VERIFY - 1) / ROTATION_VERIFY;
	struct crowd *c = open_crowd(false);

	(void)state;
	visit_young(c);
	assert_int_equal(turns_until_queued(c, c->pids[0], false, 2 * round), 2 * round + 1);
	for (int i = 0; i < CHILDREN; i++) {
		know(c, c->pids[i], c->proc, false); /* which is no socket */
		assert_in_range(turns_until_queued(c, c->pids[i], false, round), 1, round);
		assert_int_equal(c->again.count, 1);
		know(c, c->pids[i], c->fd, false);
	}
	close_crowd(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_young_are_visited_until_they_are_old),
		cmocka_unit_test(test_who_went_before_anything_was_kept_is_told),
		cmocka_unit_test(test_whoever_goes_is_found_in_one_round),
		cmocka_unit_test(test_whoever_closed_is_found_in_one_round),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
