/* For tests of what reads the kernel's tables from scan to scan: the means of doing so, and facts for what was read. */
#ifndef UNIT_KERNEL_H
#define UNIT_KERNEL_H

#include "machine.h"
#include "platform/linux/sockstat.h"
#include "platform/linux/tables.h"

struct kernel {
	struct tables tables;
	struct sockstat stat;
	struct facts *facts;
};

/* Where the tables cannot be asked for, the test is skipped. */
static inline void kernel_open(struct kernel *k)
{
	if (tables_open(&k->tables))
		skip();
	sockstat_open(&k->stat);
	k->facts = facts_new();
}

static inline void kernel_close(struct kernel *k)
{
	sockstat_close(&k->stat);
	tables_close(&k->tables);
	facts_free(k->facts);
}

#endif
