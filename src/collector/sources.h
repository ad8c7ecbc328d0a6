/* Other machines' frames beside this one's: one thread listens to all of them, and does what is asked for over
 * there. A machine that is not heard any more keeps its rows, with the reason. */
#ifndef COLLECTOR_SOURCES_H
#define COLLECTOR_SOURCES_H

#include "collector/mailbox.h"
#include "platform/stream.h"

struct sources;

struct source_spec {
	const char *label;               /* safe, borrowed for as long as the sources are there; NULL = its host name */
	struct stream *stream;           /* taken */
};

/* At most HOSTS_MAX - 1. `m` NULL: for sources_join_once(). `is_read_only`: no kill is asked for. */
struct sources *sources_new(const struct source_spec *specs, size_t count, struct mailbox *m, bool is_read_only);
/* Starts the thread. 0, or -errno. */
int sources_start(struct sources *s);
/* Ends the thread and the programs. NULL is fine. */
void sources_free(struct sources *s);

/* The collector's side: this machine's snapshot (taken), and jobs about the others; JOB_SCAN starts what has
 * ended. */
void sources_publish(struct sources *s, const struct snapshot *local);
void sources_post(struct sources *s, const struct job *job);

/* Without a thread: starts all, waits until each has told a frame or failed, at most `timeout_ms`. Takes `local`. A
 * reference for the caller, whose machines tell what is wrong with them. */
const struct snapshot *sources_join_once(struct sources *s, const struct snapshot *local, int timeout_ms);

#endif
