/* The flight recorder's files: event lines (cli/changes) in $XDG_STATE_HOME/lotop, newest in events.ndjson,
 * older ones in events.1.ndjson and so on. Bounded: a file that has grown by JOURNAL_FILE_BYTES is put
 * aside, and of those the last JOURNAL_OLD_FILES are kept. Readable only by their owner. */
#ifndef CLI_JOURNAL_H
#define CLI_JOURNAL_H

#include <stdbool.h>
#include "base/buf.h"

enum { JOURNAL_FILE_BYTES = 4 << 20, JOURNAL_OLD_FILES = 3 };

struct journal;                              /* opaque: the one writer */

/* Appends where the files are: $XDG_STATE_HOME/lotop, else ~/.local/state/lotop. 0, or -ENOENT: no home. */
int journal_add_directory(struct buf *out);

/* Makes the directory (0700) and what is missing above it, takes the lock, and takes back a torn last line.
 * 0, -EBUSY: there is a writer already, -EPERM: somebody else's directory or file, or -errno. */
int journal_open(const char *directory, struct journal **out);
void journal_close(struct journal *j);       /* NULL is fine */
/* Appends whole lines: all of them, or on -errno none. */
int journal_append(struct journal *j, struct slice lines);
/* The lines so far are what a file begins with: they do not count as growth. */
void journal_mark_head(struct journal *j);
bool journal_is_full(const struct journal *j);
/* Puts the file aside and begins an empty one. 0, or -errno. */
int journal_rotate(struct journal *j);

/* Appends all that was written, oldest line first. 0, -ENOENT: nothing was, or -errno. */
int journal_read(const char *directory, struct buf *out);
bool journal_has_writer(const char *directory);

#endif
