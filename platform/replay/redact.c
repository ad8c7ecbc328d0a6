/* Owns which texts of a scan are replaced, and by what. The same text gets the same number as long as the
 * recording goes on, so that rows and projects stay apart. Refuses to know how facts are written. */
#include "platform/replay/redact.h"

#include <string.h>
#include "base/buf.h"
#include "base/path.h"

enum { FIRST_PERSON = 1000, NOBODY = 65534 };    /* login.defs(5): smaller uids are the system's */

static uint64_t number_of(struct redaction *r, struct slice text)
{
	uint64_t hash = 0xcbf29ce484222325, number = r->numbers.count + 1;     /* FNV-1a */

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 0x100000001b3;
	if (!map_get(&r->numbers, hash, &number))
		map_put(&r->numbers, hash, number);
	return number;
}

static void replace(struct redaction *r, struct slice *text, struct slice new)
{
	if (text->len)
		*text = arena_slice(&r->arena, new);
}

static void replace_numbered(struct redaction *r, struct slice *text, const char *kind)
{
	struct buf new = { 0 };

	if (!text->len)
		return;
	buf_printf(&new, "%s%llu", kind, (unsigned long long)number_of(r, *text));
	replace(r, text, buf_slice(&new));
	buf_done(&new);
}

/* Of a program file in a user's directory its name stays. */
static void replace_path(struct redaction *r, struct slice *path, bool keeps_name)
{
	struct slice bare = path_without_deleted(*path);
	struct buf new = { 0 };

	if (!path->len)
		return;
	buf_printf(&new, "/redacted/%llu", (unsigned long long)number_of(r, keeps_name ? path_parent(bare) : bare));
	if (keeps_name) {
		buf_add_char(&new, '/');
		buf_add_slice(&new, path_last(bare));
	}
	if (bare.len < path->len)
		buf_add_slice(&new, slice_from(*path, bare.len));
	replace(r, path, buf_slice(&new));
	buf_done(&new);
}

static bool is_of_the_system(struct slice path)
{
	static const char *const places[] = { "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (slice_starts(path, places[i]))
			return true;
	return slice_is(path, "/");
}

/* The name that the process has in ps, and whether there was more. */
static void replace_command(struct redaction *r, struct process_fact *p)
{
	bool has_more = p->command.len && memchr(p->command.ptr, '\0', p->command.len - 1);
	struct buf new = { 0 };

	buf_add_slice(&new, p->comm);
	buf_add_char(&new, '\0');
	if (has_more)
		buf_add(&new, "...", sizeof "...");
	replace(r, &p->command, buf_slice(&new));
	buf_done(&new);
}

static void redact_process(struct redaction *r, struct process_fact *p)
{
	replace_command(r, p);
	if (!is_of_the_system(p->exe))
		replace_path(r, &p->exe, true);
	if (!is_of_the_system(p->cwd))
		replace_path(r, &p->cwd, false);
	p->environment = (struct slice){ 0 };
}

static void redact_directory(struct redaction *r, struct directory_fact *d)
{
	struct slice *const paths[] = { &d->path, &d->project.root, &d->project.git_root };
	struct slice *const names[] = {
		&d->project.name, &d->project.branch, &d->project.worktree, &d->project.repository,
	};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (!is_of_the_system(*paths[i]))
			replace_path(r, paths[i], false);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		replace_numbered(r, names[i], "project-");
}

static void redact_user(struct redaction *r, struct name_fact *u)
{
	struct buf new = { 0 };

	if (u->key < FIRST_PERSON || u->key == NOBODY)
		return;
	buf_printf(&new, "user-%u", u->key);
	replace(r, &u->name, buf_slice(&new));
	buf_done(&new);
}

static void redact_container(struct redaction *r, struct container_fact *c)
{
	replace_numbered(r, &c->name, "container-");
	replace_numbered(r, &c->image, "image-");
}

static void redact_netns(struct redaction *r, struct netns_fact *n)
{
	replace_numbered(r, &n->name, "netns-");
}

/* An array of `facts` becomes one of its own, each item of which goes through `redact`. */
#define REDACT_EACH(r, items, count, redact)                                                 \
	do {                                                                                 \
		if (count)                                                                   \
			(items) = arena_copy(&(r)->arena, (items), (count) * sizeof *(items)); \
		for (size_t i = 0; i < (count); i++)                                         \
			redact((r), &(items)[i]);                                            \
	} while (0)

const struct facts *redaction_apply(struct redaction *r, const struct facts *f)
{
	struct facts *out = &r->facts;

	arena_reset(&r->arena);
	*out = *f;
	replace(r, &out->host, slice_of("host"));
	out->addresses = NULL;               /* a public one tells who it is */
	out->address_count = 0;
	REDACT_EACH(r, out->processes, out->process_count, redact_process);
	REDACT_EACH(r, out->directories, out->directory_count, redact_directory);
	REDACT_EACH(r, out->users, out->user_count, redact_user);
	REDACT_EACH(r, out->containers, out->container_count, redact_container);
	REDACT_EACH(r, out->namespaces, out->namespace_count, redact_netns);
	return out;
}

void redaction_done(struct redaction *r)
{
	arena_done(&r->arena);
	map_done(&r->numbers);
}
