/* What the rules of model/why look at, and the words in which they speak. */
#ifndef MODEL_WHY_SCENE_H
#define MODEL_WHY_SCENE_H

#include "base/buf.h"
#include "model/probe.h"
#include "model/snapshot.h"

struct why_scene {
	const struct snapshot *snapshot;
	const struct probe *probe;           /* never NULL; all unknown where nothing was probed */
	struct endpoint at;                  /* family 0: localhost is meant */
	const struct listener *v4, *v6;      /* who answers at 127.0.0.1 and at ::1; NULL = nobody */
	const struct listener *server;       /* who answers at what was asked for; NULL = nobody */
	const struct listener *other;        /* where nobody does: a listener of the port at another address */
};

struct why_draft {                           /* what one rule says, if it holds; zeroed = nothing */
	struct buf answer, remedy;           /* an empty remedy: the one of the table */
	struct buf evidence;                 /* lines, each ended by '\n' */
};

void scene_init(struct why_scene *c, const struct snapshot *s, const struct probe *probe,
		const struct endpoint *at);

/* Walks the rows / sockets of the port (and its protocol), *index starting at 0; NULL at the end. Rows of
 * leftovers on the client side are left out; sockets are those with that local port, in any state. */
const struct listener *scene_next_row(const struct why_scene *c, size_t *index);
const struct socket_fact *scene_next_socket(const struct why_scene *c, size_t *index);
/* A socket of the port in one of `states` (bits 1u << state) that stands in the way of what was asked for;
 * NULL. */
const struct socket_fact *scene_socket(const struct why_scene *c, uint32_t states);
/* The first process that has the socket open; NULL. */
const struct process *scene_holder(const struct why_scene *c, const struct socket_fact *s);
/* `server`, else `other`. */
const struct listener *scene_anywhere(const struct why_scene *c);
/* The same, but for another address that does not stand in the way: how its server is, is no answer. */
const struct listener *scene_listener(const struct why_scene *c);
/* Who takes a connection to `e`, by the rows alone. */
const struct listener *scene_row_at(const struct why_scene *c, const struct endpoint *e);

/* Do two sockets of one port exclude each other, whatever their options? */
bool endpoints_meet(const struct endpoint *a, int8_t a_v6only, const struct endpoint *b, int8_t b_v6only);
/* TRISTATE_UNKNOWN where the probe does not know. A 127.0.0.0/8 address is local as long as lo has one. */
int8_t scene_is_local(const struct why_scene *c, const struct endpoint *e);

/* The trial binds of what was asked for: the one address, or all forms. */
bool scene_was_refused(const struct why_scene *c, int error);     /* some plain trial ended with `error` */
bool scene_was_tried(const struct why_scene *c);
/* Could some form be bound with SO_REUSEADDR that could not without? PROBE_UNTRIED, 0 = yes, else
 * the errno. */
int scene_reuse_error(const struct why_scene *c);

/* Words: "port 3000" or "127.0.0.1:3000"; "node 4211 (alice)"; "127.0.0.1:3000". */
void scene_add_asked(struct buf *out, const struct why_scene *c);
void scene_add_endpoint(struct buf *out, const struct why_scene *c, const struct endpoint *e);
void scene_add_owner(struct buf *out, const struct listener *l);
void scene_add_process(struct buf *out, const struct process *p);
void scene_add_seconds(struct buf *out, int32_t ms);              /* "41 s" */
void draft_line(struct why_draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
