/* base/heap: whoever is quick keeps what was freed, and gets on with little where there is not more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/heap.h"

/* A sanitizer's malloc has its own ways, and needs much. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__) || !defined(__GLIBC__)
static const bool has_own_malloc = false;
#else
static const bool has_own_malloc = true;
#endif

enum { BLOCK = 1024 * 1024, BLOCKS = 4, LITTLE = 8 * 1024 * 1024 };

static bool fills_blocks(void)
{
	unsigned char *blocks[BLOCKS];
	bool is_right = true;

	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc(BLOCK);
		if (!blocks[i])
			return false;
		memset(blocks[i], i + 1, BLOCK);
	}
	for (int i = 0; i < BLOCKS; i++) {
		is_right &= blocks[i][0] == i + 1 && blocks[i][BLOCK - 1] == i + 1;
		free(blocks[i]);
	}
	return is_right;
}

static bool keeps_what_was_freed(void)
{
	char *end;

	heap_be_quick();
	if (!fills_blocks())
		return false;
	end = sbrk(0);
	return fills_blocks() && sbrk(0) == end;
}

/* The reserve cannot be had. */
static bool gets_on_with_little(void)
{
	struct rlimit limit = {LITTLE, LITTLE};

	if (setrlimit(RLIMIT_DATA, &limit))
		return false;
	heap_be_quick();
	return fills_blocks();
}

static bool is_true_in_a_process(bool (*claim)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(!claim());
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

static void test_being_quick(void **state)
{
	(void)state;
	if (!has_own_malloc)
		skip();
	assert_true(is_true_in_a_process(keeps_what_was_freed));
	assert_true(is_true_in_a_process(gets_on_with_little));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_being_quick)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
