/* Ways to take something from a program right before it starts: a file system, a system call, a namespace's
 * view, descriptors. Each is a `prepare` of run.h, and ends the program with status 126 where this machine
 * (or this user) cannot make it so. */
#ifndef LIVE_DEPRIVE_H
#define LIVE_DEPRIVE_H

enum { CANNOT_DEPRIVE = 126 };

void deprive_sock_diag(void);        /* socket(..., NETLINK_SOCK_DIAG): EPERM, as in old container profiles */
void deprive_netlink(void);          /* socket(AF_NETLINK): EAFNOSUPPORT */
void deprive_pidfd(void);            /* pidfd_open and pidfd_send_signal: ENOSYS, as before Linux 5.3 */
void deprive_bpf(void);              /* bpf(2): EPERM */
void deprive_close_range(void);      /* ENOSYS, as before Linux 5.9: no disposable helper can be had */
void deprive_seccomp(void);          /* no filter of system calls may be set */
void deprive_unshare(void);          /* EPERM, as in many containers */
void deprive_names(void);            /* /etc is empty: no users, no services */
void deprive_bound_sockets(void);    /* sock_diag does not know state bit 13, as before Linux 6.8 */
void deprive_cgroups(void);          /* nothing is mounted at /sys/fs/cgroup */
void deprive_proc(void);             /* nor at /proc */
void deprive_everything(void);       /* no /proc, no netlink */
void deprive_descriptors(void);      /* RLIMIT_NOFILE is 32 */
void deprive_nearly_all_descriptors(void);   /* 8 */
void deprive_by_hidepid_1(void);     /* nobody, who sees processes but not into them */
void deprive_by_hidepid_2(void);     /* nobody, who sees his own processes only */
void deprive_by_subset_pid(void);    /* /proc holds processes only, no other file */
void deprive_by_pid_namespace(void); /* an own pid namespace and its /proc */
void deprive_by_broken_nft(void);    /* nft(8) crashes in the midst of what it has to say */
void deprive_by_stuck_nft(void);     /* it says nothing, and does not end */
void deprive_by_endless_nft(void);   /* it does not stop to talk */
void deprive_all_but_bpf(void);      /* nobody, with CAP_BPF and CAP_PERFMON */
void deprive_by_user_namespace(void);        /* root, but only in an own user namespace */

#endif
