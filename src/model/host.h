/* One of the machines in a joint snapshot (joint.h): what it is called, how it is heard. A plain value. */
#ifndef MODEL_HOST_H
#define MODEL_HOST_H

enum { HOSTS_MAX = 64 };

struct snapshot;

struct host {
	const char *name;                /* safe, no two alike in one joint snapshot */
	const char *trouble;             /* safe: why what is shown of it is old; NULL = it is not */
	const struct snapshot *snapshot; /* its own, facts->machine is its number; NULL = nothing came yet */
};

#endif
