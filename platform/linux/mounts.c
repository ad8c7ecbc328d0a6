/* Owns the reading of mountinfo. Mounts nothing and follows no path. */
#include "platform/linux/mounts.h"
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "base/buf.h"
#include "platform/linux/procfs.h"

enum { READ_BYTES = 4096 };

/* "36 35 98:0 / /proc rw,relatime shared:1 - proc proc rw,hidepid=2": any number of fields up to the dash. */
bool mounts_parse(struct slice line, struct mount *out)
{
	struct slice word = {0};
	struct mount m = {0};

	for (int i = 0; i < 5; i++)
		word = slice_word(&line);
	m.point = word;
	while ((word = slice_word(&line)).len && !slice_is(word, "-"))
		;
	if (!word.len)
		return false;
	m.type = slice_word(&line);
	slice_word(&line);
	m.options = slice_word(&line);
	*out = m;
	return m.type.len;
}

bool mounts_hides_processes(struct slice options)
{
	while (options.len) {
		struct slice option = slice_cut(&options, ',');

		if (slice_is(option, "subset=pid"))
			return true;
		if (slice_starts(option, "hidepid="))
			return !slice_is(option, "hidepid=0") && !slice_is(option, "hidepid=off");
	}
	return false;
}

static void read_mountinfo(struct buf *out)
{
	char bytes[READ_BYTES];
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return;
	while ((got = read(fd, bytes, sizeof bytes)) > 0)
		buf_add(out, bytes, (size_t)got);
	close(fd);
}

/* Where it is on nearly every machine: to ask costs a hundredth of the list of all mounts. */
static bool is_usual_cgroup2(const char *path)
{
	struct statfs st;

	return !statfs(path, &st) && st.f_type == CGROUP2_SUPER_MAGIC;
}

bool mounts_find_cgroup2(char *out, size_t size)
{
	static const char usual[] = "/sys/fs/cgroup";
	struct buf bytes = {0};
	struct slice rest;
	struct mount m;
	bool is_found = false;

	if (size >= sizeof usual && is_usual_cgroup2(usual)) {
		memcpy(out, usual, sizeof usual);
		return true;
	}
	read_mountinfo(&bytes);
	for (rest = buf_slice(&bytes); rest.len && !is_found;) {
		if (!mounts_parse(slice_cut(&rest, '\n'), &m) || !slice_is(m.type, "cgroup2") ||
		    m.point.len >= size || memchr(m.point.ptr, '\\', m.point.len))
			continue;
		memcpy(out, m.point.ptr, m.point.len);
		out[m.point.len] = 0;
		is_found = true;
	}
	buf_done(&bytes);
	return is_found;
}

static bool is_in_own_pid_namespace(void)
{
	char target[64];
	int error;
	struct slice link = procfs_link(AT_FDCWD, "/proc/self/ns/pid", target, sizeof target, &error);

	/* PROC_PID_INIT_INO, the same on every kernel (include/linux/proc_ns.h) */
	return !error && !slice_is(link, "pid:[4026531836]");
}

bool mounts_hide_others(void)
{
	struct buf bytes = {0};
	struct slice rest;
	struct mount m;
	bool hides = false;

	read_mountinfo(&bytes);
	for (rest = buf_slice(&bytes); rest.len;)     /* the last mount on /proc is the one that is seen */
		if (mounts_parse(slice_cut(&rest, '\n'), &m) && slice_is(m.point, "/proc"))
			hides = mounts_hides_processes(m.options);
	buf_done(&bytes);
	return hides;
}

bool mounts_may_hide_processes(void)
{
	return mounts_hide_others() || is_in_own_pid_namespace();
}
