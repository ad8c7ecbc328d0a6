/* Owns which holders are worth a look: all of a listener, where nobody among them has a parent that
 * started it and is still there. Those are few, so the look costs nothing where servers run in a
 * terminal or as services. Owns, too, the question whether one of them has an accepted connection: it is
 * busy then, whatever it waits for. Refuses to judge. */
#include "platform/linux/heirs.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/clock.h"
#include "model/cgroup.h"
#include "model/shared.h"
#include "platform/linux/procfs.h"
#include "platform/linux/tables.h"
#include "platform/linux/waiter.h"
#include "platform/linux/walk.h"

enum { HOLDERS_MAX = 16, LOOKS_MAX = 64, STAT_BYTES = 1024, INIT = 1 };

enum { GONE = -1, UNREADABLE = -2 };         /* of a parent, in the place of its session */

enum { IN_USE = UINT16_MAX };                /* by somebody whose parent started it, or by too many */

struct choice {                              /* of one look */
	struct heirs *h;
	int proc;
	const struct facts *facts;
	struct map parents;                  /* pid -> its session, GONE, UNREADABLE */
	struct map processes;                /* pid -> its index among the processes */
	struct map adopted;                  /* pids */
	struct map listeners;                /* inode -> how many holders, or IN_USE */
	struct map links;                    /* inode and pid */
	struct tables tables;
};

static uint64_t link_of(uint32_t inode, int32_t pid)
{
	return (uint64_t)inode << 32 | (uint32_t)pid;
}

/* Whoever is told of as its parent may have ended since; one that nobody reaps is a zombie. */
static int32_t session_of(struct choice *c, int32_t pid)
{
	char path[PROCFS_PATH], bytes[STAT_BYTES];
	struct proc_stat stat;
	uint64_t known;
	int32_t session = UNREADABLE;
	int error;

	if (map_get(&c->parents, (uint32_t)pid, &known))
		return (int32_t)known;
	procfs_path(path, pid, 0, "stat");
	if (!procfs_parse_stat(procfs_read(c->proc, path, bytes, sizeof bytes, &error), &stat))
		session = stat.state == 'Z' || stat.state == 'X' ? GONE : stat.session;
	else if (kill(pid, 0) && errno == ESRCH)
		session = GONE;
	map_put(&c->parents, (uint32_t)pid, (uint64_t)session);
	return session;
}

static bool is_in_service(const struct process_fact *p)
{
	struct cgroup cgroup;

	return cgroup_parse(p->cgroup, &cgroup) && cgroup.kind == UNIT_SERVICE;
}

/* Who leads a session has left its parent's: a daemon, mostly, that init has taken in. */
static bool is_daemon(const struct process_fact *p)
{
	return p->session == p->pid && p->ppid == INIT && !is_in_service(p);
}

/* Init may be of the same session, in a container. Then the first of its group, who was not started by
 * init, is gone. */
static bool is_inits(struct choice *c, const struct process_fact *p)
{
	return p->ppid == INIT && p->group > 0 && p->group != p->pid && session_of(c, p->group) == GONE;
}

/* A fork stays in the session of its parent: a parent in another one took the process in. Session 0 is
 * one of another pid namespace. */
static bool is_adopted(struct choice *c, const struct process_fact *p)
{
	int32_t session;

	if (p->ppid <= 0 || p->session == p->pid)
		return is_daemon(p);
	session = session_of(c, p->ppid);
	return (p->session > 0 && session != UNREADABLE && session != p->session) || is_inits(c, p);
}

static bool find_adopted(struct choice *c)
{
	for (size_t i = 0; i < c->facts->process_count; i++)
		if (is_adopted(c, &c->facts->processes[i]))
			map_put(&c->adopted, (uint32_t)c->facts->processes[i].pid, 0);
	return c->adopted.count;
}

static bool is_listener(const struct socket_fact *s)
{
	return s->state == SOCKET_LISTEN && s->inode && !s->local.netns;
}

static void index_links(struct choice *c)
{
	const struct facts *f = c->facts;

	for (size_t i = 0; i < f->process_count; i++)
		map_put(&c->processes, (uint32_t)f->processes[i].pid, i);
	for (size_t i = 0; i < f->socket_count; i++)
		if (is_listener(&f->sockets[i]))
			map_put(&c->listeners, f->sockets[i].inode, 0);
	for (size_t i = 0; i < f->holder_count; i++)
		map_put(&c->links, link_of(f->holders[i].inode, f->holders[i].pid), 0);
}

/* Somebody there started it: that parent has the socket, too, or is no heir's. */
static bool was_left_behind(const struct choice *c, const struct holder_fact *holder)
{
	uint64_t index;

	if (map_has(&c->adopted, (uint32_t)holder->pid))
		return true;
	return map_get(&c->processes, (uint32_t)holder->pid, &index) &&
	       map_has(&c->links, link_of(holder->inode, c->facts->processes[index].ppid));
}

static void count_holders(struct choice *c)
{
	for (size_t i = 0; i < c->facts->holder_count; i++) {
		const struct holder_fact *holder = &c->facts->holders[i];
		uint64_t count;

		if (!map_get(&c->listeners, holder->inode, &count) || count == IN_USE)
			continue;
		count = count < HOLDERS_MAX && was_left_behind(c, holder) ? count + 1 : IN_USE;
		map_put(&c->listeners, holder->inode, count);
	}
}

