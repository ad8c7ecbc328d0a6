/* Owns the judgement whether a row is still the same row: its sockets by cookie (a number that the
 * kernel gives once per boot, sock_diag(7)), its holders by pid and start time. Knows no time and no
 * history: what was, is given. */
#include "model/diff.h"

static const char *const names[] = {
	[CHANGE_NONE] = "", [CHANGE_OPENED] = "opened", [CHANGE_CLOSED] = "closed",
	[CHANGE_REBOUND] = "rebound", [CHANGE_OWNER] = "owner changed",
};

const char *change_name(enum change_kind kind)
{
	return names[kind];
}

bool listener_is_leftover(const struct listener *l)
{
	return row_kind_is_leftover(l->key.kind);
}

/* Both arrays ascend by cookie; unknown cookies (0) stand in front and match nothing here. */
static bool share_cookie(const struct listener *a, const struct listener *b)
{
	uint32_t i = 0, k = 0;

	while (i < a->socket_count && k < b->socket_count) {
		uint64_t left = a->sockets[i]->cookie, right = b->sockets[k]->cookie;

		if (left && left == right)
			return true;
		if (left <= right)
			i++;
		else
			k++;
	}
	return false;
}

/* Without a cookie on one side the inode decides; without both nothing speaks against it. */
static bool may_be_same(const struct socket_fact *a, const struct socket_fact *b)
{
	if (a->cookie && b->cookie)
		return a->cookie == b->cookie;
	return !a->inode || !b->inode || a->inode == b->inode;
}

static bool share_socket(const struct listener *a, const struct listener *b)
{
	if (share_cookie(a, b))
		return true;
	if (a->sockets[0]->cookie && b->sockets[0]->cookie)
		return false;
	for (uint32_t i = 0; i < a->socket_count; i++)
		for (uint32_t k = 0; k < b->socket_count; k++)
			if (may_be_same(a->sockets[i], b->sockets[k]))
				return true;
	return false;
}

static bool have_same_holders(const struct listener *a, const struct listener *b)
{
	if (a->holder_count != b->holder_count)
		return false;
	for (uint32_t i = 0; i < a->holder_count; i++) {
		const struct process_fact *left = a->holders[i].process->fact;
		const struct process_fact *right = b->holders[i].process->fact;

		if (left->pid != right->pid || left->start_time != right->start_time)
			return false;
	}
	return true;
}

static bool are_owners_known(const struct snapshot *in, const struct listener *l)
{
	return l->holder_count && snapshot_knows_owners(in, l->key.machine);
}

enum change_kind diff_listener(const struct snapshot *before_in, const struct listener *before,
			       const struct snapshot *after_in, const struct listener *after)
{
	if (listener_is_leftover(after))
		return CHANGE_NONE;
	if (!share_socket(before, after))
		return CHANGE_REBOUND;
	if (!are_owners_known(before_in, before) || !are_owners_known(after_in, after))
		return CHANGE_NONE;
	return have_same_holders(before, after) ? CHANGE_NONE : CHANGE_OWNER;
}
