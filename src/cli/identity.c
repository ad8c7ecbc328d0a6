/* Owns the comparison of a remembered identity with what is there. What a signal needs besides is verified by
 * action/kill, as always. */
#include "cli/identity.h"

#include "base/slice.h"
#include "cli/complain.h"
#include "cli/subcommand.h"

static bool take_number(struct slice *rest, uint64_t most, uint64_t *out)
{
	return slice_to_u64(slice_cut(rest, ':'), 10, out) && *out <= most;
}

int identity_parse(const char *text, struct target_id *out)
{
	struct slice rest = slice_of(text);
	struct target_id id = { 0 };
	uint64_t pid;

	if (take_number(&rest, INT32_MAX, &pid) && pid && take_number(&rest, UINT64_MAX, &id.start_time) &&
	    take_number(&rest, UINT64_MAX, &id.cookie) && !rest.len) {
		id.pid = (int32_t)pid;
		*out = id;
		return 0;
	}
	complain("--identity", "not three numbers with colons between them",
		 "pid, start_ticks and cookie of lotop list --json: 4211:881234:40961");
	return STATUS_USAGE;
}

bool identity_has_socket(const struct target_id *meant, const struct listener *l)
{
	if (!meant->cookie)
		return true;
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (l->sockets[i]->cookie == meant->cookie)
			return true;
	return false;
}

/* Another process has the pid by now, or this one has let go of the socket. */
void identity_refuse_others(const struct target_id *meant, struct volley *v)
{
	for (size_t i = 0; meant->pid && i < v->count; i++) {
		const struct target_id *id = &v->shots[i].plan.id;

		if (id->pid != meant->pid || id->start_time != meant->start_time ||
		    (meant->cookie && id->cookie != meant->cookie))
			volley_refuse(&v->shots[i], KILL_IS_OTHER, "changed since you looked: nothing was sent");
	}
}
