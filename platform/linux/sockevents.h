/* The kernel's announcements that sockets died (sock_diag destroy groups, Linux 4.5; unprivileged): a
 * reason to look early, never the truth. Connections are filtered out in the kernel: only sockets without
 * a peer wake anybody. */
#ifndef PLATFORM_LINUX_SOCKEVENTS_H
#define PLATFORM_LINUX_SOCKEVENTS_H

struct sockevents;

int sockevents_new(struct sockevents **out);
void sockevents_free(struct sockevents *e);          /* NULL is fine */
int sockevents_fd(const struct sockevents *e);       /* readable after an event */
/* Forgets what happened. The next wake comes SOCKEVENTS_CALM_MS later, however many sockets die until
 * then: one that repeats this one, because what is being closed may be gone only then. */
void sockevents_drain(struct sockevents *e);

enum { SOCKEVENTS_CALM_MS = 50 };

#endif