static const struct socket_fact *find_socket(const struct facts *facts, uint32_t inode)
{
	for (size_t i = 0; i < facts->socket_count; i++)
		if (facts->sockets[i].inode == inode)
			return &facts->sockets[i];
	return NULL;
}

/* 0, or -errno: nobody knows. */
static int list_accepted(struct choice *c, const struct socket_fact *listener, struct map *inodes)
{
	const struct sockdiag_query query = {
		.protocol = listener->local.protocol, .port = listener->local.port, .is_brief = true,
		.states = 1u << SOCKET_ESTABLISHED | 1u << SOCKET_CLOSE_WAIT | 1u << SOCKET_FIN_WAIT_1 |
			  1u << SOCKET_FIN_WAIT_2 | 1u << SOCKET_LAST_ACK | 1u << SOCKET_CLOSING,
	};
	struct socket_list list = {0};
	int error;

	tables_open(&c->tables);
	error = tables_dump(&c->tables, &query, &list, NULL);
	for (size_t i = 0; i < list.count; i++)
		if (list.items[i].inode)
			map_put(inodes, list.items[i].inode, 0);
	socket_list_done(&list);
	return error;
}

/* Is it busy with a connection that came in by that socket? Unsure is busy. */
static bool is_busy(struct choice *c, const struct wait_fact *wait)
{
	const struct socket_fact *listener = find_socket(c->facts, wait->inode);
	struct map accepted = {0};
	struct finds finds = {0};
	uint32_t ignored;
	bool is_busy;

	is_busy = !listener || list_accepted(c, listener, &accepted) ||
		  (accepted.count &&
		   (walk_table(c->proc, wait->pid, 0, &accepted, &finds, &ignored) || finds.count));
	map_done(&accepted);
	free(finds.items);
	return is_busy;
}

/* What is known of it may be old, and it may be stopped since: then it does not wait for anything. */
static bool is_going_on(struct choice *c, int32_t pid)
{
	char path[PROCFS_PATH], bytes[STAT_BYTES];
	struct proc_stat stat;
	int error;

	procfs_path(path, pid, 0, "stat");
	return !procfs_parse_stat(procfs_read(c->proc, path, bytes, sizeof bytes, &error), &stat) &&
	       !strchr("TtZX", stat.state);
}

/* Has nothing changed since it had waited so often? A server may have closed its connection in between. */
static bool still_rests(struct choice *c, const struct wait_fact *wait, uint64_t count)
{
	struct wait_fact again;
	uint64_t now;

	waiter_read(c->proc, wait->pid, wait->inode, &again);
	return again.is_waiting == TRISTATE_FALSE && waiter_count(c->proc, wait->pid, &now) && now == count;
}

static void look_at(struct choice *c, const struct holder_fact *holder)
{
	struct wait_fact *wait;
	uint64_t count;

	if (!is_going_on(c, holder->pid) || !waiter_count(c->proc, holder->pid, &count))
		return;
	wait = &ARRAY_PUSH(c->h->waits, c->h->count, c->h->cap);
	waiter_read(c->proc, holder->pid, holder->inode, wait);
	wait->is_adopted = map_has(&c->adopted, (uint32_t)holder->pid);
	if (wait->is_waiting != TRISTATE_FALSE || (!is_busy(c, wait) && still_rests(c, wait, count)))
		return;
	wait->is_waiting = TRISTATE_UNKNOWN;
	wait->kind = WAIT_UNKNOWN;
}

static void look_at_all(struct choice *c)
{
	for (size_t i = 0; i < c->facts->holder_count && c->h->count < LOOKS_MAX; i++) {
		const struct holder_fact *holder = &c->facts->holders[i];
		uint64_t count, looked;

		if (!map_get(&c->listeners, holder->inode, &count) || count == IN_USE ||
		    (map_get(&c->links, link_of(holder->inode, holder->pid), &looked) && looked))
			continue;
		map_put(&c->links, link_of(holder->inode, holder->pid), 1);
		look_at(c, holder);
	}
}

static void look(struct heirs *h, int proc, const struct facts *facts)
{
	struct choice c = {.h = h, .proc = proc, .facts = facts};

	owners_unref(h->owners);
	h->owners = facts->owners ? owners_ref(facts->owners) : NULL;
	h->count = 0;
	if (find_adopted(&c)) {
		index_links(&c);
		count_holders(&c);
		look_at_all(&c);
	}
	tables_close(&c.tables);
	map_done(&c.parents);
	map_done(&c.processes);
	map_done(&c.adopted);
	map_done(&c.listeners);
	map_done(&c.links);
}

/* What a look costs is counted by the processor's time: on a busy machine a role would be old for long. */
void heirs_add(struct heirs *h, int proc, struct facts *facts, int64_t now_us)
{
	if (pace_is_due(&h->pace, now_us, facts->owners != h->owners)) {
		int64_t began_us = clock_cpu_us();

		look(h, proc, facts);
		pace_looked(&h->pace, now_us, now_us + clock_cpu_us() - began_us);
	}
	for (size_t i = 0; i < h->count; i++)
		facts_add_wait(facts, &h->waits[i]);
}

void heirs_done(struct heirs *h)
{
	owners_unref(h->owners);
	free(h->waits);
}
