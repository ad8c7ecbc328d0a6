/* Owns the cells about who has a socket: process, user, project, unit, command; and since when. "?" is a holder that could
 * not be seen, "-" none. Refuses to know addresses and widths. */
#include "model/cell.h"

#include "model/age.h"
#include "model/timeline.h"

enum { HISTORY_COLUMN = 10 };            /* a minute each */

/* Null is "?" where a process has the socket, "-" where none can. */
static void add_known(struct buf *out, const struct row *row, struct value v)
{
	if (v.kind == VALUE_NULL && row->listener->socket->inode)
		buf_add_char(out, '?');
	else
		value_add(out, v);
}

static const struct process *process_of(const struct row *row)
{
	const struct holder *eldest = listener_eldest(row->listener);

	return eldest ? eldest->process : NULL;
}

struct value cell_process(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->name : NULL);
}

/* What is known about an owner that nobody saw: its unit says most. */
static const char *inferred_owner(const struct owner *owner)
{
	return owner->unit ? owner->unit : owner->container ? owner->container : owner->name;
}

static bool is_inferred(const struct row *row)
{
	return row->listener->owner.certainty == OWNER_INFERRED;
}

void cell_process_add(struct buf *out, const struct row *row)
{
	if (is_inferred(row))
		buf_add_string(out, inferred_owner(&row->listener->owner));
	else
		add_known(out, row, cell_process(row));
	if (row->listener->holder_count > 1)
		buf_printf(out, " +%u", row->listener->holder_count - 1);
}

struct value cell_pid(const struct row *row)
{
	const struct process *p = process_of(row);

	return p ? value_of_number(p->fact->pid) : value_null();
}

void cell_pid_add(struct buf *out, const struct row *row)
{
	if (is_inferred(row))
		buf_add_char(out, '-');
	else
		add_known(out, row, cell_pid(row));
}

/* A number that stands in for a name which the system does not know is shown, but is no user's name. */
struct value cell_owner(const struct row *row)
{
	const struct listener *l = row->listener;
	uint64_t number;
	bool is_number = slice_to_u64(slice_of(l->user), 10, &number) && number == l->socket->uid;

	return is_number ? value_null() : value_of_text(l->user);
}

void cell_owner_add(struct buf *out, const struct row *row)
{
	buf_add_string(out, row->listener->user ? row->listener->user : "-");
}

/* What is gone does not grow older. */
static int64_t seen_ms(const struct row *row)
{
	return row->is_gone ? row->changed_ms : row->now_ms;
}

struct value cell_age(const struct row *row)
{
	return row->since_ms ? value_of_number(seen_ms(row) - row->since_ms) : value_null();
}

void cell_age_add(struct buf *out, const struct row *row)
{
	if (row->is_calm && row->since_ms && row->change == CHANGE_NONE)
		age_add(out, row->now_ms, row->since_ms, row->listener->key.endpoint.port);
	else
		value_add_duration(out, cell_age(row));
}

void cell_history_add(struct buf *out, const struct row *row)
{
	const struct history *h = row_history(row);

	if (h)
		timeline_add(out, h, row->now_ms, HISTORY_COLUMN);
}

int cell_history_compare(const struct row *a, const struct row *b)
{
	const struct history *left = row_history(a), *right = row_history(b);

	if (!left || !right)
		return !left - !right;
	return (left->newest < right->newest) - (left->newest > right->newest);
}

struct value cell_project(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->project : NULL);
}

struct value cell_unit(const struct row *row)
{
	const struct owner *owner = &row->listener->owner;

	if (row->listener->publication)
		return value_of_text(row->listener->publication->container);
	return value_of_text(owner->container ? owner->container : owner->unit);
}

struct value cell_directory(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->cwd : NULL);
}

void cell_directory_add(struct buf *out, const struct row *row)
{
	add_known(out, row, cell_directory(row));
}

struct value cell_command(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->command : NULL);
}

void cell_command_add(struct buf *out, const struct row *row)
{
	add_known(out, row, cell_command(row));
}
