/* Owns the texts that a row offers for copying. Refuses to know how they get into a clipboard. */
#include "ui/copy.h"

static const struct copy_choice choices[COPY_COUNT] = {
	[COPY_ADDRESS] = { 'c', "address" },
	[COPY_URL] = { 'u', "URL" },
	[COPY_CURL] = { 'h', "curl" },
	[COPY_PID] = { 'p', "PID" },
	[COPY_COMMAND] = { 'l', "command line" },
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
	default:
		return false;
	}
}
