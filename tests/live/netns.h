/* A private network namespace for this process and what it starts: exact sockets, no traffic outside, no
 * disturbance. */
#ifndef LIVE_NETNS_H
#define LIVE_NETNS_H

/* Enters a new namespace and brings lo up; an ordinary user gets a user namespace around it. 0, or -errno
 * where this machine does not permit it. */
int netns_enter(void);
/* The same, but an ordinary user stays who he is; within the user namespace of netns_enter() he is root. */
int netns_enter_as_oneself(void);

#endif
