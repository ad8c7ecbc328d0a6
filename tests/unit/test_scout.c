/* platform/linux/scout: real processes. What a stuck directory does to one is done here by a signal
 * (SIGSTOP), and to one that cannot be killed by children that are none of the scout's; test_projects has the
 * real thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "platform/linux/scout.h"

enum { LIMIT_US = 200 * 1000, OTHER = 65534, PATIENCE_MS = 10000 };

static const struct slice question = { "x", 1 };

/* Answers with the question, reversed. */
static size_t reverse(struct slice request, void *answer)
{
	char *out = answer;

	for (size_t i = 0; i < request.len; i++)
		out[i] = request.ptr[request.len - 1 - i];
	return request.len;
}

static int ask_as(struct scout *s, uint32_t user, struct slice request, int64_t now_us)
{
	return scout_ask(s, user, user, request, now_us);
}

static int ask(struct scout *s, struct slice request)
{
	return scout_ask(s, geteuid(), getegid(), request, 0);
}

/* The answer, however long it takes: time stands still for the scout. */
static int answer(struct scout *s, void *bytes, size_t *len)
{
	struct pollfd fd = { .fd = s->fd, .events = POLLIN };

	assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
	return scout_answer(s, bytes, len, 0);
}

static void assert_answers(struct scout *s, const char *request, const char *expected)
{
	char bytes[SCOUT_ANSWER_MAX];
	size_t len;

	assert_int_equal(ask(s, slice_of(request)), 0);
	assert_int_equal(answer(s, bytes, &len), 0);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(bytes, expected, len);
}

static void answers_in_order(void **state)
{
	struct scout s;
	char bytes[SCOUT_ANSWER_MAX];
	size_t len;

	(void)state;
	scout_init(&s, reverse, LIMIT_US);
	assert_int_equal(scout_answer(&s, bytes, &len, 0), -EAGAIN);
	assert_int_equal(ask(&s, slice_of("abc")), 0);
	assert_int_equal(ask(&s, slice_of("de")), 0);
	assert_int_equal(answer(&s, bytes, &len), 0);
	assert_true(slice_is((struct slice){ bytes, len }, "cba"));
	assert_int_equal(answer(&s, bytes, &len), 0);
	assert_true(slice_is((struct slice){ bytes, len }, "ed"));
	assert_int_equal(scout_answer(&s, bytes, &len, 0), -EAGAIN);
	scout_done(&s);
}

static void refuses_what_does_not_fit(void **state)
{
	static char large[SCOUT_REQUEST_MAX + 1];
	struct scout s;

	(void)state;
	scout_init(&s, reverse, LIMIT_US);
	assert_int_equal(ask(&s, (struct slice){ large, sizeof large }), -EMSGSIZE);
	assert_int_equal(ask(&s, (struct slice){ 0 }), -EMSGSIZE);
	for (int i = 0; i < SCOUT_ASKED_MAX; i++)
		assert_int_equal(ask(&s, question), 0);
	assert_int_equal(ask(&s, question), -EAGAIN);
	scout_done(&s);
}

static void is_replaced_when_it_takes_too_long(void **state)
{
	struct scout s;
	char bytes[SCOUT_ANSWER_MAX];
	size_t len;
	pid_t stopped;

	(void)state;
	scout_init(&s, reverse, LIMIT_US);
	assert_answers(&s, "abc", "cba");
	stopped = s.pid;
	kill(stopped, SIGSTOP);
	assert_int_equal(waitpid(stopped, NULL, WUNTRACED), stopped);    /* until then it is runnable: not stuck */
	assert_int_equal(ask(&s, question), 0);
	assert_int_equal(ask(&s, question), 0);
	assert_int_equal(scout_answer(&s, bytes, &len, LIMIT_US - 1), -EAGAIN);
	assert_int_equal(scout_answer(&s, bytes, &len, LIMIT_US), -ETIMEDOUT);
	assert_int_equal(s.asked, 0);
	assert_answers(&s, "def", "fed");
	assert_int_not_equal(s.pid, stopped);
	scout_done(&s);
}

static void is_replaced_when_it_dies(void **state)
{
	struct scout s;
	char bytes[SCOUT_ANSWER_MAX];
	size_t len;

	(void)state;
	scout_init(&s, reverse, LIMIT_US);
	assert_answers(&s, "abc", "cba");
	kill(s.pid, SIGSTOP);
	assert_int_equal(ask(&s, question), 0);
	kill(s.pid, SIGKILL);
	assert_int_equal(answer(&s, bytes, &len), -EPIPE);
	assert_answers(&s, "def", "fed");
	scout_done(&s);
}

/* Four that do not end are enough: then nothing is asked until one of them did. */
static void leaves_only_a_few_behind(void **state)
{
	struct scout s;

	(void)state;
	scout_init(&s, reverse, LIMIT_US);
	for (int i = 0; i < SCOUT_LEFT_MAX; i++) {
		s.left[i] = fork();
		if (!s.left[i]) {
			pause();
			_exit(0);
		}
	}
	assert_int_equal(ask(&s, question), -EAGAIN);
	kill(s.left[2], SIGKILL);
	for (int i = 0; i < PATIENCE_MS && ask(&s, question) == -EAGAIN; i++)
		poll(NULL, 0, 1);
	assert_int_equal(s.asked, 1);
	for (int i = 0; i < SCOUT_LEFT_MAX; i++)
		if (s.left[i])
			kill(s.left[i], SIGKILL);
	scout_done(&s);
	while (wait(NULL) > 0)
		;
}

