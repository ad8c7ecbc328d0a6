/* The files of /proc/PID, loadavg and mountinfo, each parser on the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "platform/linux/mounts.h"
#include "platform/linux/procfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_inside(struct slice part, struct slice whole)
{
	if (part.len && (part.ptr < whole.ptr || part.ptr + part.len > whole.ptr + whole.len))
		abort();
}

static void parse_mounts(struct slice text)
{
	struct mount m;

	while (text.len)
		if (mounts_parse(slice_cut(&text, '\n'), &m))
			mounts_hides_processes(m.options);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice text = {(const char *)bytes, len};
	char tty[PROCFS_TTY], name[16] = {0};
	struct proc_status status;
	struct proc_stat stat;
	uint32_t inode;
	int32_t pid;

	if (procfs_parse_stat(text, &stat) == 0) {
		check_inside(stat.comm, text);
		procfs_tty_name(stat.tty_device, tty);
		if (strlen(tty) >= sizeof tty)
			abort();
	}
	procfs_parse_status(text, &status);
	check_inside(procfs_parse_cgroup(text), text);
	if (procfs_parse_socket(text, &inode) && inode == 0)
		abort();
	if (procfs_parse_last_pid(text, &pid) == 0 && pid < 0)
		abort();
	if (len)
		memcpy(name, bytes, len < sizeof name ? len : sizeof name - 1);
	if (procfs_parse_pid(name, &pid) && pid <= 0)
		abort();
	parse_mounts(text);
	return 0;
}
