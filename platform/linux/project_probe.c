/* Owns the walk from a directory up to the file system's root, and the safe reading of the few files that
 * matter. Refuses to know how long it takes (scout.c) and what the bytes mean (project_parse.c). */
#include "platform/linux/project_probe.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "platform/linux/project_parse.h"

enum { DEPTH_MAX = 48, NAME_BYTES = 256, READ_MAX = 64 * 1024, SMALL_READ = 4096 };

struct level {                       /* one directory of the path */
	int fd;                      /* O_PATH */
	size_t len;                  /* of the path down to here */
};

struct levels {
	struct level items[DEPTH_MAX];
	size_t count;
};

/* One step down, never through a symbolic link. */
static int open_below(int dir, struct slice name)
{
	char text[NAME_BYTES];

	if (name.len >= sizeof text || memchr(name.ptr, 0, name.len))
		return -ENAMETOOLONG;
	memcpy(text, name.ptr, name.len);
	text[name.len] = 0;
	return openat(dir, text, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void close_levels(struct levels *l)
{
	while (l->count)
		close(l->items[--l->count].fd);
}

static bool add_level(struct levels *l, int fd, size_t len)
{
	if (fd < 0)
		return false;
	l->items[l->count++] = (struct level){fd, len};
	return true;
}

static int open_top(void)
{
	return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* All directories of an absolute path, "/" first. False, and none open, when one cannot be reached. */
static bool open_levels(struct levels *l, struct slice path)
{
	struct slice rest = path;
	bool is_good = slice_starts(path, "/") && add_level(l, open_top(), 1);

	while (is_good && rest.len) {
		struct slice name = slice_cut(&rest, '/');

		if (!name.len)
			continue;
		is_good = l->count < DEPTH_MAX && !slice_is(name, "..") &&
			  add_level(l, open_below(l->items[l->count - 1].fd, name),
				    (size_t)(name.ptr - path.ptr) + name.len);
	}
	if (!is_good)
		close_levels(l);
	return is_good;
}

/* AT_NO_AUTOMOUNT: a look must not mount anything. */
static mode_t kind_of(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) ? 0 : st.st_mode & S_IFMT;
}

/* Looked at before it is opened, since to open a device may do something; and after, since it may have been
 * exchanged. */
static int open_regular(int dir, const char *name)
{
	struct stat st;
	int fd;

	if (kind_of(dir, name) != S_IFREG)
		return -EINVAL;
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

static struct slice read_regular(int dir, const char *name, char *buffer, size_t size)
{
	int fd = open_regular(dir, name);
	size_t len = 0;
	ssize_t got = 1;

	if (fd < 0)
		return (struct slice){0};
	while (len < size && got > 0) {
		got = read(fd, buffer + len, size - len);
		len += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	return (struct slice){buffer, len};
}

static void keep(struct project_text *text, struct slice bytes)
{
	if (!bytes.len || bytes.len > sizeof text->bytes)
		return;
	memcpy(text->bytes, bytes.ptr, bytes.len);
	text->len = (uint8_t)bytes.len;
}

/* Whoever may write to /tmp must not name the project of those who work below it. */
static bool is_commons(int dir)
{
	struct stat st;

	return fstat(dir, &st) || (st.st_mode & S_ISVTX && st.st_mode & S_IWOTH);
}

/* As git does: what is above a mount point belongs to somebody else. */
static bool is_same_device(int a, int b)
{
	struct stat first, second;

	return !fstat(a, &first) && !fstat(b, &second) && first.st_dev == second.st_dev;
}

static bool has_file(int dir, const struct project_file_name *file)
{
	mode_t kind = kind_of(dir, file->name);

	return kind == S_IFREG || (kind == S_IFDIR && file->file == PROJECT_GIT);
}

static bool is_root(int dir)
{
	for (const struct project_file_name *f = project_files(); f->name; f++)
		if (f->is_root && has_file(dir, f))
			return true;
	return false;
}

/* The first manifest in the order of the table that tells a name. */
static void read_root(int dir, struct project_answer *out)
{
	char bytes[READ_MAX];

	for (const struct project_file_name *f = project_files(); f->name; f++) {
		struct slice name;

		if (!has_file(dir, f))
			continue;
		out->files |= 1u << f->file;
		if (f->manifest && !out->name.len &&
		    project_parse_name(f->manifest, read_regular(dir, f->name, bytes, sizeof bytes), &name))
			keep(&out->name, name);
	}
}

/* From `dir`, or from "/" for an absolute path; `dir` stays open. */
static int open_path(int dir, struct slice path)
{
	int fd = slice_starts(path, "/") ? open_top() : fcntl(dir, F_DUPFD_CLOEXEC, 0);

	for (int depth = 0; fd >= 0 && path.len; depth++) {
		struct slice name = slice_cut(&path, '/');
		int below;

		if (!name.len)
			continue;
		below = depth < DEPTH_MAX ? open_below(fd, name) : -1;
		close(fd);
		fd = below;
	}
	return fd;
}

static void read_head(int git, struct project_answer *out)
{
	char bytes[SMALL_READ];
	struct slice branch;
	bool is_detached;

	if (!project_parse_head(read_regular(git, "HEAD", bytes, sizeof bytes), &branch, &is_detached))
		return;
	keep(&out->branch, branch);
	out->is_detached = is_detached;
}

/* A linked worktree or a submodule: the file says where the rest is. */
static int open_linked_git(int dir, struct project_answer *out)
{
	char bytes[SMALL_READ];
	struct slice path, worktree, repository;

	if (!project_parse_gitdir(read_regular(dir, ".git", bytes, sizeof bytes), &path))
		return -EINVAL;
	if (project_parse_worktree(path, &worktree, &repository)) {
		keep(&out->worktree, worktree);
		keep(&out->repository, repository);
	}
	return open_path(dir, path);
}

static void read_git(int dir, struct project_answer *out)
{
	bool is_folder = kind_of(dir, ".git") == S_IFDIR;
	int git = is_folder ? open_below(dir, slice_of(".git")) : open_linked_git(dir, out);

	if (git < 0)
		return;
	read_head(git, out);
	close(git);
}

/* Upwards; "/" itself is nobody's project. */
static void look(const struct levels *l, struct project_answer *out)
{
	static const struct project_file_name git = {.name = ".git", .file = PROJECT_GIT};

	for (size_t i = l->count; i-- > 1;) {
		int dir = l->items[i].fd;

		if (!is_same_device(dir, l->items[l->count - 1].fd))
			return;
		if (is_commons(dir))
			continue;
		if (!out->root_len && is_root(dir)) {
			out->root_len = (uint16_t)l->items[i].len;
			read_root(dir, out);
		}
		if (out->root_len && has_file(dir, &git)) {
			out->git_root_len = (uint16_t)l->items[i].len;
			read_git(dir, out);
			return;
		}
	}
}

size_t project_probe(struct slice request, void *answer)
{
	struct levels levels = {.count = 0};
	struct project_answer *out = answer;

	*out = (struct project_answer){0};
	if (request.len <= UINT16_MAX && open_levels(&levels, request))
		look(&levels, out);
	close_levels(&levels);
	return sizeof *out;
}
