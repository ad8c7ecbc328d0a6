/* Numbers -> safe names, each made once for a snapshot: users, devices, services.
 * A step of snapshot_build(). */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include "base/arena.h"
#include "base/map.h"
#include "model/snapshot.h"

struct names {
	struct arena *arena;         /* borrowed: owns the names */
	const struct facts *facts;   /* borrowed */
	struct map users, devices, services;
	struct map namespaces;       /* by inode, of those that were asked for */
};

void names_init(struct names *n, struct arena *arena, const struct facts *facts);
void names_done(struct names *n);    /* the names stay */

/* The number itself where it has no name; NULL for UID_UNKNOWN. */
const char *names_user(struct names *n, uint32_t uid);
/* "if7" where it has no name; NULL for 0, any device. */
const char *names_device(struct names *n, uint32_t ifindex);
/* The same of another network namespace, whose names are not known: all but "lo" are numbers. */
const char *names_foreign_device(struct names *n, uint32_t ifindex);
/* NULL where none is known. */
const char *names_service(const struct names *n, uint8_t protocol, uint16_t port);
/* What stands behind a row at `local`; NULL where nothing was told. */
const struct publication *names_publication(struct names *n, const struct endpoint *local);
/* NULL for 0, this network namespace. */
const struct netns *names_netns(struct names *n, uint32_t inode);

#endif
