/* The texts of /proc/PID/fdinfo, of what a thread waits for, and /proc/net/unix, each parser on the same
 * bytes. What is found in a part of the text is found in all of it. */
#include <stdint.h>
#include <stdlib.h>
#include "platform/linux/threadwait.h"
#include "platform/linux/unheld.h"
#include "platform/linux/waiter.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { INODE = 70 };

static void parse_table(struct slice table)
{
	uint32_t inode;

	for (size_t left = table.len; unheld_parse_unix(&table, &inode); left = table.len)
		if (table.len >= left)
			abort();             /* it would never end */
}

/* What is not understood leaves no trace. */
static void parse_wait(struct slice text)
{
	struct thread_wait wait = {.kind = WAIT_COUNT};
	uint64_t switches = INODE;

	if (!threadwait_parse_syscall(text, &wait) && wait.kind != WAIT_COUNT)
		abort();
	if (threadwait_parse_function(text, &wait) && (!wait.call || wait.kind >= WAIT_COUNT))
		abort();
	if (!threadwait_parse_switches(text, &switches) && switches != INODE)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice text = {(const char *)bytes, len}, half = text;
	int flags = waiter_parse_flags(text);

	half.len = len / 2;
	while (half.len && half.ptr[half.len - 1] != '\n')
		half.len--;
	if (unheld_parse_file(half, INODE) && !unheld_parse_file(text, INODE))
		abort();
	if (waiter_parse_epoll(half, INODE) && !waiter_parse_epoll(text, INODE))
		abort();
	unheld_parse_accept(text);
	unheld_parse_messages(text);
	parse_table(text);
	parse_wait(text);
	if (flags < -1 || flags > (WAITER_INHERITABLE | WAITER_NONBLOCKING | WAITER_SIGNALLED))
		abort();
	return 0;
}
