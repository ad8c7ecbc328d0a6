/* What a container is called, and what stands behind a port that it publishes: as its engine told. Pure. */
#ifndef MODEL_CONTAINER_H
#define MODEL_CONTAINER_H

#include "model/cgroup.h"
#include "model/facts.h"

/* Its name, raw; its short id where nobody told one. `facts` NULL: nobody did. */
struct slice container_label(const struct facts *facts, const struct cgroup *cgroup);
struct slice container_short_id(struct slice id);    /* 12 digits, as engines print it */
/* Its name, raw; empty where nobody told one. */
struct slice container_name(const struct facts *facts, struct slice id);
/* Which container publishes a port at `local`; NULL: none, as far as was told. */
const struct container_fact *container_behind(const struct facts *facts, const struct endpoint *local);

#endif
