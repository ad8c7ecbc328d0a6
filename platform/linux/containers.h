/* What containers are called, and which ports they publish: asked of the engine whose socket may be
 * opened, as soon as somebody on this machine is in a container or stands for one (docker-proxy); again
 * when those somebodies change, and from time to time. Never waits but in containers_wait(). One thread. */
#ifndef PLATFORM_LINUX_CONTAINERS_H
#define PLATFORM_LINUX_CONTAINERS_H

#include <stdbool.h>
#include <stdint.h>
#include "model/facts.h"

struct containers;

struct containers *containers_new(void);
void containers_free(struct containers *c);  /* NULL is fine */

/* After the holders are in `facts`: asks what is due, takes what was answered. True while an answer is
 * awaited. */
bool containers_step(struct containers *c, const struct facts *facts, int64_t now_us);
/* Until something was answered, or until then. */
void containers_wait(struct containers *c, int64_t until_us);
/* A name belongs to an id, which is never used twice. Who publishes a port is told only if nobody came or
 * went since it was asked. */
void containers_emit(const struct containers *c, struct facts *facts);

#endif
