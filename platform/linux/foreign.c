/* Owns what is known of other namespaces from look to look, and the two ways to read one. Refuses to know
 * how one is entered (netns.c), and who holds its sockets: inodes are one row of numbers for the whole
 * machine, so the hunt for holders finds them as all others. */
#include "platform/linux/foreign.h"
#include <errno.h>
#include <stdlib.h>
#include "base/array.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "platform/linux/netns.h"
#include "platform/linux/pace.h"
#include "platform/linux/procfs.h"
#include "platform/linux/procnet.h"
#include "platform/linux/tables.h"

enum { COMM_BYTES = 32, CGROUP_BYTES = 1024 };

struct foreign {
	int proc;                    /* borrowed */
	struct netns_list namespaces;
	struct socket_fact *sockets; /* owned; of all of them */
	size_t count, cap;
	struct pace pace;
	bool is_missed;              /* a lookup did not find what the last look knew */
	uint32_t unread;             /* namespaces that could not be read */
	int error;                   /* why: 0 or -errno of the last such one */
};

struct foreign *foreign_new(int proc)
{
	struct foreign *f = fatal_calloc(1, sizeof *f);

	f->proc = proc;
	return f;
}

void foreign_free(struct foreign *f)
{
	if (!f)
		return;
	netns_list_done(&f->namespaces);
	free(f->sockets);
	free(f);
}

/* One namespace, read from inside. */
struct look {
	const struct sockdiag_query *queries;
	size_t query_count;
	struct socket_list found;
	int error;
};

static void look_around(void *context)
{
	struct look *look = context;
	struct tables tables = { .has_no_files = true };

	look->error = tables_open(&tables);
	for (size_t i = 0; !look->error && i < look->query_count; i++)
		look->error = tables_dump(&tables, &look->queries[i], &look->found, NULL);
	tables_close(&tables);
}

struct filter {
	const struct sockdiag_query *query;
	struct socket_list *out;
};

static void take_line(void *context, const struct socket_fact *s)
{
	const struct filter *filter = context;

	if (sockdiag_state_bit(s->state) & filter->query->states &&
	    (!filter->query->port || filter->query->port == s->local.port))
		socket_list_add(filter->out, s);
}

/* By the eyes of a process in there: it has to be so before and after, for a pid may become somebody
 * else's, even one of this namespace. */
static int read_files(const struct foreign *f, const struct netns_entry *e, struct look *look)
{
	int error = e->pid ? 0 : -EPERM;

	if (!error && !netns_has_process(f->proc, e))
		return -ESTALE;
	for (size_t i = 0; !error && i < look->query_count; i++) {
		struct filter filter = { &look->queries[i], &look->found };
		uint8_t protocol = look->queries[i].protocol;

		error = procnet_read_of(e->pid, protocol, FAMILY_IPV4, take_line, &filter);
		procnet_read_of(e->pid, protocol, FAMILY_IPV6, take_line, &filter);   /* may be absent */
	}
	return error || netns_has_process(f->proc, e) ? error : -ESTALE;
}

static bool is_gone(int error)
{
	return error == -ENOENT || error == -ESTALE;
}

/* 0 and look->found, whose memory is the caller's either way; -ESTALE, -ENOENT: it is gone. */
static int read_namespace(const struct foreign *f, const struct netns_entry *e, struct look *look)
{
	int error = netns_visit(f->proc, e, look_around, look);

	if ((!error && !look->error) || is_gone(error))
		return error;
	socket_list_clear(&look->found, NULL);
	return read_files(f, e, look);
}

static void read_listeners(struct foreign *f, const struct netns_entry *e)
{
	static const struct sockdiag_query queries[] = {
		{ .protocol = PROTOCOL_TCP, .states = 1u << SOCKET_LISTEN, .is_brief = true },
		{ .protocol = PROTOCOL_UDP, .states = 1u << SOCKET_CLOSE, .is_brief = true },
	};
	struct look look = { .queries = queries, .query_count = sizeof queries / sizeof *queries };
	int error = read_namespace(f, e, &look);

	if (error && !is_gone(error)) {
		f->unread++;
		f->error = error;
	}
	for (size_t i = 0; !error && i < look.found.count; i++) {
		struct socket_fact *s = &ARRAY_PUSH(f->sockets, f->count, f->cap);

		*s = look.found.items[i];
		s->local.netns = s->remote.netns = e->inode;
	}
	socket_list_done(&look.found);
}

static void look_everywhere(struct foreign *f)
{
	f->count = f->unread = 0;
	f->error = 0;
	netns_list_read(&f->namespaces, f->proc);
	for (size_t i = 0; i < f->namespaces.count; i++)
		read_listeners(f, &f->namespaces.items[i]);
}

/* Where the texts of a netns_fact stand while it is made. */
struct texts {
	char comm[COMM_BYTES], cgroup[CGROUP_BYTES];
};

static struct slice read_text(const struct foreign *f, int32_t pid, const char *name, char *bytes,
			      size_t size)
{
	char path[PROCFS_PATH];
	int error;

	procfs_path(path, pid, 0, name);
	return procfs_read(f->proc, path, bytes, size, &error);
}

