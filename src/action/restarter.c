/* Owns the table of programs that restart what they run, and how they are recognised: by the program
 * that a command line names (behind its interpreter, if there is one), with an option that makes it one,
 * or by the title that it gives itself. Asks nobody whether a restart is really configured. */
#include "action/restarter.h"

#include <string.h>
#include "base/path.h"

static const struct pattern {
	const char *name;        /* what the user knows it as */
	const char *program;     /* last part of the path; NULL = by title */
	const char *option;      /* and an argument that starts like this; NULL = always */
	const char *title;       /* start of a command line that the process wrote itself */
} patterns[] = {
	{ "nodemon", "nodemon", NULL, NULL },
	{ "node --watch", "node", "--watch", NULL },
	{ "bun --watch", "bun", "--watch", NULL },
	{ "bun --hot", "bun", "--hot", NULL },
	{ "deno --watch", "deno", "--watch", NULL },
	{ "tsx watch", "tsx", "watch", NULL },
	{ "ts-node-dev", "ts-node-dev", NULL, NULL },
	{ "pm2", NULL, NULL, "PM2 v" },
	{ "forever", "forever", NULL, NULL },
	{ "concurrently", "concurrently", "--restart", NULL },
	{ "supervisord", "supervisord", NULL, NULL },
	{ "circusd", "circusd", NULL, NULL },
	{ "runsv", "runsv", NULL, NULL },
	{ "s6-supervise", "s6-supervise", NULL, NULL },
	{ "supervise", "supervise", NULL, NULL },
	{ "monit", "monit", NULL, NULL },
	{ "gunicorn", "gunicorn", NULL, NULL },
	{ "gunicorn", NULL, NULL, "gunicorn: master" },
	{ "uvicorn", "uvicorn", NULL, NULL },
	{ "hypercorn", "hypercorn", NULL, NULL },
	{ "puma", "puma", NULL, NULL },
	{ "puma", NULL, NULL, "puma " },
	{ "unicorn", NULL, NULL, "unicorn master" },
	{ "nginx", NULL, NULL, "nginx: master" },
	{ "php-fpm", NULL, NULL, "php-fpm: master" },
	{ "foreman", "foreman", NULL, NULL },
	{ "overmind", "overmind", NULL, NULL },
	{ "honcho", "honcho", NULL, NULL },
	{ "watchexec", "watchexec", NULL, NULL },
	{ "entr", "entr", "-r", NULL },
	{ "air", "air", NULL, NULL },
	{ "reflex", "reflex", NULL, NULL },
	{ "cargo-watch", "cargo-watch", NULL, NULL },
	{ "cargo watch", "cargo", "watch", NULL },
	{ "watchmedo", "watchmedo", "auto-restart", NULL },
};

/* Programs that run the script which is their first argument; a version may follow: python3.11. */
static const char *const interpreters[] = {
	"node", "nodejs", "bun", "deno", "python", "ruby", "perl", "php", "sh", "bash", "dash", "zsh", "ksh"
};

static const char *const shells[] = { "sh", "bash", "dash", "zsh", "ksh", "ash" };

static const char *const script_endings[] = { ".js", ".cjs", ".mjs", ".py", ".rb", ".pl" };

static struct slice program_name(struct slice path)
{
	struct slice name = path_last(path);

	for (size_t i = 0; i < sizeof script_endings / sizeof *script_endings; i++)
		if (slice_ends(name, script_endings[i])) {
			name.len -= strlen(script_endings[i]);
			break;
		}
	return name;
}

static bool is_interpreter(struct slice name)
{
	while (name.len && strchr("0123456789.", name.ptr[name.len - 1]))
		name.len--;
	for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; i++)
		if (slice_is(name, interpreters[i]))
			return true;
	return false;
}

static bool has_argument(struct slice arguments, const char *start)
{
	while (arguments.len)
		if (slice_starts(slice_cut(&arguments, '\0'), start))
			return true;
	return false;
}

/* The script that an interpreter was given: its first argument that is no option. */
static struct slice script_name(struct slice arguments)
{
	while (arguments.len) {
		struct slice argument = slice_cut(&arguments, '\0');

		if (argument.len && argument.ptr[0] != '-')
			return program_name(argument);
	}
	return (struct slice){ NULL, 0 };
}

static bool matches(const struct pattern *pattern, struct slice command)
{
	struct slice arguments = command;
	struct slice program = program_name(slice_cut(&arguments, '\0'));

	if (pattern->title)
		return slice_starts(command, pattern->title);
	if (pattern->option && !has_argument(arguments, pattern->option))
		return false;
	return slice_is(program, pattern->program) ||
	       (is_interpreter(program) && slice_is(script_name(arguments), pattern->program));
}

/* sh -c 'while true; do ./server; done' */
static bool is_shell_loop(struct slice command)
{
	struct slice arguments = command;
	struct slice program = program_name(slice_cut(&arguments, '\0'));
	bool is_shell = false;

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		is_shell |= slice_is(program, shells[i]);
	return is_shell && has_argument(arguments, "-c") &&
	       (slice_contains_nocase(arguments, slice_of("while ")) ||
		slice_contains_nocase(arguments, slice_of("until ")));
}

const char *restarter_known_as(const struct process_fact *p)
{
	struct slice command = p->command.len ? p->command : p->comm;

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		if (matches(&patterns[i], command))
			return patterns[i].name;
	return is_shell_loop(command) ? "a shell loop" : NULL;
}
