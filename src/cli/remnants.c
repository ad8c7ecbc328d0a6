/* Owns which sockets may be closed without their process: TIME-WAIT, FIN-WAIT, CLOSE-WAIT and the like, each told to the
 * kernel by its cookie. A listener never: its process would go on without hearing anything, and the port would
 * stay taken (tcp_abort() on a listener, Linux 4.5 to 6.18). What became of it is looked up, not assumed. */
#include "cli/remnants.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/array.h"
#include "cli/ask.h"
#include "cli/complain.h"
#include "cli/jsonout.h"
#include "cli/output.h"
#include "cli/print.h"
#include "model/rows.h"

struct remnant {                     /* one row that was meant */
	const struct listener *row;  /* borrowed from the snapshot */
	const char *refusal;         /* static; NULL = it may be closed */
	unsigned closed, gone;
	int error;                   /* the first; 0 = none */
	bool is_left;                /* afterwards there is still something of it */
};

struct remnants {
	struct remnant *items;
	size_t count, cap;
};

static const char *refusal_of(const struct listener *l)
{
	if (l->key.kind <= ROW_BOUND)
		return "its server would go on deaf, with the port still taken: without --socket the process is ended";
	if (l->key.endpoint.netns)
		return "it is in another network namespace";
	return l->key.endpoint.protocol == PROTOCOL_TCP ? NULL : "only TCP has remains";
}

static void add_row(struct remnants *r, const struct listener *l)
{
	for (size_t i = 0; i < r->count; i++)
		if (!row_key_compare(&r->items[i].row->key, &l->key))
			return;
	ARRAY_PUSH(r->items, r->count, r->cap) = (struct remnant){ .row = l, .refusal = refusal_of(l) };
}

static void find(struct remnants *r, const struct options *o, const struct snapshot *s, const struct aim *aims)
{
	struct tracker *t = tracker_new();
	struct rows rows = { 0 };

	tracker_update(t, s);
	for (size_t i = 0; i < o->word_count; i++) {
		const struct rows_options asked = {
			.query = aims[i].query, .show_leftovers = true,
			.show_all = o->show_all || aims[i].is_place,
		};

		rows_update(&rows, t, &asked);
		for (size_t k = 0; k < rows.count; k++)
			add_row(r, rows.items[k]->listener);
		if (!rows.count)
			complain(aims[i].text, "nothing is there", NULL);
	}
	rows_done(&rows);
	tracker_free(t);
}

static void add_place(struct buf *out, const struct listener *l)
{
	if (l->key.kind == ROW_CLIENT_LEFTOVER)
		buf_printf(out, "client ports to :%u", l->key.endpoint.port);
	else
		endpoint_add(out, &l->key.endpoint, l->device);
}

static size_t count_sockets(const struct remnants *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += r->items[i].refusal ? 0 : r->items[i].row->socket_count;
	return count;
}

static void close_all(struct remnants *r, struct platform *p)
{
	for (size_t i = 0; i < r->count; i++) {
		struct remnant *item = &r->items[i];

		for (uint32_t k = 0; !item->refusal && k < item->row->socket_count; k++) {
			int error = p->ops->destroy(p, item->row->sockets[k]);

			item->closed += !error;
			item->gone += error == -ENOENT;
			if (error && error != -ENOENT && !item->error)
				item->error = error;
		}
	}
}

/* Asked of the kernel again, by both ends: a new connection of the same port has another cookie. */
static bool is_there(struct platform *p, const struct socket_fact *was)
{
	struct socket_fact now;

	return platform_lookup(p, &was->local, &was->remote, was->state, &now) == 0 && now.cookie == was->cookie;
}

static void look_again(struct remnants *r, struct platform *p)
{
	for (size_t i = 0; i < r->count; i++)
		for (uint32_t k = 0; !r->items[i].refusal && k < r->items[i].row->socket_count; k++)
			r->items[i].is_left |= is_there(p, r->items[i].row->sockets[k]);
}

static const char *reason(int error)
{
	switch (error) {
	case -EPERM:
	case -EACCES:
		return "not permitted: run lotop with sudo";
	case -EOPNOTSUPP:
		return "this kernel cannot close a socket for somebody else (CONFIG_INET_DIAG_DESTROY)";
	case -EROFS:
		return "read-only: nothing is closed";
	default:
		return strerror(-error);
	}
}

static const char *outcome_of(const struct remnant *r, bool is_dry_run)
{
	if (r->refusal)
		return "refused";
	if (is_dry_run)
		return "planned";
	return r->error ? "failed" : r->is_left ? "still-held" : "released";
}

