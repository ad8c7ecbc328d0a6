/* base/fatal: how lotop ends. Each end happens in a child; the parent reads what it left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fatal.h"

static void say_restored(void)
{
	(void)!write(STDERR_FILENO, "[restored]", 10);
}

static void fail_again(void)
{
	say_restored();
	fatal("from the hook");
}

static void end_plain(void)
{
	fatal("broken");
}

static void end_with_hook(void)
{
	fatal_set_hook(say_restored);
	fatal("broken");
}

static void end_with_cleared_hook(void)
{
	fatal_set_hook(say_restored);
	fatal_set_hook(NULL);
	fatal("broken");
}

static void end_with_failing_hook(void)
{
	fatal_set_hook(fail_again);
	fatal("broken");
}

static void end_without_memory(void)
{
	volatile size_t too_much = SIZE_MAX / 2;

	free(fatal_alloc(too_much));
}

static void end_with_overflow(void)
{
	volatile size_t too_many = SIZE_MAX / 2;

	free(fatal_calloc(too_many, 3));
}

/* Runs `end` in a child; `text` gets what it wrote to stderr. Returns its exit status. */
static int run_child(void (*end)(void), char *text, size_t cap)
{
	int fds[2], status;
	size_t len = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(fds[1], STDERR_FILENO);
		end();
		_exit(0);
	}
	close(fds[1]);
	while ((got = read(fds[0], text + len, cap - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void ends_with_hook_message_and_status(void **state)
{
	static const struct {
		void (*end)(void);
		const char *expected;
	} cases[] = {
		{ end_plain, "lotop: broken\n" },
		{ end_with_hook, "[restored]lotop: broken\n" },
		{ end_with_cleared_hook, "lotop: broken\n" },
		{ end_with_failing_hook, "[restored]lotop: from the hook\n" },
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(run_child(cases[i].end, text, sizeof text), 3);
		assert_string_equal(text, cases[i].expected);
	}
}

/* Sanitizers have allocators that report an impossible size before lotop can. */
static void ends_without_memory(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
	(void)state;
	(void)end_without_memory;
	(void)end_with_overflow;
	skip();
#else
	char text[4096];

	(void)state;
	assert_int_equal(run_child(end_without_memory, text, sizeof text), 3);
	assert_string_equal(text, "lotop: out of memory\n");
	assert_int_equal(run_child(end_with_overflow, text, sizeof text), 3);
	assert_string_equal(text, "lotop: out of memory\n");
#endif
}

static void size_zero_gives_a_pointer(void **state)
{
	char *copy = fatal_strdup("");
	void *memory = fatal_realloc(NULL, 0);
	void *zeroes = fatal_calloc(0, 8);

	(void)state;
	assert_non_null(memory);
	assert_non_null(zeroes);
	assert_string_equal(copy, "");
	free(copy);
	free(zeroes);
	free(memory);
	memory = fatal_alloc(0);
	assert_non_null(memory);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_with_hook_message_and_status),
		cmocka_unit_test(ends_without_memory),
		cmocka_unit_test(size_zero_gives_a_pointer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
