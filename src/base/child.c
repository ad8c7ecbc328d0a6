/* Owns what a child must not inherit: signals and descriptors. Refuses to know what it becomes. */
#include "base/child.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

void child_reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int child_close_from(unsigned first)
{
	if (syscall(SYS_close_range, first, ~0u, 0) && errno != ENOSYS)
		return -errno;       /* before Linux 5.9: everything of ours is close-on-exec */
	return 0;
}
