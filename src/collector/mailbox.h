/* Between the collector's thread and the consumer's: the newest snapshot (older ones may be dropped),
 * replies and jobs (never dropped). The lock covers pointer swaps and value copies, never I/O; the
 * eventfd is written after unlocking. Nobody sleeps on the lock: both sides poll() for their event. */
#ifndef COLLECTOR_MAILBOX_H
#define COLLECTOR_MAILBOX_H

#include <stdbool.h>
#include "collector/job.h"
#include "model/snapshot.h"

struct mailbox;

struct mailbox *mailbox_new(void);                 /* ends in fatal() when eventfds cannot be had */
void mailbox_free(struct mailbox *m);              /* both threads are done with it */

/* Collector's side. */
void mailbox_publish(struct mailbox *m, const struct snapshot *s);     /* takes the reference */
void mailbox_reply(struct mailbox *m, const struct reply *r);
int mailbox_job_fd(const struct mailbox *m);       /* readable when a job waits */
bool mailbox_next_job(struct mailbox *m, struct job *out);

/* Consumer's side. */
void mailbox_post(struct mailbox *m, const struct job *j);
int mailbox_event_fd(const struct mailbox *m);     /* readable when a snapshot or reply waits */
const struct snapshot *mailbox_take(struct mailbox *m);   /* a reference for the caller; NULL: nothing new */
bool mailbox_next_reply(struct mailbox *m, struct reply *out);

#endif
