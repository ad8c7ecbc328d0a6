/* Fills the door (platform.h) for Linux: puts the modules of this room together, and owns the steps of a
 * scan. Knows neither formats nor policies: those are theirs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "platform/linux/addresses.h"
#include "platform/linux/cgroup_index.h"
#include "platform/linux/confine.h"
#include "platform/linux/everybody.h"
#include "platform/linux/foreign.h"
#include "platform/linux/freezer.h"
#include "platform/linux/heirs.h"
#include "platform/linux/hunt.h"
#include "platform/linux/names.h"
#include "platform/linux/probe.h"
#include "platform/linux/sockets.h"
#include "platform/linux/sockevents.h"
#include "platform/linux/spawn.h"
#include "platform/linux/surroundings.h"
#include "platform/linux/target.h"
#include "platform/platform.h"

enum scan_phase { PHASE_SOCKETS, PHASE_OWNERS, PHASE_SURROUNDINGS, PHASE_DONE };

struct local {                       /* this machine */
	struct platform platform;
	struct sockets *sockets;
	struct foreign *foreign;     /* NULL = no /proc */
	struct hunt *hunt;           /* NULL = no /proc */
	struct surroundings *surroundings;   /* NULL = no /proc */
	struct cgroup_index cgroups;
	struct addresses addresses;
	struct freezer freezer;
	struct heirs heirs;
	struct names *names;
	struct kernel_limits limits; /* of the scan before */
	struct sockevents *events;   /* NULL = not here */
	struct facts *facts;         /* borrowed while a scan runs */
	struct scan_request request;
	enum scan_phase phase;
	int proc;                    /* descriptor of /proc; -1 = none */
	int proc_error;              /* why, -errno */
	bool has_died;               /* a socket died since the last scan */
	bool may_use_bpf;
};

static struct local *local_of(struct platform *p)
{
	return (struct local *)p;
}

/* A directory alone is not enough: an empty /proc has no self. */
static int open_proc(int *out)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (proc < 0)
		return -errno;
	if (faccessat(proc, "self/stat", R_OK, 0)) {
		close(proc);
		return -ENOENT;
	}
	*out = proc;
	return 0;
}

static bool find_proc(struct local *l)
{
	l->proc_error = open_proc(&l->proc);
	if (l->proc_error)
		return false;
	l->hunt = hunt_new(l->proc, l->may_use_bpf, &l->cgroups);
	l->foreign = foreign_new(l->proc);
	l->surroundings = surroundings_new(l->proc, &l->cgroups);
	return true;
}

/* With each scan until it is there: somebody may do what the gap advises, and mount it. */
static void find_proc_late(struct local *l)
{
	if (!find_proc(l))
		return;
	names_free(l->names);
	l->names = names_new(l->proc);
}

static int scan_begin(struct platform *p, const struct scan_request *request, struct facts *facts)
{
	struct local *l = local_of(p);

	if (l->proc < 0)
		find_proc_late(l);
	l->facts = facts;
	l->request = *request;
	l->phase = PHASE_SOCKETS;
	return 0;
}

static int read_sockets(struct local *l)
{
	const struct sockets_hint hint = {
		.limits = l->limits, .has_died = l->has_died, .are_deaths_told = l->events,
	};
	int error;

	l->facts->wall_ms = clock_wall_ms();
	error = sockets_read(l->sockets, &l->request, &hint, l->facts);
	if (!error && l->request.other_netns && l->foreign)
		foreign_read(l->foreign, l->has_died, l->facts);
	l->has_died = false;
	if (error)
		return error;
	if (l->hunt)
		hunt_begin(l->hunt, l->facts, &l->request);
	l->phase = PHASE_OWNERS;
	return 1;
}

static bool has_ended(void *context, const struct socket_fact *s)
{
	return sockets_has_ended(context, s);
}

static int read_owners(struct local *l, int64_t budget_us)
{
	const struct hunt_check check = {has_ended, l->sockets};

	if (l->hunt && hunt_step(l->hunt, budget_us))
		return 1;
	if (l->hunt) {
		hunt_leave_out_ended(l->hunt, l->facts, &check);
		hunt_emit(l->hunt, l->facts);
	} else {
		facts_add_gap(l->facts, GAP_PROC_MISSING, 0, -l->proc_error);
		l->facts->owners_complete = l->request.owners;   /* no later scan will know more */
	}
	l->phase = PHASE_SURROUNDINGS;
	return 1;
}

static int read_surroundings(struct local *l, int64_t budget_us)
{
	bool is_asked = l->surroundings && l->request.owners;

	if (is_asked && surroundings_step(l->surroundings, l->facts, budget_us))
		return 1;
	if (is_asked)
		surroundings_emit(l->surroundings, l->hunt, l->facts);
	if (is_asked) {
		freezer_add(&l->freezer, l->proc, l->facts, clock_monotonic_us());
		heirs_add(&l->heirs, l->proc, l->facts, clock_monotonic_us());
	}
	names_add(l->names, l->facts);
	l->limits = l->facts->limits;
	addresses_add(&l->addresses, l->facts, clock_monotonic_us());
	l->phase = PHASE_DONE;
	return 0;
}

static int take_step(struct local *l, int64_t budget_us)
{
	switch (l->phase) {
	case PHASE_SOCKETS:
		return read_sockets(l);
	case PHASE_OWNERS:
		return read_owners(l, budget_us);
	case PHASE_SURROUNDINGS:
		return read_surroundings(l, budget_us);
	case PHASE_DONE:
		break;
	}
	return 0;
}

