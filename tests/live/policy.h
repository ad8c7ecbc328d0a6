/* Policies of the kernel under which a program may not do what its user could: by Landlock and by BPF on a
 * control group, with raw system calls. For `prepare` of run_program(): ends with status 126 where it
 * cannot be had. */
#ifndef LIVE_POLICY_H
#define LIVE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

void policy_landlock_bind(void);     /* no TCP port may be bound; Landlock's ABI 4 (Linux 6.7) */
void policy_landlock_connect(void);
void policy_cgroup_bind(void);       /* as by systemd's SocketBindDeny= */
void policy_cgroup_connect(void);

/* This process goes into a new cgroup2 directory of that name; false (errno) where none can be made. */
bool policy_enter(const char *name);
/* It goes there, and what comes in for its sockets is dropped, as by systemd's IPAddressDeny=. */
bool policy_enter_deaf(const char *name);
/* After its processes ended. */
void policy_remove(const char *name);
void policy_remove_all(void);        /* those of the four above */

#endif
