/* lotop metrics: one scan as numbers for a collector, in the text format of OpenMetrics 1.0. Every label
 * value comes from a closed table and every series is there on every scrape, so that a fleet's database
 * does not grow with what runs on the machines. Knows nothing of addresses, names and processes. */
#include <unistd.h>
#include "cli/complain.h"
#include "cli/look.h"
#include "cli/output.h"
#include "model/health.h"

enum { STATE_MAX = SOCKET_UNCONN };

struct counts {
	uint64_t sockets[STATE_MAX + 1];         /* by enum socket_state */
	uint64_t listeners[EXPOSURE_NETNS + 1];    /* by enum exposure */
	uint64_t marks[MARKS_MAX];
};

/* What a row can be in; TCP's CLOSE and its connections are none. */
static const uint8_t states[] = {
	SOCKET_LISTEN, SOCKET_UNCONN, SOCKET_BOUND, SOCKET_TIME_WAIT, SOCKET_FIN_WAIT_1, SOCKET_FIN_WAIT_2,
	SOCKET_CLOSE_WAIT, SOCKET_LAST_ACK, SOCKET_CLOSING,
};

static struct counts count(const struct snapshot *s)
{
	struct counts c = { 0 };

	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		for (uint32_t k = 0; k < l->socket_count; k++)
			if (l->sockets[k]->state <= STATE_MAX)
				c.sockets[l->sockets[k]->state]++;
		if (l->key.kind == ROW_LISTENER)
			c.listeners[l->exposure]++;
		for (unsigned number = 0; number < MARKS_MAX; number++)
			c.marks[number] += l->marks >> number & 1;
	}
	return c;
}

static void add_family(struct buf *out, const char *name, const char *help)
{
	buf_printf(out, "# TYPE %s gauge\n# HELP %s %s\n", name, name, help);
}

static void add_sample(struct buf *out, const char *name, const char *label, const char *value,
		       uint64_t number)
{
	buf_printf(out, "%s{%s=\"%s\"} ", name, label, value);
	buf_add_number(out, number);
	buf_add_char(out, '\n');
}

/* What listens in other network namespaces is a series of its own, where it was looked for. */
static void add_counts(struct buf *out, const struct counts *c, const struct facts *facts)
{
	unsigned last = facts->has_other_netns ? EXPOSURE_NETNS : EXPOSURE_LAN;
	const struct health_rule *rule;

	add_family(out, "lotop_sockets", "Sockets by state, without established connections.");
	for (size_t i = 0; i < sizeof states; i++)
		add_sample(out, "lotop_sockets", "state", socket_state_name(states[i]), c->sockets[states[i]]);
	add_family(out, "lotop_listeners", "Ports with a listener by who can reach them.");
	for (unsigned e = 0; e <= last; e++)
		add_sample(out, "lotop_listeners", "exposure", exposure_name(e), c->listeners[e]);
	add_family(out, "lotop_marked", "Ports by what is remarkable about them.");
	for (uint32_t all = UINT32_MAX; (rule = health_next(&all));)
		add_sample(out, "lotop_marked", "mark", rule->id, c->marks[health_number(rule)]);
}

/* What is hidden and cannot be counted is one. */
static void add_gaps(struct buf *out, const struct facts *facts)
{
	uint64_t hidden[GAP_COUNT] = { 0 };

	for (size_t i = 0; i < facts->gap_count; i++)
		hidden[facts->gaps[i].kind] = facts->gaps[i].count ? facts->gaps[i].count : 1;
	for (unsigned kind = 0; kind < GAP_COUNT; kind++)
		add_sample(out, "lotop_unseen", "what", gap_text(kind)->what, hidden[kind]);
}

static void add_scan(struct buf *out, const struct facts *facts)
{
	add_family(out, "lotop_unseen", "What could not be seen, such as owners without the right to see them.");
	add_gaps(out, facts);
	buf_add_string(out, "# TYPE lotop_scan_time_seconds gauge\n# UNIT lotop_scan_time_seconds seconds\n"
			    "# HELP lotop_scan_time_seconds When this was read, in Unix time.\n");
	buf_printf(out, "lotop_scan_time_seconds %lld.%03lld\n", (long long)facts->wall_ms / 1000,
		   (long long)facts->wall_ms % 1000);
}

static int print(const struct snapshot *s)
{
	struct counts c = count(s);
	struct buf text = { 0 };
	int error;

	add_counts(&text, &c, s->facts);
	add_scan(&text, s->facts);
	buf_add_string(&text, "# EOF\n");
	error = output_write(STDOUT_FILENO, &text);
	buf_done(&text);
	return error ? STATUS_BLIND : STATUS_FOUND;
}

int cmd_metrics(const struct options *o, platform_opener *open)
{
	const struct scan_request request = { .bound_only = true, .leftovers = true, .owners = true };
	const struct snapshot *s;
	int status;

	if (o->word_count) {
		complain("metrics", "takes no operand", "the whole machine is counted");
		return STATUS_USAGE;
	}
	if (look(o, open, &request, &s))
		return STATUS_BLIND;
	status = print(s);
	snapshot_unref(s);
	return status;
}
