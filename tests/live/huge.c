/* Owns the making of a command line that is longer than memory, and of threads that cost next to none: made by
 * clone(2), for each is a page of stack enough, and neither a C library nor a sanitizer has to know them. */
#include "huge.h"
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	WRITTEN_BYTES = 1024 * 1024, STACK_BYTES = 4096,
	THREAD_BYTES = 28 * 1024         /* with what the kernel needs for it: measured, Linux 6.18 */
};

/* The numbers of /proc/self/stat from `first` on; proc(5) counts the name as field 2. False where there are fewer. */
static bool read_stat(int first, uint64_t *numbers, size_t count)
{
	FILE *file = fopen("/proc/self/stat", "re");
	char line[1024] = "", *at;

	if (!file)
		return false;
	at = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
	fclose(file);
	for (int field = 2; at && field < first; field++)
		at = strchr(at + 1, ' ');
	for (size_t i = 0; at && i < count; i++) {
		numbers[i] = strtoull(at, NULL, 10);
		at = strchr(at + 1, ' ');
	}
	return at;
}

/* PR_SET_MM_MAP, unlike its brothers, asks for no capability; it wants all the addresses. */
static int show(const char *text, size_t len)
{
	enum { CODE = 26, DATA = 45 };
	uint64_t code[3], data[7];

	if (!read_stat(CODE, code, 3) || !read_stat(DATA, data, 7))
		return -EBADMSG;
	return prctl(PR_SET_MM, PR_SET_MM_MAP, &(struct prctl_mm_map){
		.start_code = code[0], .end_code = code[1], .start_stack = code[2],
		.start_data = data[0], .end_data = data[1], .start_brk = data[2], .brk = (uintptr_t)sbrk(0),
		.arg_start = (uintptr_t)text, .arg_end = (uintptr_t)text + len,
		.env_start = data[5], .env_end = data[6], .exe_fd = UINT32_MAX,
	}, sizeof(struct prctl_mm_map), 0) ? -errno : 0;
}

/* Only anonymous memory is shown (FOLL_ANON in get_mm_cmdline() of fs/proc/base.c), each page of it its own: what is
 * not written is read as NUL, and costs nothing. */
int huge_command(size_t len)
{
	char *text = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (text == MAP_FAILED)
		return -errno;
	memset(text, 'a', len < WRITTEN_BYTES ? len - 1 : WRITTEN_BYTES);
	memcpy(text, HUGE_NAME, sizeof HUGE_NAME);
	return show(text, len);
}

/* The number in the file's first line that `format` finds; INT64_MAX where there is none. */
static int64_t number_in(const char *path, const char *format)
{
	FILE *file = fopen(path, "re");
	int64_t number = INT64_MAX;
	char line[128];

	while (file && number == INT64_MAX && fgets(line, sizeof line, file))
		if (sscanf(line, format, &number) != 1)
			number = INT64_MAX;
	if (file)
		fclose(file);
	return number;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int huge_threads_borne(int wanted)
{
	int64_t there = number_in("/proc/loadavg", "%*s %*s %*s %*d/%" SCNd64);
	int64_t ids = least(number_in("/proc/sys/kernel/pid_max", "%" SCNd64),
			    number_in("/proc/sys/kernel/threads-max", "%" SCNd64));
	int64_t memory = number_in("/proc/meminfo", "MemAvailable: %" SCNd64 " kB") / (THREAD_BYTES / 1024);
	int64_t borne = least(least(ids / 4 * 3 - there, memory / 4 * 3), wanted);

	return borne < 0 ? 0 : (int)borne;
}

/* Its thread-local memory is that of the thread that made it: nothing but the kernel may be called. */
__attribute__((no_sanitize("thread", "address", "undefined"))) static int wait_for_ever(void *nothing)
{
	for (;;)
		syscall(SYS_pause);
	return nothing != NULL;
}

int huge_threads(int wanted)
{
	const int all = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	size_t len = (size_t)wanted * STACK_BYTES;
	char *stacks = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			    -1, 0);
	int count = 0;

	if (stacks == MAP_FAILED)
		return 0;
	while (count < wanted && clone(wait_for_ever, stacks + (size_t)(count + 1) * STACK_BYTES, all, NULL) > 0)
		count++;
	return count;
}
