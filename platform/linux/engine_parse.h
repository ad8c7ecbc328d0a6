/* What a container engine (Docker, Podman) answers to GET /containers/json, taken apart: bytes in, values
 * out. Texts stay raw: a container may be called anything. Whatever else the answer holds is skipped.
 * Source: Docker Engine API 1.24 and later, "List containers"; Podman's compatible API. */
#ifndef PLATFORM_LINUX_ENGINE_PARSE_H
#define PLATFORM_LINUX_ENGINE_PARSE_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/slice.h"
#include "model/fact.h"

enum { ENGINE_CONTAINERS_MAX = 1024, ENGINE_PORTS_MAX = 64, ENGINE_TEXT_MAX = 128 };

struct engine_list {                 /* zeroed = empty */
	struct arena arena;          /* owns the texts */
	struct container_fact *items;    /* owned: one for each container, and for each published port */
	size_t count, cap;
};

/* A whole answer: status line, headers, body. Adds to *out. 0; -EBADMSG where it is none, or no JSON;
 * -EACCES, -ENOENT by its status. */
int engine_parse(struct slice answer, struct engine_list *out);
void engine_list_done(struct engine_list *l);

#endif