/* As many phases as there is time for: most scans are done with one step. */
static int scan_step(struct platform *p, int64_t budget_us)
{
	int64_t until_us = clock_monotonic_us() + budget_us, left_us = budget_us;
	int result;

	do {
		result = take_step(local_of(p), left_us);
		left_us = until_us - clock_monotonic_us();
	} while (result == 1 && left_us > 0);
	return result;
}

static int lookup(struct platform *p, const struct endpoint *local, const struct endpoint *remote,
		  uint8_t state, struct socket_fact *out)
{
	const struct local *l = local_of(p);

	if (local->netns)
		return l->foreign ? foreign_lookup(l->foreign, local, state, out) : -EOPNOTSUPP;
	return sockets_lookup(l->sockets, local, remote, state, out);
}

static int destroy(struct platform *p, const struct socket_fact *socket)
{
	if (!socket->cookie || socket->state == SOCKET_LISTEN || socket->local.netns ||
	    socket->local.protocol != PROTOCOL_TCP)
		return -EINVAL;
	return sockets_destroy(local_of(p)->sockets, socket);
}

static int probe(struct platform *p, const struct probe_request *request, struct probe *out)
{
	probe_port(local_of(p)->proc, request, out);
	return 0;
}

static int processes(struct platform *p, struct facts *out)
{
	return everybody_add(local_of(p)->proc, out);
}

static int lineage(struct platform *p, int32_t pid, struct facts *out)
{
	return everybody_add_line(local_of(p)->proc, pid, out);
}

static int wake_fd(struct platform *p)
{
	const struct local *l = local_of(p);

	return l->events ? sockevents_fd(l->events) : -1;
}

static void wake_drain(struct platform *p)
{
	struct local *l = local_of(p);

	l->has_died = true;
	if (l->events)
		sockevents_drain(l->events);
}

static int open_target(struct platform *p, const struct target_id *id, struct target **out)
{
	const struct local *l = local_of(p);

	return l->proc < 0 ? l->proc_error : target_open(l->proc, id, out);
}

static bool exists(const struct local *l, const struct target_id *id)
{
	if (!id->local.netns)
		return sockets_exists(l->sockets, &id->local, id->state, id->cookie, id->inode);
	return l->foreign && foreign_exists(l->foreign, &id->local, id->state, id->cookie, id->inode);
}

static int check_target(struct platform *p, struct target *t, struct target_status *out)
{
	const struct local *l = local_of(p);
	const struct target_id *id = target_id(t);
	int error = target_check(l->proc, t, out);

	if (!error && id->inode)
		out->socket_exists = exists(l, id);
	return error;
}

static int signal_target(struct platform *p, struct target *t, int signal)
{
	(void)p;
	return target_signal(t, signal);
}

static void close_target(struct platform *p, struct target *t)
{
	(void)p;
	target_close(t);
}

static int run(struct platform *p, const char *const argv[], struct slice input, int timeout_ms)
{
	(void)p;
	return spawn_run(argv, input, timeout_ms);
}

static int run_own(struct platform *p, const char *const argv[], int timeout_ms)
{
	(void)p;
	return spawn_run_own(argv, timeout_ms);
}

static void free_local(struct platform *p)
{
	struct local *l = local_of(p);

	sockets_free(l->sockets);
	foreign_free(l->foreign);
	surroundings_free(l->surroundings);
	hunt_free(l->hunt);
	cgroup_index_done(&l->cgroups);
	addresses_done(&l->addresses);
	freezer_done(&l->freezer);
	heirs_done(&l->heirs);
	names_free(l->names);
	sockevents_free(l->events);
	if (l->proc >= 0)
		close(l->proc);
	free(l);
}

static const struct platform_ops ops = {
	.name = "linux",
	.scan_begin = scan_begin, .scan_step = scan_step, .lookup = lookup, .probe = probe,
	.destroy = destroy,
	.processes = processes,
	.lineage = lineage,
	.wake_fd = wake_fd, .wake_drain = wake_drain,
	.target_open = open_target, .target_check = check_target, .target_signal = signal_target,
	.target_close = close_target,
	.run = run, .run_own = run_own, .free = free_local,
};

static bool is_held(void *context, uint32_t inode)
{
	const struct local *l = context;

	return l->hunt && hunt_is_held(l->hunt, inode);
}

static int open_local(bool may_use_bpf, struct platform **out)
{
	struct local *l = fatal_calloc(1, sizeof *l);
	const struct listeners_hooks hooks = {is_held, l};
	int error;

	l->platform.ops = &ops;
	l->proc = -1;
	l->may_use_bpf = may_use_bpf;
	find_proc(l);
	l->names = names_new(l->proc);
	error = sockets_new(&hooks, l->proc >= 0, &l->sockets);
	if (!error) {
		sockevents_new(&l->events);          /* without it, the interval has to do */
		*out = &l->platform;
	} else {
		free_local(&l->platform);
	}
	return error;
}

int platform_linux_new(struct platform **out)
{
	return open_local(true, out);
}

int platform_linux_new_plain(struct platform **out)
{
	return open_local(false, out);
}

/* Without either lotop is no worse than it was. */
void platform_linux_confine(bool only_looks)
{
	confine_capabilities(only_looks);
	if (only_looks)
		confine_calls();
}
