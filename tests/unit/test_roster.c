/* platform/linux/roster: whoever is forked is known at the next look, threads are nobody, and a look that asks for
 * single pids knows whom a reading of all of /proc knows. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "platform/linux/roster.h"

enum { CHILDREN = 40 };

static int proc;

static int open_proc(void **state)
{
	(void)state;
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return proc < 0;
}

static pid_t start_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	return pid;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void everybody_who_came_is_known(void **state)
{
	pid_t children[CHILDREN];
	struct roster looking;

	(void)state;
	roster_init(&looking, proc);
	roster_read(&looking);
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = start_child();
		if (i % 3)
			continue;            /* several in one look, too */
		assert_true(roster_look(&looking));
		assert_non_null(roster_find(&looking, children[i]));
	}
	roster_look(&looking);
	for (int i = 0; i < CHILDREN; i++) {
		assert_non_null(roster_find(&looking, children[i]));
		assert_true(roster_find(&looking, children[i])->is_new);
		end_child(children[i]);
	}
	roster_done(&looking);
}

static void a_look_knows_whom_a_reading_knows(void **state)
{
	struct roster looking, reading;
	pid_t child = start_child();

	(void)state;
	roster_init(&looking, proc);
	roster_init(&reading, proc);
	roster_read(&looking);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t next = start_child();

		roster_look(&looking);
		roster_read(&reading);
		for (size_t k = 0; k < looking.count; k++)       /* those who came after the look count for nobody */
			if (looking.members[k].pid == next || looking.members[k].pid == child)
				assert_non_null(roster_find(&reading, looking.members[k].pid));
		assert_non_null(roster_find(&looking, next));
		end_child(child);
		child = next;
	}
	end_child(child);
	roster_done(&looking);
	roster_done(&reading);
}

static void *be_a_thread(void *tid)
{
	*(_Atomic pid_t *)tid = gettid();
	pause();
	return NULL;
}

static void a_thread_is_nobody(void **state)
{
	_Atomic pid_t tid = 0;
	struct roster r;
	pthread_t thread;

	(void)state;
	roster_init(&r, proc);
	roster_read(&r);
	assert_int_equal(pthread_create(&thread, NULL, be_a_thread, (void *)&tid), 0);
	while (!tid)
		usleep(100);
	roster_look(&r);
	assert_null(roster_find(&r, tid));
	assert_non_null(roster_find(&r, getpid()));
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	roster_done(&r);
}

/* One that was being made during a look is found by the next one, though no pid was given out in between. */
static void nobody_is_missed_who_was_being_made(void **state)
{
	struct roster r;
	pid_t child;

	(void)state;
	roster_init(&r, proc);
	roster_read(&r);
	roster_look(&r);
	child = start_child();
	r.settled_pid = r.last_pid;              /* as if that look had seen the number, and nobody behind it */
	r.last_pid = child;
	roster_look(&r);
	assert_non_null(roster_find(&r, child));
	end_child(child);
	roster_done(&r);
}

/* Those that ended go with the next reading, which comes by itself. */
static void the_dead_do_not_pile_up(void **state)
{
	struct roster r;
	size_t before, looks = 0;

	(void)state;
	roster_init(&r, proc);
	roster_read(&r);
	before = r.count;
	do {
		pid_t child = start_child();

		roster_look(&r);
		end_child(child);
	} while (r.came && ++looks < 2 * before + 128);
	assert_int_equal(r.came, 0);
	assert_true(looks > 1);
	roster_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_who_came_is_known),
		cmocka_unit_test(a_look_knows_whom_a_reading_knows),
		cmocka_unit_test(a_thread_is_nobody),
		cmocka_unit_test(nobody_is_missed_who_was_being_made),
		cmocka_unit_test(the_dead_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, open_proc, NULL);
}
