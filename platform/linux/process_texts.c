/* Owns the reading of a process's texts, and what of them leaves here. Refuses to know who the process is
 * (process.c), and which of them are known already. */
#include "platform/linux/process_texts.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/fatal.h"
#include "model/terminal.h"

enum { LINK_BYTES = 4096 };

void process_place_path(const struct process_place *place, const char *name, char out[PROCFS_PATH])
{
	size_t len = strlen(place->prefix);

	memcpy(out, place->prefix, len);
	memcpy(out + len, name, strlen(name) + 1);
}

/* While they are read, all texts are in one growing buffer: found again when the block has its final place. */
struct span {
	size_t start, len;
};

struct reading {
	struct process_fact *fact;
	const struct process_place *place;
	struct buf texts;
};

static struct span add_text(struct reading *r, struct slice text)
{
	struct span span = {r->texts.len, text.len};

	buf_add_slice(&r->texts, text);
	return span;
}

static struct slice text_at(const char *block, struct span span)
{
	return span.len ? (struct slice){block + span.start, span.len} : (struct slice){0};
}

static struct slice read_file(const struct reading *r, const char *name, char *bytes, size_t size, int *error)
{
	char path[PROCFS_PATH];

	process_place_path(r->place, name, path);
	return procfs_read(r->place->dir, path, bytes, size, error);
}

static struct span read_link(struct reading *r, const char *name, uint8_t hidden, struct slice known)
{
	char path[PROCFS_PATH], target[LINK_BYTES];
	struct slice text = known;
	int error = 0;

	process_place_path(r->place, name, path);
	if (!known.len)
		text = procfs_link(r->place->dir, path, target, sizeof target, &error);
	if (error == -EACCES || error == -EPERM)
		r->fact->unknown |= hidden;
	return add_text(r, text);
}

static struct span read_cgroup(struct reading *r, struct slice known)
{
	char bytes[LINK_BYTES];
	int error;
	struct slice text;

	if (known.len)
		return add_text(r, known);
	text = read_file(r, "cgroup", bytes, sizeof bytes, &error);
	if (error)
		r->fact->unknown |= PROCESS_CGROUP_HIDDEN;
	return add_text(r, procfs_parse_cgroup(text));
}

/* The kernel takes the process's memory lock for this one: a process in state D may hold it for ever. It
 * is read last, and not at all while that can be. */
static struct span read_command(struct reading *r, struct slice known)
{
	char bytes[PROCESS_COMMAND_MAX];
	int error = -EAGAIN;
	struct slice text = {0};

	if (known.len)
		return add_text(r, known);
	if (r->fact->state != 'D')
		text = read_file(r, "cmdline", bytes, sizeof bytes, &error);
	if (error)
		r->fact->unknown |= PROCESS_COMMAND_HIDDEN;
	return add_text(r, text);
}

static bool is_wanted(struct slice entry)
{
	struct slice name = slice_cut(&entry, '=');

	for (const char *const *wanted = terminal_names; *wanted; wanted++)
		if (slice_is(name, *wanted))
			return true;
	return false;
}

/* Secrets stand in environments: nothing but the wanted names leaves this function. The same lock as for the
 * command line. A server without a terminal was started by none. */
static struct span read_environment(struct reading *r)
{
	const struct process_fact *f = r->fact;
	struct span span = {r->texts.len, 0};
	struct slice rest;
	char *bytes;
	int error;

	if (!f->tty_device || f->state == 'D' || f->unknown & PROCESS_COMMAND_HIDDEN)
		return span;
	bytes = fatal_alloc(PROCESS_ENVIRONMENT_MAX);
	rest = read_file(r, "environ", bytes, PROCESS_ENVIRONMENT_MAX, &error);
	while (rest.len) {
		struct slice entry = slice_cut(&rest, '\0');

		if (!is_wanted(entry))
			continue;
		buf_add_slice(&r->texts, entry);
		buf_add_char(&r->texts, '\0');
	}
	explicit_bzero(bytes, PROCESS_ENVIRONMENT_MAX);
	free(bytes);
	span.len = r->texts.len - span.start;
	return span;
}

char *process_texts_read(struct process_fact *f, const struct process_place *place, const struct process_known *known)
{
	struct reading r = {f, place, {0}};
	struct span exe = read_link(&r, "exe", PROCESS_EXE_HIDDEN, known->exe);
	struct span cwd = read_link(&r, "cwd", PROCESS_CWD_HIDDEN, known->cwd);
	struct span cgroup = read_cgroup(&r, known->cgroup);
	struct span command = read_command(&r, known->command), environment = read_environment(&r);
	char *block = fatal_alloc(r.texts.len);

	if (r.texts.len)
		memcpy(block, r.texts.data, r.texts.len);
	f->exe = text_at(block, exe);
	f->cwd = text_at(block, cwd);
	f->cgroup = text_at(block, cgroup);
	f->command = text_at(block, command);
	f->environment = text_at(block, environment);
	buf_done(&r.texts);
	return block;
}
