/* Owns the order in which a process is asked what it is: its program, then what an interpreter runs, then the
 * project's files. The names themselves are in runtime_tables.h. Knows no socket, and believes nothing: it
 * only describes. */
#include "model/runtime.h"

#include <string.h>
#include "base/path.h"
#include "model/arguments.h"
#include "model/interpreter.h"
#include "model/runtime_tables.h"

enum { WRAPPERS_MAX = 4 };           /* nodemon runs ts-node runs ... */

static const char *find_program(struct slice name)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		if (slice_is(name, programs[i].key))
			return programs[i].name ? programs[i].name : programs[i].key;
	return NULL;
}

static const char *find_versioned_program(struct slice name)
{
	const char *found = find_program(name);

	return found ? found : find_program(interpreter_without_version(name));
}

static const struct tool *find_tool(const char *language, struct slice key)
{
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		if (slice_is(key, tools[i].key) && !strcmp(tools[i].language, language))
			return &tools[i];
	return NULL;
}

static const char *find_hint(const char *language, struct slice text)
{
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
		const char *of = hints[i].language;

		if ((of == language || (of && language && !strcmp(of, language))) &&
		    slice_contains_nocase(text, slice_of(hints[i].part)))
			return hints[i].name;
	}
	return NULL;
}

static const char *find_refinement(const char *name, uint32_t files)
{
	for (size_t i = 0; i < sizeof refinements / sizeof *refinements; i++)
		if (files >> refinements[i].file & 1 && !strcmp(refinements[i].name, name))
			return refinements[i].refined;
	return name;
}

/* "next-server (v15.0.3)", "gunicorn: master [shop]", "/usr/bin/node": the first word of argv[0], without its
 * folder. */
static struct slice title(struct slice command)
{
	struct slice first = slice_cut(&command, '\0');
	struct slice word = slice_cut(&first, ' ');

	return path_last(slice_cut(&word, ':'));
}

/* "node_modules/.bin/vite", "node_modules/vite/bin/vite.js", "node_modules/@scope/name/...": the last such
 * folder counts (pnpm has one inside of the other). */
static struct slice package_name(struct slice script)
{
	static const char folder[] = "node_modules/";
	const char *found = NULL;
	struct slice rest = script, name, inner;

	while (rest.len && (found = memmem(rest.ptr, rest.len, folder, sizeof folder - 1)))
		rest = slice_from(rest, (size_t)(found - rest.ptr) + sizeof folder - 1);
	if (rest.len == script.len)
		return (struct slice){ 0 };
	name = slice_cut(&rest, '/');
	if (slice_is(name, ".bin"))
		return slice_cut(&rest, '/');
	if (!slice_starts(name, "@"))
		return name;
	inner = slice_cut(&rest, '/');
	return (struct slice){ name.ptr, (size_t)(inner.ptr - name.ptr) + inner.len };
}

/* A file with an ending is somebody's own: serve.js is not the program serve. */
static const struct tool *find_script_tool(const char *language, struct slice script)
{
	struct slice package = package_name(script), rest = script;
	const struct tool *tool = find_tool(language, package.len ? package : path_last(script));

	if (tool || strcmp(language, "python") != 0 || memchr(script.ptr, '/', script.len) ||
	    slice_ends(script, ".py"))
		return tool;
	return find_tool(language, slice_cut(&rest, '.'));           /* a module of a package: uvicorn.main */
}

/* The script of the innermost wrapper; NULL tool = nobody in the table. */
static const struct tool *find_script(const struct interpreter *i, struct slice arguments,
				      struct runtime *out)
{
	const struct tool *tool = NULL;
	struct slice script;

	for (int depth = 0; depth < WRAPPERS_MAX && interpreter_script(i, &arguments, &script); depth++) {
		out->script = script;
		tool = find_script_tool(i->language, script);
		if (!tool || !tool->is_wrapper)
			break;
	}
	return tool;
}

static const char *find_argument_hint(const char *language, struct slice command)
{
	const char *name = NULL;
	struct slice argument;

	while (!name && arguments_next(&command, &argument))
		name = find_hint(language, argument);
	return name;
}

/* A script that was named by its whole path need not be the project's: an editor's server runs where the
 * project is. */
static bool is_of_project(const struct runtime *r)
{
	return r->script.len && r->script.ptr[0] != '/' && !package_name(r->script).len;
}

static void describe_script(const struct interpreter *i, struct slice command, uint32_t files,
			    struct runtime *out)
{
	struct slice arguments = command;
	const struct tool *tool = find_tool(i->language, title(command));
	const char *hint = NULL;

	slice_cut(&arguments, '\0');
	out->language = out->name = i->language;
	if (!tool)
		tool = find_script(i, arguments, out);
	if (!tool)
		hint = find_argument_hint(i->language, arguments);
	if (tool || hint)
		out->name = tool ? tool->name ? tool->name : tool->key : hint;
	if (tool || !out->script.len || is_of_project(out))
		out->name = find_refinement(out->name, files);
}

/* Built where it runs: a program outside of the system's folders, in a project of one language. */
static const char *find_built(struct slice exe, uint32_t files)
{
	static const char *const system[] = {
		"/usr/", "/bin/", "/sbin/", "/lib", "/opt/", "/snap/", "/nix/", NULL
	};

	for (const char *const *folder = system; *folder; folder++)
		if (slice_starts(exe, *folder))
			return NULL;
	if (!exe.len)
		return NULL;
	return files >> PROJECT_CARGO & 1 ? "rust" : files >> PROJECT_GO & 1 ? "go" : NULL;
}

static bool describe(struct slice program, struct slice command, uint32_t files, struct runtime *out)
{
	const struct interpreter *i = interpreter_find(program);

	out->name = find_versioned_program(program);
	if (!out->name && slice_is(program, "beam.smp")) {
		out->language = "erlang";
		out->name = find_argument_hint("erlang", command);
		out->name = out->name ? out->name : out->language;
	}
	if (!out->name && i)
		describe_script(i, command, files, out);
	return out->name;
}

bool runtime_find(struct slice exe, struct slice command, uint32_t files, struct runtime *out)
{
	struct runtime r = { 0 };

	exe = path_without_deleted(exe);
	r.name = find_hint(NULL, exe);
	if (!r.name && !describe(path_last(exe), command, files, &r) &&
	    !describe(title(command), command, files, &r))
		r.name = find_built(exe, files);
	if (!r.name)
		return false;
	*out = r;
	return true;
}
