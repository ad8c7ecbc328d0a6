/* Owns where the project's file is looked for, and that reading it harms nobody: it comes with a repository, and
 * may be anything. Refuses to know what it means (model/expect). */
#include "cli/projectfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/path.h"

/* 0, or -errno. A FIFO must not block, a device must not be read. */
static int read_plain_file(int fd, struct buf *out)
{
	char bytes[4096];
	struct stat status;
	ssize_t count;

	if (fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	while ((count = read(fd, bytes, sizeof bytes)) > 0) {
		buf_add(out, bytes, (size_t)count);
		if (out->len > EXPECT_FILE_MAX)
			return -EFBIG;
	}
	return count < 0 ? -errno : 0;
}

static int read_file(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), error;

	if (fd < 0)
		return -errno;
	error = read_plain_file(fd, out);
	close(fd);
	return error;
}

/* In the working directory, else in the nearest one above it. */
static int find_file(struct projectfile *f, struct buf *text)
{
	char *here = getcwd(NULL, 0);
	struct slice directory = slice_of(here);
	int error = here ? -ENOENT : -errno;

	while (here && error == -ENOENT) {
		buf_clear(&f->path);
		buf_add_slice(&f->path, directory);
		buf_add_string(&f->path, "/" PROJECTFILE_NAME);
		error = read_file(buf_string(&f->path), text);
		if (!directory.len)
			break;
		directory = path_parent(directory);
	}
	free(here);
	if (error)
		return error;
	f->directory = path_parent(buf_slice(&f->path));
	if (!f->directory.len)
		f->directory = slice_of("/");
	return 0;
}

int projectfile_load(struct projectfile *f, struct expect_error *mistake)
{
	struct buf text = { 0 };
	int error = find_file(f, &text);

	if (!error && expect_parse(buf_slice(&text), &f->expect, mistake))
		error = -EBADMSG;
	buf_done(&text);
	return error;
}

void projectfile_done(struct projectfile *f)
{
	expect_done(&f->expect);
	buf_done(&f->path);
}