static void add_text(struct buf *out, const struct remnant *r, bool is_dry_run)
{
	uint32_t count = r->row->socket_count;

	if (r->refusal)
		buf_printf(out, "refused: %s", r->refusal);
	else if (is_dry_run)
		buf_printf(out, "%u %s would be closed", count, count == 1 ? "socket" : "sockets");
	else if (r->error)
		buf_printf(out, "%u of %u closed: %s", r->closed, count, reason(r->error));
	else
		buf_printf(out, "%u closed%s", r->closed, r->is_left ? ", but some are still there" : ", none is left");
}

static void add_line(struct buf *out, const struct remnant *r, bool is_dry_run)
{
	add_place(out, r->row);
	buf_printf(out, " %s: ", socket_state_name(r->row->socket->state));
	add_text(out, r, is_dry_run);
	buf_add_char(out, '\n');
}

static void add_key(struct buf *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	jsonout_text(out, slice_of(text));
}

static void add_json(struct buf *out, const struct remnant *r, bool is_dry_run)
{
	struct buf text = { 0 };

	jsonout_line(out);
	jsonout_open(out, '{');
	add_place(&text, r->row);
	add_key(out, "at", buf_string(&text));
	jsonout_integer(out, "port", r->row->key.endpoint.port);
	add_key(out, "state", socket_state_name(r->row->socket->state));
	jsonout_integer(out, "sockets", r->row->socket_count);
	jsonout_integer(out, "closed", r->closed);
	add_key(out, "outcome", outcome_of(r, is_dry_run));
	buf_clear(&text);
	add_text(&text, r, is_dry_run);
	add_key(out, "text", buf_string(&text));
	jsonout_close(out, '}');
	buf_done(&text);
}

static int status_of(const struct remnants *r, bool is_dry_run)
{
	size_t done = 0, refused = 0;

	for (size_t i = 0; i < r->count; i++) {
		done += !r->items[i].refusal && (is_dry_run || (!r->items[i].error && !r->items[i].is_left));
		refused += r->items[i].refusal || r->items[i].error == -EPERM || r->items[i].error == -EOPNOTSUPP;
	}
	if (!r->count)
		return STATUS_NOTHING;
	if (done == r->count)
		return STATUS_FOUND;
	return done ? STATUS_PARTLY : refused == r->count ? STATUS_REFUSED : STATUS_HELD;
}

static int tell(const struct options *o, const struct remnants *r)
{
	int status = status_of(r, o->is_dry_run);
	struct buf text = { 0 };

	if (o->as_json) {
		jsonout_open(&text, '{');
		jsonout_integer(&text, "schema", PRINT_SCHEMA);
		jsonout_flag(&text, "dry_run", o->is_dry_run);
		jsonout_integer(&text, "status", status);
		jsonout_key(&text, "remnants");
		jsonout_open(&text, '[');
	}
	for (size_t i = 0; i < r->count; i++)
		(o->as_json ? add_json : add_line)(&text, &r->items[i], o->is_dry_run);
	if (o->as_json) {
		jsonout_close(&text, ']');
		jsonout_close(&text, '}');
		buf_add_char(&text, '\n');
	}
	if (output_write(STDOUT_FILENO, &text))
		status = STATUS_BLIND;
	buf_done(&text);
	return status;
}

static bool is_confirmed(const struct options *o, const struct remnants *r)
{
	struct buf question = { 0 };
	bool is_yes;

	if (o->is_confirmed)
		return true;
	if (!ask_is_possible()) {
		complain("kill", "nobody can be asked: this is no terminal", "--yes, or -n to see the plan");
		return false;
	}
	buf_printf(&question, "Close %zu sockets, whose other ends are reset, and which a process that has one open sees as "
		   "an error?", count_sockets(r));
	is_yes = ask_yes(buf_string(&question));
	buf_done(&question);
	return is_yes;
}

int remnants_close(const struct options *o, struct platform *p, const struct snapshot *s, const struct aim *aims)
{
	struct remnants r = { 0 };
	int status = STATUS_REFUSED;

	find(&r, o, s, aims);
	if (!o->is_dry_run && count_sockets(&r) && is_confirmed(o, &r)) {
		close_all(&r, p);
		look_again(&r, p);
		status = tell(o, &r);
	} else if (o->is_dry_run || !count_sockets(&r)) {
		status = tell(o, &r);
	}
	free(r.items);
	return status;
}