static void leaves_no_zombie(void **state)
{
	struct scout s;
	int left = 1;
	pid_t pid;

	(void)state;
	scout_init(&s, reverse, LIMIT_US);
	assert_answers(&s, "abc", "cba");
	pid = s.pid;
	for (int i = 0; i < PATIENCE_MS && left; i++) {
		scout_rest(&s);
		assert_int_equal(s.fd, -1);
		left = 0;
		for (int k = 0; k < SCOUT_LEFT_MAX; k++)
			left += s.left[k] != 0;
		poll(NULL, 0, left != 0);
	}
	assert_int_equal(left, 0);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	scout_done(&s);
}

struct self {                                    /* what the scout sees of itself */
	uint32_t uid, gid;
	int group_count, descriptor_count, no_new_privileges, dumpable;
	bool is_own_session, has_default_handler, has_blocked;
	int root_file;                           /* errno of opening a file of root's, 0 = could */
};

static size_t look_at_self(struct slice request, void *out)
{
	struct self self = { .uid = geteuid(), .gid = getegid(), .group_count = getgroups(0, NULL) };
	struct sigaction action;
	sigset_t blocked;
	char path[64] = { 0 };

	memcpy(path, request.ptr, request.len < sizeof path - 1 ? request.len : sizeof path - 1);
	for (int fd = 0; fd < 256; fd++)
		self.descriptor_count += fcntl(fd, F_GETFD) >= 0;
	self.is_own_session = getsid(0) == getpid();
	sigaction(SIGUSR1, NULL, &action);
	self.has_default_handler = action.sa_handler == SIG_DFL;
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	self.has_blocked = sigismember(&blocked, SIGUSR2);
	self.no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	self.dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
	self.root_file = open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
	memcpy(out, &self, sizeof self);
	return sizeof self;
}

static void ignore(int signal)
{
	(void)signal;
}

static struct self self_of(uint32_t user, const char *path)
{
	struct sigaction handler = { .sa_handler = ignore };
	struct scout s;
	struct self self;
	char bytes[SCOUT_ANSWER_MAX];
	sigset_t blocked;
	size_t len;

	sigaction(SIGUSR1, &handler, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &blocked, NULL);
	scout_init(&s, look_at_self, LIMIT_US);
	assert_int_equal(ask_as(&s, user, slice_of(path), 0), 0);
	assert_int_equal(answer(&s, bytes, &len), 0);
	assert_int_equal(len, sizeof self);
	memcpy(&self, bytes, sizeof self);
	scout_done(&s);
	return self;
}

static void has_nothing_of_ours(void **state)
{
	struct self self = self_of(geteuid(), "/nowhere");

	(void)state;
	assert_int_equal(self.descriptor_count, 1);
	assert_true(self.is_own_session);
	assert_true(self.has_default_handler);
	assert_false(self.has_blocked);
	assert_int_equal(self.no_new_privileges, 1);
	assert_int_equal(self.dumpable, 0);
}

static void root_looks_as_the_user(void **state)
{
	char path[] = "/tmp/scout-XXXXXX";
	struct self self;
	int fd;

	(void)state;
	if (geteuid() != 0)
		skip();
	fd = mkstemp(path);      /* mode 0600 */
	assert_true(fd >= 0);
	close(fd);
	self = self_of(OTHER, path);
	assert_int_equal(self.uid, OTHER);
	assert_int_equal(self.gid, OTHER);
	assert_int_equal(self.group_count, 0);
	assert_int_equal(self.root_file, EACCES);
	self = self_of(0, path);
	assert_int_equal(self.root_file, 0);
	unlink(path);
}

static void one_user_at_a_time(void **state)
{
	struct scout s;
	char bytes[SCOUT_ANSWER_MAX];
	size_t len;
	pid_t first;

	(void)state;
	if (geteuid() != 0)
		skip();
	scout_init(&s, reverse, LIMIT_US);
	assert_int_equal(ask_as(&s, 0, question, 0), 0);
	first = s.pid;
	assert_int_equal(ask_as(&s, OTHER, question, 0), -EAGAIN);
	assert_int_equal(answer(&s, bytes, &len), 0);
	assert_int_equal(ask_as(&s, OTHER, question, 0), 0);
	assert_int_not_equal(s.pid, first);
	assert_int_equal(answer(&s, bytes, &len), 0);
	scout_done(&s);
}

static void *allocate(void *stop)
{
	while (!atomic_load((atomic_bool *)stop))
		free(malloc(100000));
	return NULL;
}

/* Whatever the other threads were doing at the time of the fork. */
static void starts_beside_threads(void **state)
{
	atomic_bool stop = false;
	pthread_t threads[2];
	struct scout s;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, allocate, &stop), 0);
	for (int i = 0; i < 50; i++) {
		scout_init(&s, reverse, LIMIT_US);
		assert_answers(&s, "abc", "cba");
		scout_done(&s);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_in_order),
		cmocka_unit_test(refuses_what_does_not_fit),
		cmocka_unit_test(leaves_no_zombie),
		cmocka_unit_test(is_replaced_when_it_takes_too_long),
		cmocka_unit_test(is_replaced_when_it_dies),
		cmocka_unit_test(leaves_only_a_few_behind),
		cmocka_unit_test(has_nothing_of_ours),
		cmocka_unit_test(root_looks_as_the_user),
		cmocka_unit_test(one_user_at_a_time),
		cmocka_unit_test(starts_beside_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
