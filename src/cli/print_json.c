/* Rows as JSON, schema 1: keys are added by later versions, never renamed. Scalars come from the column
 * table, so they cannot disagree with the screen. Not known is null, never 0 or "". Refuses to know what is
 * told of a process (print_holder.c). */
#include "cli/print.h"

#include "cli/jsonout.h"
#include "model/health.h"
#include "model/inference.h"

static const char *const source_names[] = {
	[SOURCE_SOCK_DIAG] = "sock_diag", [SOURCE_PROCFS] = "procfs", [SOURCE_REPLAY] = "replay",
};

static void add_value(struct buf *out, const char *key, struct value v)
{
	switch (v.kind) {
	case VALUE_BOOL:
		jsonout_flag(out, key, v.number);
		break;
	case VALUE_NUMBER:
		jsonout_integer(out, key, v.number);
		break;
	case VALUE_TEXT:
	case VALUE_NULL:
		jsonout_member(out, key, v.kind == VALUE_TEXT ? v.text : NULL);
	}
}

static void add_publication(struct buf *out, const struct publication *p)
{
	jsonout_key(out, "published");
	if (!p) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	jsonout_raw(out, "container", p->fact->name);
	jsonout_raw(out, "id", p->fact->id);
	jsonout_raw(out, "image", p->fact->image);
	jsonout_integer(out, "port", p->fact->inner_port);
	jsonout_close(out, '}');
}

/* null: this one. */
static void add_netns(struct buf *out, const struct netns *netns)
{
	jsonout_key(out, "netns");
	if (!netns) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	jsonout_member(out, "label", netns->label);
	jsonout_integer(out, "inode", netns->fact->inode);
	jsonout_raw(out, "name", netns->fact->name);
	jsonout_member(out, "container", netns->container);
	jsonout_number_if(out, "pid", netns->fact->pid, netns->fact->pid);
	jsonout_close(out, '}');
}

static void add_owner(struct buf *out, const struct owner *owner)
{
	jsonout_key(out, "owner");
	jsonout_open(out, '{');
	jsonout_member(out, "certainty", certainty_name(owner->certainty));
	jsonout_number_if(out, "pid", owner->pid, owner->pid);
	jsonout_member(out, "name", owner->name);
	jsonout_member(out, "unit", owner->unit);
	jsonout_member(out, "container", owner->container);
	jsonout_member(out, "reason", owner->reason);
	jsonout_close(out, '}');
}

/* Of connections that wait to be accepted: nothing but LISTEN has one. */
static void add_queue(struct buf *out, const struct listener *l)
{
	jsonout_key(out, "queue");
	if (l->socket->state != SOCKET_LISTEN) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	jsonout_integer(out, "length", l->queue_length);
	jsonout_number_if(out, "limit", l->queue_limit, l->queue_limit != QUEUE_UNKNOWN);
	jsonout_close(out, '}');
}

static void add_marks(struct buf *out, uint32_t marks)
{
	const struct health_rule *rule;

	jsonout_key(out, "marks");
	jsonout_open(out, '[');
	while ((rule = health_next(&marks)))
		jsonout_text(out, slice_of(rule->id));
	jsonout_close(out, ']');
}

static unsigned find_scalars(const struct column *scalars[COLUMN_MAX])
{
	const struct column *all[COLUMN_MAX];
	unsigned all_count = column_all(all), count = 0;

	for (unsigned i = 0; i < all_count; i++)
		if (all[i]->json && !all[i]->is_raw_in_json)
			scalars[count++] = all[i];
	return count;
}

static void add_row(struct buf *out, const struct facts *facts, const struct row *row,
		    const struct column *const *scalars, unsigned scalar_count)
{
	const struct listener *l = row->listener;

	jsonout_open(out, '{');
	for (unsigned i = 0; i < scalar_count; i++)
		add_value(out, scalars[i]->json, scalars[i]->value(row));
	add_netns(out, l->netns);
	add_publication(out, l->publication);
	print_json_user(out, facts, l->socket->uid);
	add_queue(out, l);
	add_marks(out, row_marks(row));
	add_owner(out, &l->owner);
	jsonout_key(out, "holders");
	jsonout_open(out, '[');
	for (uint32_t i = 0; i < l->holder_count; i++)
		print_json_holder(out, facts, l, &l->holders[i]);
	jsonout_close(out, ']');
	jsonout_close(out, '}');
}

void print_json_row(struct buf *out, const struct facts *facts, const struct row *row)
{
	const struct column *scalars[COLUMN_MAX];
	unsigned count = find_scalars(scalars);

	add_row(out, facts, row, scalars, count);
}

static void add_gap(struct buf *out, const struct gap_fact *gap)
{
	const struct gap_text *text = gap_text(gap->kind);

	jsonout_open(out, '{');
	jsonout_member(out, "what", text->what);
	jsonout_number_if(out, "count", gap->count, gap->count > 0);
	jsonout_member(out, "reason", text->reason);
	jsonout_member(out, "remedy", text->remedy);
	jsonout_close(out, '}');
}

void print_json_head(struct buf *out, const struct facts *facts)
{
	jsonout_integer(out, "schema", PRINT_SCHEMA);
	jsonout_time(out, "time", facts->wall_ms);
	jsonout_raw(out, "host", facts->host);
	jsonout_member(out, "source", source_names[facts->source]);
	jsonout_key(out, "gaps");
	jsonout_open(out, '[');
	for (size_t i = 0; i < facts->gap_count; i++)
		add_gap(out, &facts->gaps[i]);
	jsonout_close(out, ']');
}

/* None where all rows are this machine's. */
static void add_hosts(struct buf *out, const struct snapshot *s)
{
	jsonout_key(out, "hosts");
	jsonout_open(out, '[');
	for (size_t i = 0; i < s->host_count; i++) {
		jsonout_open(out, '{');
		jsonout_member(out, "host", s->hosts[i].name);
		jsonout_member(out, "trouble", s->hosts[i].trouble);
		jsonout_close(out, '}');
	}
	jsonout_close(out, ']');
}

void print_json(struct buf *out, const struct snapshot *s, const struct rows *rows)
{
	const struct column *scalars[COLUMN_MAX];
	unsigned scalar_count = find_scalars(scalars);

	jsonout_open(out, '{');
	print_json_head(out, s->facts);
	add_hosts(out, s);
	jsonout_key(out, "listeners");
	jsonout_open(out, '[');
	for (size_t i = 0; i < rows->count; i++) {
		jsonout_line(out);
		add_row(out, snapshot_of(s, rows->items[i]->listener->key.machine)->facts, rows->items[i],
			scalars, scalar_count);
	}
	jsonout_close(out, ']');
	jsonout_close(out, '}');
	buf_add_char(out, '\n');
}
