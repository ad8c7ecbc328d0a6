/* Equality of two scans, member by member and without the tables that write recordings: for tests of them. */
#ifndef FAKE_SAME_H
#define FAKE_SAME_H

#include "model/facts.h"

/* NULL, or the name of the first member that differs. Capacities and arenas do not count. */
const char *same_facts(const struct facts *a, const struct facts *b);

#endif
