/* Owns the recorder's files: where they are, who may write, what survives a crash. Lines are appended; what
 * a crash tore is taken back by the next writer and is no line for a reader. Refuses to know what stands in
 * a line. Never follows a link to a file, for a root that records must not be led astray. */
#include "cli/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fatal.h"

enum { READ_MAX = 256 << 20 };       /* of one file: more is none of ours */

static const char lock_name[] = "lock";

struct journal {
	int directory_fd, lock_fd, fd;
	off_t length;                /* bytes of whole lines in the file */
	off_t head;                  /* of them, with what it began */
};

struct file_name {
	char text[32];
};

static struct file_name name_of(unsigned age)
{
	struct file_name name;

	if (age)
		snprintf(name.text, sizeof name.text, "events.%u.ndjson", age);
	else
		snprintf(name.text, sizeof name.text, "events.ndjson");
	return name;
}

/* XDG Base Directory Specification 0.8: a path that is not absolute is to be ignored. */
int journal_add_directory(struct buf *out)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && *state == '/')
		buf_printf(out, "%s/lotop", state);
	else if (home && *home == '/')
		buf_printf(out, "%s/.local/state/lotop", home);
	else
		return -ENOENT;
	return 0;
}

static int make_directories(const char *path)
{
	char *copy = fatal_strdup(path);
	int error = 0;

	for (char *slash = strchr(copy + 1, '/'); !error; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(copy, S_IRWXU) && errno != EEXIST)
			error = -errno;
		if (!slash)
			break;
		*slash = '/';
	}
	free(copy);
	return error;
}

/* 0 for a file or directory that is the caller's alone, else -errno. */
static int check_own(int fd, mode_t kind)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (status.st_uid != geteuid() || (status.st_mode & S_IFMT) != kind ||
	    (kind == S_IFREG && status.st_nlink != 1))
		return -EPERM;
	return 0;
}

/* A descriptor, or -errno. */
static int open_own(int directory_fd, const char *name, int flags)
{
	int fd, error;

	flags |= O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	fd = openat(directory_fd, name, flags, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return -errno;
	error = check_own(fd, S_IFREG);
	if (!error && fchmod(fd, S_IRUSR | S_IWUSR))
		error = -errno;
	if (!error)
		return fd;
	close(fd);
	return error;
}

/* What stands behind the last newline was torn by a crash. */
static int find_length(int fd, off_t *out)
{
	char bytes[4096];
	off_t end = lseek(fd, 0, SEEK_END);

	while (end > 0) {
		size_t size = end < (off_t)sizeof bytes ? (size_t)end : sizeof bytes;
		const char *newline;

		if (pread(fd, bytes, size, end - (off_t)size) != (ssize_t)size)
			return -EIO;
		newline = memrchr(bytes, '\n', size);
		end -= (off_t)size;
		if (newline) {
			*out = end + (newline - bytes) + 1;
			return 0;
		}
	}
	*out = 0;
	return 0;
}

static int open_events(struct journal *j)
{
	int error;

	j->fd = open_own(j->directory_fd, name_of(0).text, O_RDWR | O_APPEND);
	if (j->fd < 0)
		return j->fd;
	j->head = 0;
	error = find_length(j->fd, &j->length);
	if (!error && ftruncate(j->fd, j->length))
		error = -errno;
	return error;
}

static int open_all(struct journal *j, const char *directory)
{
	int error = make_directories(directory);

	if (error)
		return error;
	j->directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (j->directory_fd < 0)
		return -errno;
	error = check_own(j->directory_fd, S_IFDIR);
	if (error)
		return error;
	j->lock_fd = open_own(j->directory_fd, lock_name, O_RDWR);
	if (j->lock_fd < 0)
		return j->lock_fd;
	if (flock(j->lock_fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	return open_events(j);
}

int journal_open(const char *directory, struct journal **out)
{
	struct journal *j = fatal_calloc(1, sizeof *j);
	int error;

	j->directory_fd = j->lock_fd = j->fd = -1;
	error = open_all(j, directory);
	if (error)
		journal_close(j);
	else
		*out = j;
	return error;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	close_fd(j->fd);
	close_fd(j->lock_fd);
	close_fd(j->directory_fd);
	free(j);
}

int journal_append(struct journal *j, struct slice lines)
{
	struct slice rest = lines;
	int error;

	while (rest.len) {
		ssize_t written = write(j->fd, rest.ptr, rest.len);

		if (written < 0 && errno != EINTR) {
			error = -errno;
			return ftruncate(j->fd, j->length) ? -EIO : error;
		}
		if (written > 0)
			rest = slice_from(rest, (size_t)written);
	}
	j->length += (off_t)lines.len;
	return 0;
}

void journal_mark_head(struct journal *j)
{
	j->head = j->length;
}

bool journal_is_full(const struct journal *j)
{
	return j->length - j->head >= JOURNAL_FILE_BYTES;
}

int journal_rotate(struct journal *j)
{
	for (unsigned age = JOURNAL_OLD_FILES; age > 0; age--)
		if (renameat(j->directory_fd, name_of(age - 1).text, j->directory_fd, name_of(age).text) &&
		    errno != ENOENT)
			return -errno;
	close(j->fd);
	return open_events(j);
}

static int read_all(int fd, struct buf *out)
{
	char bytes[16384];
	size_t start = out->len;
	ssize_t count;

	while ((count = read(fd, bytes, sizeof bytes)) > 0) {
		buf_add(out, bytes, (size_t)count);
		if (out->len - start > READ_MAX)
			return -EFBIG;
	}
	if (out->len > start && out->data[out->len - 1] != '\n')
		buf_add_char(out, '\n');             /* torn, or being written: no line, but its end */
	return count < 0 ? -errno : 0;
}

static bool is_same_file(int a, int b)
{
	struct stat one, other;

	return a >= 0 && b >= 0 && fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_ino == other.st_ino;
}

/* The newest is opened first: a file that is put aside meanwhile is then met twice, not missed. */
static int open_files(int directory_fd, int fds[JOURNAL_OLD_FILES + 1])
{
	int error = -ENOENT;

	for (unsigned age = 0; age <= JOURNAL_OLD_FILES; age++) {
		fds[age] = openat(directory_fd, name_of(age).text, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (age && is_same_file(fds[age], fds[age - 1])) {
			close(fds[age]);
			fds[age] = -1;
		} else if (fds[age] >= 0) {
			error = 0;
		} else if (error && errno != ENOENT) {
			error = -errno;
		}
	}
	return error;
}

int journal_read(const char *directory, struct buf *out)
{
	int fds[JOURNAL_OLD_FILES + 1];
	int error, directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory_fd < 0)
		return -errno;
	error = open_files(directory_fd, fds);
	close(directory_fd);
	for (unsigned age = JOURNAL_OLD_FILES + 1; age-- > 0;) {
		if (!error && fds[age] >= 0)
			error = check_own(fds[age], S_IFREG);
		if (!error && fds[age] >= 0)
			error = read_all(fds[age], out);
		close_fd(fds[age]);
	}
	return error;
}

bool journal_has_writer(const char *directory)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = directory_fd < 0 ? -1 : openat(directory_fd, lock_name, flags);
	bool is_held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;

	close_fd(fd);
	close_fd(directory_fd);
	return is_held;
}
