/* The project's .lotop: in the working directory, else in the nearest one above it. */
#ifndef CLI_PROJECTFILE_H
#define CLI_PROJECTFILE_H

#include "base/buf.h"
#include "model/expect.h"

#define PROJECTFILE_NAME ".lotop"

struct projectfile {                     /* a zeroed struct is valid: no file; projectfile_done frees */
	struct buf path;
	struct slice directory;          /* in `path`: where it lies */
	struct expect expect;
};

/* 0; -ENOENT: there is none; -EINVAL: it is no plain file; -EBADMSG and *mistake: what stands in it is wrong; or
 * another -errno. `path` is of the file, or of where one was looked for last. */
int projectfile_load(struct projectfile *f, struct expect_error *mistake);
void projectfile_done(struct projectfile *f);

#endif
