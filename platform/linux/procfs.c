/* Owns the formats of /proc/PID files. Knows no process table and keeps nothing: process.c and target.c
 * do. */
#include "platform/linux/procfs.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "model/facts.h"

enum { FLAG_KERNEL_THREAD = 0x00200000 };    /* PF_KTHREAD, linux/sched.h; not in the uapi headers */

/* The fields behind the name, as numbers; proc(5) counts the name as field 2. */
enum stat_field { STAT_PPID = 4, STAT_GROUP, STAT_SESSION, STAT_TTY, STAT_FLAGS = 9, STAT_START = 22 };

static bool number_at(struct slice rest, enum stat_field field, uint64_t *out)
{
	struct slice word = {0};
	bool is_negative;

	for (int i = STAT_PPID; i <= (int)field; i++)
		word = slice_word(&rest);
	is_negative = slice_starts(word, "-");
	if (!slice_to_u64(slice_from(word, is_negative), 10, out))
		return false;
	*out = is_negative ? -*out : *out;
	return true;
}

int procfs_parse_stat(struct slice bytes, struct proc_stat *out)
{
	const char *open = bytes.len ? memchr(bytes.ptr, '(', bytes.len) : NULL;
	const char *close = bytes.len ? memrchr(bytes.ptr, ')', bytes.len) : NULL;
	uint64_t ppid, group, session, tty, flags, start;
	struct slice rest, state;

	if (!open || !close || close < open)
		return -EBADMSG;
	rest = slice_from(bytes, (size_t)(close + 1 - bytes.ptr));
	state = slice_word(&rest);
	if (state.len != 1 || !number_at(rest, STAT_PPID, &ppid) || !number_at(rest, STAT_GROUP, &group) ||
	    !number_at(rest, STAT_SESSION, &session) || !number_at(rest, STAT_TTY, &tty) ||
	    !number_at(rest, STAT_FLAGS, &flags) || !number_at(rest, STAT_START, &start))
		return -EBADMSG;
	*out = (struct proc_stat){
		.comm = {open + 1, (size_t)(close - open - 1)},
		.state = state.ptr[0],
		.is_kernel_thread = flags & FLAG_KERNEL_THREAD,
		.ppid = (int32_t)ppid,
		.group = (int32_t)group,
		.session = (int32_t)session,
		.tty_device = (uint32_t)tty,
		.start_time = start,
	};
	return 0;
}

static bool parse_uid(struct slice value, struct proc_status *out)
{
	uint64_t uid;

	slice_word(&value);
	if (!slice_to_u64(slice_word(&value), 10, &uid) || uid > UINT32_MAX)
		return false;
	out->uid = (uint32_t)uid;
	return true;
}

static struct slice last_word(struct slice value)
{
	struct slice word, last = {0};

	while ((word = slice_word(&value)).len)
		last = word;
	return last;
}

int procfs_parse_status(struct slice bytes, struct proc_status *out)
{
	struct proc_status s = {.uid = UID_UNKNOWN};
	bool has_uid = false;

	while (bytes.len) {
		struct slice value = slice_cut(&bytes, '\n'), key = slice_cut(&value, ':');

		value = slice_trim(value);
		if (slice_is(key, "Uid"))
			has_uid = parse_uid(value, &s);
		else if (slice_is(key, "NSpid"))
			s.is_namespace_init = slice_is(last_word(value), "1");
		else if (slice_is(key, "SigBlk"))
			slice_to_u64(value, 16, &s.blocked);
		else if (slice_is(key, "SigIgn"))
			slice_to_u64(value, 16, &s.ignored);
		else if (slice_is(key, "SigCgt"))
			slice_to_u64(value, 16, &s.caught);
	}
	if (!has_uid)
		return -EBADMSG;
	*out = s;
	return 0;
}

struct slice procfs_field(struct slice text, const char *title)
{
	while (text.len) {
		struct slice line = slice_cut(&text, '\n');

		if (slice_starts(line, title))
			return slice_from(line, strlen(title));
	}
	return (struct slice){0};
}

bool procfs_number(struct slice text, const char *title, unsigned base, uint64_t *out)
{
	struct slice field = procfs_field(text, title);

	return slice_to_u64(slice_word(&field), base, out);
}

