/* Where a process lives, told from the path of its cgroup2 directory: the systemd unit that looks after it,
 * and the container that it is in. Pure; a path that no convention explains tells nothing.
 *
 * Units are read from the root, as systemd does: whoever was given a subtree may name the directories in it
 * as he likes, and must not pass for a unit of the machine. Containers are the outermost ones: those that
 * this machine's engine knows.
 * Sources: systemd.slice(5), systemd.scope(5), user@.service(5), systemd's CGROUP_DELEGATION. */
#ifndef MODEL_CGROUP_H
#define MODEL_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"

enum unit_kind { UNIT_NONE, UNIT_SERVICE, UNIT_SOCKET, UNIT_SCOPE, UNIT_OTHER };

enum container_engine {
	CONTAINER_NONE, CONTAINER_DOCKER, CONTAINER_PODMAN, CONTAINER_CONTAINERD, CONTAINER_CRIO,
	CONTAINER_LXC, CONTAINER_NSPAWN, CONTAINER_QEMU,
	CONTAINER_OTHER              /* 64 hexadecimal digits, but nothing says whose */
};

struct cgroup {                      /* texts raw, borrowed from the path; empty = none */
	struct slice unit;           /* "nginx.service", as systemctl takes it */
	struct slice container;      /* whole id (64 hexadecimal digits) or name */
	struct slice pod;            /* uid of the Kubernetes pod, as it stands in the path */
	uint32_t manager_uid;        /* unit of this user's systemd; UID_UNKNOWN = of the machine's */
	uint8_t kind;                /* enum unit_kind */
	uint8_t engine;              /* enum container_engine */
	bool may_restart;            /* somebody may start it again when it ends: a service, a container */
};

/* `path` as /proc/PID/cgroup has it. False when it names neither a unit nor a container. */
bool cgroup_parse(struct slice path, struct cgroup *out);

const char *container_engine_name(enum container_engine engine);  /* "docker"; NULL for none */
struct slice cgroup_short_container(const struct cgroup *c);      /* 12 digits, or the name */
/* The command that ends it for good, as text to show: "systemctl stop nginx.service", "docker stop
 * 0123456789ab". Appends nothing and returns false where there is none (a login session, an unknown
 * engine). */
bool cgroup_add_stop(struct buf *out, const struct cgroup *c);

#endif
