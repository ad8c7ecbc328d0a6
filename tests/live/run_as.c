/* Owns becoming another user. */
#include <grp.h>
#include <unistd.h>
#include "run.h"

enum { NOBODY = 65534 };

void run_as_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		_exit(126);
}