struct slice procfs_parse_cgroup(struct slice bytes)
{
	return procfs_field(bytes, "0::");
}

bool procfs_parse_socket(struct slice link, uint32_t *inode)
{
	static const char prefix[] = {'s', 'o', 'c', 'k', 'e', 't', ':', '['};
	uint64_t value = 0;
	size_t at = sizeof prefix;

	/* as many calls as there are descriptors: of fixed length, so that the comparison is one of two numbers */
	if (link.len <= sizeof prefix || memcmp(link.ptr, prefix, sizeof prefix))
		return false;
	for (; at < link.len && link.ptr[at] >= '0' && link.ptr[at] <= '9' && value <= UINT32_MAX; at++)
		value = value * 10 + (uint64_t)(link.ptr[at] - '0');
	if (at + 1 != link.len || link.ptr[at] != ']' || value == 0 || value > UINT32_MAX)
		return false;
	*inode = (uint32_t)value;
	return true;
}

bool procfs_parse_pid(const char *name, int32_t *pid)
{
	int32_t value = 0;

	if (*name < '1' || *name > '9')
		return false;
	for (; *name >= '0' && *name <= '9'; name++) {
		if (value > (INT32_MAX - 9) / 10)
			return false;
		value = value * 10 + (*name - '0');
	}
	if (*name)
		return false;
	*pid = value;
	return true;
}

int procfs_parse_last_pid(struct slice loadavg, int32_t *pid)
{
	uint64_t value;

	if (!slice_to_u64(last_word(slice_trim(loadavg)), 10, &value) || value > INT32_MAX)
		return -EBADMSG;
	*pid = (int32_t)value;
	return 0;
}

static const struct tty_kind {
	unsigned major, first, count;    /* minors first .. first + count - 1 */
	const char *name;
} tty_kinds[] = {                        /* Documentation/admin-guide/devices.txt */
	{4, 0, 64, "tty"}, {4, 64, 192, "ttyS"}, {136, 0, 1 << 20, "pts/"}, {188, 0, 1 << 20, "ttyUSB"},
	{166, 0, 1 << 20, "ttyACM"}, {204, 64, 16, "ttyAMA"}, {229, 0, 1 << 20, "hvc"},
};

void procfs_tty_name(uint32_t device, char out[PROCFS_TTY])
{
	unsigned major = device >> 8 & 0xfff, minor = (device & 0xff) | (device >> 12 & 0xfff00);

	out[0] = 0;
	if (!device)
		return;
	for (size_t i = 0; i < sizeof tty_kinds / sizeof *tty_kinds; i++) {
		const struct tty_kind *k = &tty_kinds[i];

		if (major == k->major && minor >= k->first && minor - k->first < k->count) {
			snprintf(out, PROCFS_TTY, "%s%u", k->name, minor - k->first);
			return;
		}
	}
	if (major == 5 && minor == 1)
		snprintf(out, PROCFS_TTY, "console");
	else
		snprintf(out, PROCFS_TTY, "%u:%u", major, minor);
}

void procfs_path(char out[PROCFS_PATH], int32_t pid, int32_t task, const char *name)
{
	if (task)
		snprintf(out, PROCFS_PATH, "%d/task/%d/%s", (int)pid, (int)task, name);
	else
		snprintf(out, PROCFS_PATH, "%d/%s", (int)pid, name);
}

/* One read: every file that is read this way is made in one piece (single_open, or copied like cmdline). */
struct slice procfs_read(int dir, const char *path, char *buffer, size_t size, int *error)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got;

	*error = fd < 0 ? -errno : 0;
	if (fd < 0)
		return (struct slice){0};
	do {
		got = read(fd, buffer, size);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		*error = -errno;
	close(fd);
	return got < 0 ? (struct slice){0} : (struct slice){buffer, (size_t)got};
}

struct slice procfs_link(int dir, const char *path, char *buffer, size_t size, int *error)
{
	ssize_t len = readlinkat(dir, path, buffer, size);

	*error = len < 0 ? -errno : 0;
	return len < 0 ? (struct slice){0} : (struct slice){buffer, (size_t)len};
}
