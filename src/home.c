/* Owns the places of the XDG base directory specification and the care that root takes with files of others.
 * Refuses to know what is in them. */
#include "home.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024, CHUNK = 4096 };

/* Absolute, or else as if it were not set: the specification wants relative ones ignored. */
static const char *directory(const char *name)
{
	const char *path = getenv(name);

	return path && *path == '/' ? path : NULL;
}

static void set_path(char out[PATH_MAX], const char *base, const char *folder, const char *file)
{
	int len = base ? snprintf(out, PATH_MAX, "%s%s/lotop/%s", base, folder, file) : PATH_MAX;

	if (len < 0 || len >= PATH_MAX)
		*out = '\0';
}

/* The user behind sudo, or behind a root shell that kept another user's HOME. NULL: nobody else. */
static const struct passwd *find_borrower(const char *home)
{
	const char *number = getenv("SUDO_UID");
	struct stat about;
	uint64_t uid;

	if (geteuid() != 0)
		return NULL;
	if (number && slice_to_u64(slice_of(number), 10, &uid) && uid && uid < UINT32_MAX)
		return getpwuid((uid_t)uid);
	if (home && stat(home, &about) == 0 && about.st_uid)
		return getpwuid(about.st_uid);
	return NULL;
}

void home_find(struct home *h)
{
	const char *home = directory("HOME"), *config = directory("XDG_CONFIG_HOME"),
		   *state = directory("XDG_STATE_HOME");
	const struct passwd *borrower = find_borrower(home);

	*h = (struct home){ .owner = geteuid(), .group = getegid() };
	if (borrower) {
		h->owner = borrower->pw_uid;
		h->group = borrower->pw_gid;
		h->is_borrowed = true;
		home = borrower->pw_dir;
	}
	set_path(h->config, config ? config : home, config ? "" : "/.config", "lotop.conf");
	set_path(h->state, state ? state : home, state ? "" : "/.local/state", "view");
}

/* A link to the file may be the user's own, as with folders of dotfiles; not somebody else's. */
static bool is_foreign_link(const struct home *h, const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0 && S_ISLNK(about.st_mode) && about.st_uid != h->owner;
}

/* O_NONBLOCK: a FIFO must not hold lotop. */
static int open_file(const struct home *h, const char *path)
{
	struct stat about;
	int error = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &about))
		error = -errno;
	else if (!S_ISREG(about.st_mode))
		error = -EINVAL;
	else if (h->is_borrowed && (about.st_uid != h->owner || is_foreign_link(h, path)))
		error = -EPERM;
	else if (about.st_size > FILE_MAX)
		error = -EFBIG;
	if (!error)
		return fd;
	close(fd);
	return error;
}

static int read_all(int fd, struct buf *out)
{
	size_t before = out->len;
	char bytes[CHUNK];
	ssize_t len = 1;

	while (len && out->len - before <= FILE_MAX) {
		len = read(fd, bytes, sizeof bytes);
		if (len > 0)
			buf_add(out, bytes, (size_t)len);
		else if (len < 0 && errno != EINTR)
			return -errno;
	}
	return len ? -EFBIG : 0;
}

/* The kernel decides with the user's rights (setfsuid(2) takes root's capabilities for files away, too), so
 * that a path can lead nowhere where the user could not go. */
int home_read(const struct home *h, const char *path, struct buf *out)
{
	int fd, error;

	if (!*path)
		return -ENOENT;
	if (h->is_borrowed) {
		setfsgid(h->group);
		setfsuid(h->owner);
	}
	fd = open_file(h, path);
	if (h->is_borrowed) {
		setfsuid(geteuid());
		setfsgid(getegid());
	}
	if (fd < 0)
		return fd;
	error = read_all(fd, out);
	close(fd);
	return error;
}

/* The folder of the file and the two above it: .local, state, lotop. Without a home directory nothing is
 * made. One that may not be made is no error when it is there already: then the next one can be. */
static int make_folders(const char *path)
{
	char folder[PATH_MAX];
	const char *ends[3] = { NULL };
	const char *end = path + strlen(path);
	int refused = 0;

	for (int i = 2; i >= 0 && (end = memrchr(path, '/', (size_t)(end - path))) && end > path; i--)
		ends[i] = end;
	for (int i = 0; i < 3; i++) {
		if (!ends[i])
			continue;
		snprintf(folder, sizeof folder, "%.*s", (int)(ends[i] - path), path);
		if (!mkdir(folder, 0700) || errno == EEXIST)
			continue;
		if (errno != EROFS && errno != EACCES)
			return errno == ENOENT && refused ? refused : -errno;
		refused = -errno;
	}
	return 0;
}

static int write_all(int fd, struct slice text)
{
	while (text.len) {
		ssize_t len = write(fd, text.ptr, text.len);

		if (len < 0 && errno != EINTR)
			return -errno;
		if (len > 0)
			text = slice_from(text, (size_t)len);
	}
	return 0;
}

static int write_file(const char *path, struct slice text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int error;

	if (fd < 0)
		return -errno;
	error = write_all(fd, text);
	if (close(fd) && !error)
		error = -errno;
	return error;
}

int home_write_state(const struct home *h, struct slice text, bool keeps_old)
{
	char made[PATH_MAX + 32], old[PATH_MAX + 32];
	int error;

	assert(!h->is_borrowed);
	if (!*h->state)
		return -ENOENT;
	snprintf(made, sizeof made, "%s.%ld", h->state, (long)getpid());
	snprintf(old, sizeof old, "%s.broken", h->state);
	error = make_folders(h->state);
	if (error)
		return error;
	unlink(made);                    /* of a process that had our number, and died */
	error = write_file(made, text);
	if (!error && keeps_old && rename(h->state, old) && errno != ENOENT)
		error = -errno;
	if (!error && rename(made, h->state))
		error = -errno;
	if (error)
		unlink(made);
	return error;
}
