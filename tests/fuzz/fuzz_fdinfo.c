/* The texts of /proc/PID/fdinfo, /proc/PID/syscall and /proc/net/unix, each parser on the same bytes. What is
 * found in a part of the text is found in all of it. */
#include <stdint.h>
#include <stdlib.h>
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice text = {(const char *)bytes, len}, half = text;
	uint64_t argument = 0;
	int64_t number = -1;

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
	if (!waiter_parse_syscall(text, &number, &argument) && (argument || number != -1))
		abort();
	if (waiter_parse_flags(text) < TRISTATE_UNKNOWN || waiter_parse_flags(text) > TRISTATE_TRUE)
		abort();
	return 0;
}
