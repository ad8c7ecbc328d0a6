/* Owns the table of the filter language's fields: their names, which words or numbers a value may be, and
 * where in a row they are read. Refuses to know how a value is written. */
#include "model/field.h"

#include <assert.h>
#include "model/cell.h"
#include "model/health.h"
#include "model/place.h"
#include "model/terminal.h"

static const char *protocol_choice(unsigned i)
{
	static const uint8_t protocols[] = { PROTOCOL_TCP, PROTOCOL_UDP };

	return i < sizeof protocols ? protocol_name(protocols[i]) : NULL;
}

static uint32_t protocol_bits(const struct row *row)
{
	return row->listener->key.endpoint.protocol == PROTOCOL_TCP ? 1u << 0 : 1u << 1;
}

static const char *family_choice(unsigned i)
{
	static const uint8_t families[] = { FAMILY_IPV4, FAMILY_IPV6 };

	return i < sizeof families ? family_name(families[i]) : NULL;
}

static uint32_t family_bits(const struct row *row)
{
	return row->listener->key.endpoint.family == FAMILY_IPV4 ? 1u << 0 : 1u << 1;
}

static const uint8_t row_states[] = {
	SOCKET_LISTEN, SOCKET_BOUND, SOCKET_UNCONN, SOCKET_TIME_WAIT, SOCKET_FIN_WAIT_1, SOCKET_FIN_WAIT_2,
	SOCKET_CLOSE_WAIT, SOCKET_LAST_ACK, SOCKET_CLOSING,
};

enum { STATE_COUNT = sizeof row_states };

/* The table shows UNCONN as UDP, so that word stands for it as well. */
static const char *state_choice(unsigned i)
{
	return i < STATE_COUNT ? socket_state_name(row_states[i]) : i == STATE_COUNT ? "UDP" : NULL;
}

static uint32_t state_bits(const struct row *row)
{
	const struct listener *l = row->listener;
	uint32_t bits = l->socket->state == SOCKET_UNCONN ? 1u << STATE_COUNT : 0;

	for (unsigned i = 0; i < STATE_COUNT; i++)
		if (row_states[i] == l->socket->state)
			bits |= 1u << i;
	return bits;
}

static const char *range_choice(unsigned i)
{
	return i <= RANGE_DYNAMIC ? port_range_name(i) : NULL;
}

static uint32_t range_bits(const struct row *row)
{
	return 1u << row->listener->range;
}

static const char *mark_choice(unsigned i)
{
	const struct health_rule *rule = health_rule(i);

	return rule ? rule->id : NULL;
}

static uint32_t mark_bits(const struct row *row)
{
	return row_marks(row);
}

static const char *exposure_choice(unsigned i)
{
	return i <= EXPOSURE_NETNS ? exposure_name(i) : NULL;
}

static uint32_t exposure_bits(const struct row *row)
{
	return 1u << row->listener->exposure;
}

static const char *kind_choice(unsigned i)
{
	static const char *const kinds[] = {
		[ROW_LISTENER] = "listener", [ROW_BOUND] = "bound", [ROW_LEFTOVER] = "leftover",
	};

	return i <= ROW_LEFTOVER ? kinds[i] : NULL;
}

static uint32_t kind_bits(const struct row *row)
{
	const struct listener *l = row->listener;

	return 1u << (listener_is_leftover(l) ? (unsigned)ROW_LEFTOVER : l->key.kind);
}

static bool has_pid(const struct listener *l, uint64_t low, uint64_t high)
{
	for (uint32_t i = 0; i < l->holder_count; i++) {
		uint64_t pid = (uint64_t)l->holders[i].process->fact->pid;

		if (pid >= low && pid <= high)
			return true;
	}
	return false;
}

static bool has_uid(const struct listener *l, uint64_t low, uint64_t high)
{
	if (l->socket->uid >= low && l->socket->uid <= high)
		return true;
	for (uint32_t i = 0; i < l->holder_count; i++) {
		uint32_t uid = l->holders[i].process->fact->uid;

		if (uid >= low && uid <= high)
			return true;
	}
	return false;
}

