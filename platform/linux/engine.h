/* One question to a container engine over its unix socket, and the answer. Never waits: a step does what
 * can be done at once, and after ENGINE_LIMIT_US the conversation is over, whatever the engine does. One
 * thread. */
#ifndef PLATFORM_LINUX_ENGINE_H
#define PLATFORM_LINUX_ENGINE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"

enum { ENGINE_GIVEN, ENGINE_DOCKER, ENGINE_PODMAN_OF_USER, ENGINE_PODMAN, ENGINE_COUNT };
enum { ENGINE_LIMIT_US = 500 * 1000, ENGINE_ANSWER_MAX = 1024 * 1024, ENGINE_PATH_MAX = 108 };

struct engine {
	int fd;                      /* -1 = nothing is asked */
	int64_t until_us;
	struct buf answer;           /* owned */
};

void engine_init(struct engine *e);
void engine_done(struct engine *e);

/* Asks for the containers that run. -errno: there is no engine at `path`, or it may not be asked. */
int engine_ask(struct engine *e, const char *path, int64_t now_us);
/* 0: the answer is complete, in e->answer; -EAGAIN: not yet; -ETIMEDOUT, -EMSGSIZE, -errno: there will be
 * none. But for -EAGAIN nothing is asked any more. */
int engine_step(struct engine *e, int64_t now_us);

/* Where an engine may be, best first: DOCKER_HOST where it is a unix socket, Docker's, Podman's of the
 * user, Podman's. "" where that one is not given. */
void engine_path(unsigned n, char out[ENGINE_PATH_MAX]);

#endif
