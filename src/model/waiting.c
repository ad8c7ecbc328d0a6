/* Owns the words for what a process waits for. Refuses to judge what follows from it: heir.c does. */
#include "model/waiting.h"

#include "base/text.h"

static const struct {
	const char *name, *words;
} kinds[WAIT_COUNT] = {
	[WAIT_UNKNOWN] = { "unknown", "does what could not be told" },
	[WAIT_RUNS] = { "runs", "runs" },
	[WAIT_CONNECTION] = { "connection", "waits for connections" },
	[WAIT_PERHAPS] = { "perhaps", "may wait for connections, among other things" },
	[WAIT_EVENTS] = { "events", "waits for other events" },
	[WAIT_SLEEP] = { "sleep", "sleeps" },
	[WAIT_LOCK] = { "lock", "waits for a lock or another thread" },
	[WAIT_SIGNAL] = { "signal", "waits for a signal" },
	[WAIT_CHILD] = { "child", "waits for a child" },
	[WAIT_READ] = { "read", "waits for something to read" },
	[WAIT_WRITE] = { "write", "waits until it can write" },
	[WAIT_CONNECT] = { "connect", "waits for a connection of its own" },
	[WAIT_FILE_LOCK] = { "file_lock", "waits for a locked file" },
	[WAIT_DISK] = { "disk", "waits for the disk" },
};

static bool has_inode(const struct listener *row, uint32_t inode)
{
	for (uint32_t i = 0; i < row->socket_count; i++)
		if (row->sockets[i]->inode == inode)
			return true;
	return false;
}

const struct wait_fact *waiting_find(const struct facts *facts, const struct listener *row, int32_t pid)
{
	for (size_t i = 0; i < facts->wait_count; i++)
		if (facts->waits[i].pid == pid && has_inode(row, facts->waits[i].inode))
			return &facts->waits[i];
	return NULL;
}

bool waiting_is_deaf(const struct wait_fact *wait)
{
	return wait && wait->is_waiting == TRISTATE_FALSE;
}

bool waiting_may_serve(const struct wait_fact *wait)
{
	return wait && (wait->is_waiting == TRISTATE_TRUE ||
			(wait->is_waiting == TRISTATE_UNKNOWN && wait->kind == WAIT_PERHAPS));
}

const char *wait_name(uint8_t kind)
{
	return kind < WAIT_COUNT ? kinds[kind].name : NULL;
}

void waiting_add(struct buf *out, const struct wait_fact *wait)
{
	buf_add_string(out, kinds[wait->kind].words);
	if (!wait->call.len)
		return;
	buf_add_string(out, " (");
	text_escape(out, wait->call);
	buf_add_string(out, ")");
}