static const char *row_address(const struct row *row)
{
	return row->address;
}

static const char *row_user(const struct row *row)
{
	return row->listener->user;
}

static const char *row_service(const struct row *row)
{
	return cell_service_name(row);
}

static const char *row_device(const struct row *row)
{
	return row->listener->device;
}

static const char *row_netns(const struct row *row)
{
	return row->listener->netns ? row->listener->netns->label : NULL;
}

static const char *process_user(const struct process *p)
{
	return p->user;
}

static const char *process_name(const struct process *p)
{
	return p->name;
}

static const char *process_command(const struct process *p)
{
	return p->command;
}

static const char *process_directory(const struct process *p)
{
	return p->cwd;
}

static const char *process_project(const struct process *p)
{
	return p->project;
}

static const char *process_terminal(const struct process *p)
{
	return p->tty;
}

static void add_surroundings(struct buf *out, const struct process *p)
{
	struct terminal around;

	if (terminal_parse(p->fact->environment, &around))
		terminal_add_text(out, &around);
}

static const char *row_host(const struct row *row)
{
	return row->listener->host ? row->listener->host->name : NULL;
}

static const char *row_unit(const struct row *row)
{
	const struct owner *owner = &row->listener->owner;

	if (row->listener->publication)
		return row->listener->publication->container;
	return owner->container ? owner->container : owner->unit;
}

static const char *process_unit(const struct process *p)
{
	return p->container ? p->container : p->unit;
}

static const struct field fields[] = {
	[FIELD_PORT] = { "port", "port", .has_number = place_has_port, .limit = UINT16_MAX },
	[FIELD_ADDR] = { "addr", "address", .row_text = row_address },
	[FIELD_STATE] = { "state", "state", .choice = state_choice, .bits = state_bits },
	[FIELD_MARK] = { "mark", "mark", .choice = mark_choice, .bits = mark_bits },
	[FIELD_PROC] = { "proc", "process", .process_text = process_name },
	[FIELD_PID] = { "pid", "pid", .has_number = has_pid, .limit = INT32_MAX },
	[FIELD_CMD] = { "cmd", "command", .process_text = process_command },
	[FIELD_USER] = {
		"user", "owner", .row_text = row_user, .process_text = process_user, .has_number = has_uid,
	},
	[FIELD_SERVICE] = { "service", "service", .row_text = row_service },
	[FIELD_UNNAMED] = { "project", "project", .process_text = process_project },
	{ "dir", "directory", .process_text = process_directory },
	{ "unit", "unit", .row_text = row_unit, .process_text = process_unit },
	{ "terminal", "terminal", .process_text = process_terminal, .add_process_text = add_surroundings },
	{ "proto", "protocol", .choice = protocol_choice, .bits = protocol_bits },
	{ "family", "family", .choice = family_choice, .bits = family_bits },
	{ "range", "range", .choice = range_choice, .bits = range_bits },
	{ "exposure", "exposure", .choice = exposure_choice, .bits = exposure_bits },
	{ "device", "device", .row_text = row_device },
	{ "kind", "kind", .choice = kind_choice, .bits = kind_bits },
	{ "netns", "netns", .row_text = row_netns },
	{ "host", "host", .row_text = row_host },
};

enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static_assert((int)FIELD_COUNT <= (int)FIELD_MAX, "lists of names have room for all");

void field_names(const char *names[FIELD_MAX + 1])
{
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		names[i] = fields[i].name;
	names[FIELD_COUNT] = NULL;
}

const struct field *field_get(enum field_id id)
{
	return &fields[id];
}

static bool is_nocase(struct slice a, const char *b)
{
	struct slice whole = slice_of(b);

	return a.len == whole.len && slice_contains_nocase(a, whole);
}

const struct field *field_find(struct slice name)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (is_nocase(name, fields[i].name) || is_nocase(name, fields[i].column))
			return &fields[i];
	return NULL;
}