static struct netns_fact describe(const struct foreign *f, const struct netns_entry *e, struct texts *texts)
{
	struct netns_fact fact = { .inode = e->inode, .pid = e->pid, .name = slice_of(e->name) };
	struct slice comm;

	if (!e->pid)
		return fact;
	comm = read_text(f, e->pid, "comm", texts->comm, sizeof texts->comm);
	fact.comm = slice_cut(&comm, '\n');
	fact.cgroup = procfs_parse_cgroup(
		read_text(f, e->pid, "cgroup", texts->cgroup, sizeof texts->cgroup));
	return fact;
}

static void add_namespace(const struct foreign *f, const struct netns_entry *e, struct facts *facts)
{
	struct texts texts;
	struct netns_fact fact = describe(f, e, &texts);

	facts_add_netns(facts, &fact);
}

void foreign_read(struct foreign *f, bool is_hinted, struct facts *facts)
{
	int64_t now_us = clock_monotonic_us();

	if (f->is_missed || pace_is_due(&f->pace, now_us, is_hinted)) {
		f->is_missed = false;
		look_everywhere(f);
		pace_looked(&f->pace, now_us, clock_monotonic_us());
	}
	facts->has_other_netns = true;
	for (size_t i = 0; i < f->count; i++)
		*facts_add_socket(facts) = f->sockets[i];
	for (size_t i = 0; i < f->namespaces.count; i++)
		add_namespace(f, &f->namespaces.items[i], facts);
	if (f->namespaces.denied)
		facts_add_gap(facts, GAP_NETNS_HIDDEN, f->namespaces.denied, EACCES);
	if (f->unread)
		facts_add_gap(facts, GAP_NETNS_UNREAD, f->unread, -f->error);
}

void foreign_each(struct foreign *f, uint8_t protocol, uint16_t port,
		  void (*each)(void *context, const struct netns_fact *netns, const struct socket_fact *s),
		  void *context)
{
	const struct sockdiag_query query = {
		.protocol = protocol, .port = port,
		.states = protocol == PROTOCOL_UDP ? 1u << SOCKET_CLOSE : 1u << SOCKET_LISTEN,
	};

	netns_list_read(&f->namespaces, f->proc);
	for (size_t i = 0; i < f->namespaces.count; i++) {
		struct look look = { .queries = &query, .query_count = 1 };
		struct netns_fact fact;
		struct texts texts;

		if (read_namespace(f, &f->namespaces.items[i], &look) == 0 && look.found.count) {
			fact = describe(f, &f->namespaces.items[i], &texts);
			for (size_t k = 0; k < look.found.count; k++)
				each(context, &fact, &look.found.items[k]);
		}
		socket_list_done(&look.found);
	}
}

static int look_into(const struct foreign *f, uint32_t inode, struct look *look)
{
	uint64_t index;

	if (!map_get(&f->namespaces.by_inode, inode, &index))
		return -ENOENT;
	return read_namespace(f, &f->namespaces.items[index], look);
}

/* The process that led into it may be gone, and another one be there: who lives in it is looked up once
 * more. */
static int find_port(struct foreign *f, const struct endpoint *local, uint8_t state, struct socket_list *out)
{
	const struct sockdiag_query query = {
		.protocol = local->protocol, .family = local->family, .port = local->port,
		.states = sockdiag_state_bit(state),
	};
	struct look look = { .queries = &query, .query_count = 1 };
	int error = look_into(f, local->netns, &look);

	if (is_gone(error)) {
		netns_list_read(&f->namespaces, f->proc);
		error = look_into(f, local->netns, &look);
	}
	*out = look.found;
	for (size_t i = 0; i < out->count; i++)
		out->items[i].local.netns = out->items[i].remote.netns = local->netns;
	return is_gone(error) ? -ENOENT : error;
}

static bool is_at(const struct socket_fact *s, const struct endpoint *local, uint8_t state)
{
	return s->state == state && endpoint_equal(&s->local, local);
}

int foreign_lookup(struct foreign *f, const struct endpoint *local, uint8_t state, struct socket_fact *out)
{
	struct socket_list found = { 0 };
	int error = find_port(f, local, state, &found);
	size_t i = 0;

	while (!error && i < found.count && !is_at(&found.items[i], local, state))
		i++;
	if (!error && i < found.count)
		*out = found.items[i];
	else if (!error)
		error = -ENOENT;
	f->is_missed |= error == -ENOENT;
	socket_list_done(&found);
	return error;
}

bool foreign_exists(struct foreign *f, const struct endpoint *local, uint8_t state, uint64_t cookie,
		    uint32_t inode)
{
	struct socket_list found = { 0 };
	bool exists = false;

	if (find_port(f, local, state, &found) == 0)
		for (size_t i = 0; i < found.count && !exists; i++) {
			const struct socket_fact *s = &found.items[i];

			exists = is_at(s, local, state) && s->inode == inode &&
				 (!cookie || !s->cookie || s->cookie == cookie);
		}
	socket_list_done(&found);
	return exists;
}
