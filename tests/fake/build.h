/* Facts and snapshots from a few lines of text, for tests. A scene has one socket, process or setting a line:
 *
 *   tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice
 *   tcp [::]:8080 v6only no queue 12 10 by 5001 python3 alice by 5002 python3 alice
 *   udp 127.0.0.53%lo:53 user root                   no visible holder
 *   bound tcp 127.0.0.1:4000 by 7 ruby alice
 *   time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000
 *   process 4211 node alice start 900 since 5000 state T parent 1 cwd /home/alice/shop command next dev
 *   project /home/alice/shop alice /home/alice/shop main     cgroup 5 /system.slice/cups.service 1 77 cupsd
 *   tcp 127.0.0.1:3000 netns 4026532001     netns 4026532001 blue|- /docker/... 77
 *   container 0123..64 web nginx:alpine     published 0.0.0.0:8080 80   (by the container before)
 *   ephemeral 32768 60999     source procfs     connections     pending     gap owners 6     address 192.168.1.5     frozen 7
 *   waits 7 100001 yes|no|unknown adopted inheritable yes kind sleep call nanosleep error 13
 *
 * A socket starts with its state (default: LISTEN for tcp, UNCONN for udp; "established", "close-wait" ... as
 * the table spells them) and is followed by: cookie N, inode N (0 = none), uid N, user NAME, peer ADDR:PORT,
 * v6only yes|no, queue LENGTH LIMIT, drops N, expires MS, cgroup ID, netns INODE, by PID NAME USER (behind the inode). Cookie and
 * inode are counted up where they are not given; TIME-WAIT has no inode. `by` adds the process where it is
 * new: start (ticks) is then 10 x pid. User names get uids from 1000 up, root is 0. `command` takes the rest
 * of the line, blanks separate the arguments; `since` is in wall time; `session`, `group`, `ties` and `device`
 * (of the terminal) take numbers. What is not understood ends the test
 * with a message. */
#ifndef FAKE_BUILD_H
#define FAKE_BUILD_H

#include "model/snapshot.h"

/* A scan at `wall_ms` by pid 1000, uid 1000; owners complete unless the scene says "pending". */
struct facts *build_facts(int64_t wall_ms, const char *scene);
/* More lines for the same scan; printf-like, so that loops can make thousands. */
void build_add(struct facts *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* snapshot_build of build_facts: a reference for the caller. */
const struct snapshot *build_snapshot(int64_t wall_ms, const char *scene);
/* The row of that kind at "127.0.0.1:3000" (tcp) or "udp [::1]:53"; ends the test when there is none. */
const struct listener *build_find(const struct snapshot *s, enum row_kind kind, const char *endpoint);

#endif
