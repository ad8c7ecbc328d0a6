/* Owns the columns about who has a socket, and what runs there: process, user, project, unit, command. "?" is
 * a holder that could not be seen, "-" none. Refuses to know addresses. */
#include "model/cell.h"

#include <string.h>
#include "base/shorten.h"
#include "model/expect.h"
#include "model/terminal.h"

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

static struct value process_name_of(const struct row *row)
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

static void add_process(struct buf *out, const struct row *row)
{
	if (is_inferred(row))
		buf_add_string(out, inferred_owner(&row->listener->owner));
	else
		add_known(out, row, process_name_of(row));
	if (row->listener->holder_count > 1)
		buf_printf(out, " +%u", row->listener->holder_count - 1);
}

static struct value pid_of(const struct row *row)
{
	const struct process *p = process_of(row);

	return p ? value_of_number(p->fact->pid) : value_null();
}

static void add_pid(struct buf *out, const struct row *row)
{
	if (is_inferred(row))
		buf_add_char(out, '-');
	else
		add_known(out, row, pid_of(row));
}

/* A number that stands in for a name which the system does not know is shown, but is no user's name. */
static struct value user_of(const struct row *row)
{
	const struct listener *l = row->listener;
	uint64_t number;
	bool is_number = slice_to_u64(slice_of(l->user), 10, &number) && number == l->socket->uid;

	return is_number ? value_null() : value_of_text(l->user);
}

static void add_owner(struct buf *out, const struct row *row)
{
	buf_add_string(out, row->listener->user ? row->listener->user : "-");
}

/* A second port of whatever runs. */
static bool is_debugger(const char *service)
{
	return service && slice_ends(slice_of(service), "-debug");
}

/* Some node on the port of loki is no loki, but a development server ("dev-http") or what it calls itself. */
static bool may_be(const char *service, const struct process *p)
{
	return service && (slice_starts(slice_of(service), "dev-") || !strcmp(service, p->name));
}

/* What is known of the process outweighs what the number of the port usually means. */
const char *cell_service_name(const struct row *row)
{
	const struct holder *eldest = listener_eldest(row->listener);
	const char *runs = eldest ? eldest->process->runtime : NULL, *service = row->listener->service;

	if (row->expected)
		return row->expected->name;
	if (row->listener->key.kind == ROW_CLIENT_LEFTOVER)          /* who holds it is a client of the service */
		return service;
	if (runs && !is_debugger(service) &&
	    !(eldest->process->is_plain_runtime && may_be(service, eldest->process)))
		return runs;
	return service;
}

static struct value service_of(const struct row *row)
{
	return value_of_text(cell_service_name(row));
}

static struct value project_of(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->project : NULL);
}

static struct value unit_of(const struct row *row)
{
	const struct owner *owner = &row->listener->owner;

	if (row->listener->publication)
		return value_of_text(row->listener->publication->container);
	return value_of_text(owner->container ? owner->container : owner->unit);
}

static struct value directory_of(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->cwd : NULL);
}

static void add_directory(struct buf *out, const struct row *row)
{
	add_known(out, row, directory_of(row));
}

static struct value command_of(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->command : NULL);
}

static void add_command(struct buf *out, const struct row *row)
{
	add_known(out, row, command_of(row));
}

static struct value terminal_of(const struct row *row)
{
	const struct process *p = process_of(row);

	return value_of_text(p ? p->tty : NULL);
}

static void add_terminal(struct buf *out, const struct row *row)
{
	const struct process *p = process_of(row);
	struct terminal around;

	if (!p)
		add_known(out, row, value_null());
	else
		value_add(out, terminal_of(row));
	if (p && terminal_parse(p->fact->environment, &around)) {
		buf_add_char(out, ' ');
		terminal_add_text(out, &around);
	}
}

const struct column cell_owner_columns[] = {
	{
		"process", "PROCESS", .place = 100, WIDTH(8, 12, 24),
		.help = "the process that serves, +N other holders; a unit where it is inferred; ? not "
			"visible, - none",
		.value = process_name_of, .format = add_process,
	}, {
		"pid", "PID", .place = 110, WIDTH(3, 5, 7), .is_right = true,
		.help = "its process id",
		.value = pid_of, .format = add_pid,
	}, {
		"owner", "OWNER", .json = "user", .place = 120, WIDTH(5, 8, 16), .priority = 4,
		.is_raw_in_json = true,
		.help = "the user who made the socket",
		.value = user_of, .format = add_owner,
	}, {
		"service", "SERVICE", .json = "service", .place = 150, WIDTH(7, 8, 16), .priority = 7,
		.help = "what the project's .lotop file calls it, else what runs, else what usually listens "
			"there",
		.value = service_of,
	}, {
		"project", "PROJECT", .place = 160, WIDTH(7, 14, 28), .priority = 8,
		.help = "the project that its process works in, and the branch",
		.value = project_of,
	}, {
		"unit", "UNIT", .place = 180, WIDTH(7, 14, 28), .priority = 10,
		.help = "the container or the systemd unit that it is in",
		.more = "Or the container whose port it publishes (docker-proxy); by name where Docker or "
			"Podman may be asked, at DOCKER_HOST (a unix socket), /run/docker.sock or "
			"podman/podman.sock.",
		.value = unit_of,
	}, {
		"directory", "DIRECTORY", .place = 300, WIDTH(9, 20, 48), NOT_BY_DEFAULT,
		.help = "working directory of the process",
		.value = directory_of, .format = add_directory, .shorten = shorten_path,
	}, {
		"command", "COMMAND", .place = 310, WIDTH(7, 14, 0), .priority = 11,
		.help = "command line of the process",
		.value = command_of, .format = add_command, .shorten = shorten_command,
	}, {
		"terminal", "TERMINAL", .place = 330, WIDTH(8, 20, 40), NOT_BY_DEFAULT,
		.help = "where its process was started: the terminal, and the pane of tmux, the session of "
			"screen or the program around it",
		.value = terminal_of, .format = add_terminal,
	}, { 0 },
};
