/* Owns the texts that a row offers for copying. Refuses to know how they get into a clipboard. */
#include "ui/copy.h"

#include "model/column.h"

static const struct copy_choice choices[COPY_COUNT] = {
	[COPY_ADDRESS] = { 'c', "address" },
	[COPY_URL] = { 'u', "URL" },
	[COPY_CURL] = { 'h', "curl" },
	[COPY_PID] = { 'p', "PID" },
	[COPY_COMMAND] = { 'l', "command line" },
	[COPY_JSON] = { 'j', "JSON" },
};

const struct copy_choice *copy_choice(enum copy_kind kind)
{
	return &choices[kind];
}

static bool add_url(struct buf *out, const struct listener *l)
{
	if (l->netns || l->key.kind != ROW_LISTENER || l->key.endpoint.protocol != PROTOCOL_TCP)
		return false;
	endpoint_add_url(out, &l->key.endpoint, l->device);
	return true;
}

static bool add_curl(struct buf *out, const struct listener *l)
{
	struct buf url = { 0 };
	bool has_url = add_url(&url, l);

	if (has_url)
		buf_printf(out, "curl -v '%s/'", buf_string(&url));
	buf_done(&url);
	return has_url;
}

/* Safe text has neither control characters nor broken UTF-8: what is left to escape in a JSON string are two. */
static void add_quoted(struct buf *out, const char *safe)
{
	buf_add_char(out, '"');
	for (; *safe; safe++) {
		if (*safe == '"' || *safe == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *safe);
	}
	buf_add_char(out, '"');
}

static void add_value(struct buf *out, struct value v)
{
	if (v.kind == VALUE_NULL)
		buf_add_string(out, "null");
	else if (v.kind == VALUE_BOOL)
		buf_add_string(out, v.number ? "true" : "false");
	else if (v.kind == VALUE_NUMBER)
		value_add(out, v);
	else
		add_quoted(out, v.text);
}

/* The scalars of a listener's object in schema 1 (lotop list --json), and who holds it in short. */
static void add_json(struct buf *out, const struct row *row)
{
	const struct listener *l = row->listener;
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	char before = '{';

	for (unsigned i = 0; i < count; i++) {
		if (!all[i]->json)
			continue;
		buf_printf(out, "%c\"%s\":", before, all[i]->json);
		add_value(out, all[i]->value(row));
		before = ',';
	}
	buf_add_string(out, ",\"holders\":[");
	for (uint32_t i = 0; i < l->holder_count; i++) {
		buf_printf(out, "%s{\"pid\":%d,\"name\":", i ? "," : "", l->holders[i].process->fact->pid);
		add_quoted(out, l->holders[i].process->name);
		buf_add_char(out, '}');
	}
	buf_add_string(out, "]}");
}

bool copy_add(struct buf *out, enum copy_kind kind, const struct row *row)
{
	const struct holder *eldest = listener_eldest(row->listener);

	switch (kind) {
	case COPY_ADDRESS:
		endpoint_add(out, &row->listener->key.endpoint, row->listener->device);
		return true;
	case COPY_URL:
		return add_url(out, row->listener);
	case COPY_CURL:
		return add_curl(out, row->listener);
	case COPY_PID:
		if (eldest)
			buf_printf(out, "%d", eldest->process->fact->pid);
		return eldest;
	case COPY_COMMAND:
		if (!eldest || !eldest->process->command || !*eldest->process->command)
			return false;
		buf_add_string(out, eldest->process->command);
		return true;
	case COPY_JSON:
		add_json(out, row);
		return true;
	default:
		return false;
	}
}
