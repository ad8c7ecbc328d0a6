/* Owns that nothing is done. Refuses to know who asks for what. */
#include "action/gate.h"

#include <errno.h>
#include <stdlib.h>
#include "base/fatal.h"

struct gate {
	struct platform base;
	struct platform *inner;
};

static struct platform *inner_of(struct platform *p)
{
	return ((struct gate *)p)->inner;
}

static int gate_scan_begin(struct platform *p, const struct scan_request *r, struct facts *out)
{
	return platform_scan_begin(inner_of(p), r, out);
}

static int gate_scan_step(struct platform *p, int64_t budget_us)
{
	return platform_scan_step(inner_of(p), budget_us);
}

static int gate_lookup(struct platform *p, const struct endpoint *local, const struct endpoint *remote,
		       uint8_t state, struct socket_fact *out)
{
	return platform_lookup(inner_of(p), local, remote, state, out);
}

/* A trial bind takes the port for a moment, a connection is noticed, a program is started: all are deeds. */
static int gate_probe(struct platform *p, const struct probe_request *r, struct probe *out)
{
	struct probe_request looks = *r;

	if (r->only_binds)
		return -EROFS;
	looks.binds = false;
	looks.starts_nothing = true;
	looks.connect = (struct endpoint){ 0 };
	return platform_probe(inner_of(p), &looks, out);
}

static int gate_wake_fd(struct platform *p)
{
	return inner_of(p)->ops->wake_fd(inner_of(p));
}

static void gate_wake_drain(struct platform *p)
{
	inner_of(p)->ops->wake_drain(inner_of(p));
}

static int gate_lineage(struct platform *p, int32_t pid, struct facts *out)
{
	return inner_of(p)->ops->lineage(inner_of(p), pid, out);
}

static int gate_processes(struct platform *p, struct facts *out)
{
	return inner_of(p)->ops->processes(inner_of(p), out);
}

static int gate_target_open(struct platform *p, const struct target_id *id, struct target **out)
{
	return inner_of(p)->ops->target_open(inner_of(p), id, out);
}

static int gate_target_check(struct platform *p, struct target *t, struct target_status *out)
{
	return inner_of(p)->ops->target_check(inner_of(p), t, out);
}

static void gate_target_close(struct platform *p, struct target *t)
{
	inner_of(p)->ops->target_close(inner_of(p), t);
}

static int refuse_signal(struct platform *p, struct target *t, int signal)
{
	(void)p, (void)t, (void)signal;
	return -EROFS;
}

static int refuse_destroy(struct platform *p, const struct socket_fact *socket)
{
	(void)p;
	(void)socket;
	return -EROFS;
}

static int refuse_run_own(struct platform *p, const char *const argv[], int timeout_ms)
{
	(void)p, (void)argv, (void)timeout_ms;
	return -EROFS;
}

static int refuse_run(struct platform *p, const char *const argv[], struct slice input, int timeout_ms)
{
	(void)p, (void)argv, (void)input, (void)timeout_ms;
	return -EROFS;
}

static void gate_free(struct platform *p)
{
	platform_free(inner_of(p));
	free(p);
}

static const struct platform_ops ops = {
	.name = "read-only",
	.scan_begin = gate_scan_begin, .scan_step = gate_scan_step, .lookup = gate_lookup,
		.probe = gate_probe,
	.wake_fd = gate_wake_fd, .wake_drain = gate_wake_drain, .processes = gate_processes,
	.lineage = gate_lineage,
	.target_open = gate_target_open, .target_check = gate_target_check, .target_close = gate_target_close,
	.target_signal = refuse_signal, .destroy = refuse_destroy, .run = refuse_run, .run_own = refuse_run_own, .free = gate_free,
};

struct platform *gate_new(struct platform *inner)
{
	struct gate *g = fatal_calloc(1, sizeof *g);

	g->base.ops = &ops;
	g->inner = inner;
	return &g->base;
}
