/* Owns the way into a private pid namespace. Refuses to know what is tested in it. */
#include "alone.h"
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int mount_own_proc(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/* Ends as `pid` did, and buries those who lost their parents until then. */
static _Noreturn void wait_and_end(pid_t pid)
{
	int status = 0;

	for (pid_t ended = 0; ended != pid; )
		ended = wait(&status);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* In the child only. */
static void go_on_in_child(void)
{
	pid_t pid = fork();

	if (pid > 0)
		wait_and_end(pid);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pid < 0)
		perror("not alone");
}

void alone_enter(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWPID)) {
		perror("not alone");
		return;
	}
	go_on_in_child();
	if (mount_own_proc())
		perror("not alone");
	go_on_in_child();            /* whoever is the first of a namespace has to bury the others */
}
