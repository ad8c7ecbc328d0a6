/* Owns the command line grammars of interpreters, as far as they decide what the script is. Knows no
 * framework.
 * Sources: node(1), python3(1), ruby(1), php(1), perl(1), java(1), and deno's, bun's and dotnet's own
 * help. */
#include "model/interpreter.h"

#include <string.h>
#include "model/arguments.h"

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

static const struct interpreter interpreters[] = {
	{ .name = "node", .language = "node", .letters = "rC", .code = "ep", .commands = LIST("inspect"),
	  .words = LIST("--require", "--import", "--loader", "--experimental-loader", "--conditions",
			"--env-file", "--title", "--input-type", "--watch-path", "--icu-data-dir") },
	{ .name = "nodejs", .language = "node", .letters = "rC", .code = "ep",
	  .words = LIST("--require", "--import", "--loader", "--conditions") },
	{ .name = "bun", .language = "bun", .letters = "rc", .code = "ep", .commands = LIST("run", "x",
	  "exec"),
	  .words = LIST("--preload", "--cwd", "--config", "--env-file") },
	{ .name = "deno", .language = "deno", .letters = "cL", .commands = LIST("run", "serve", "task"),
	  .words = LIST("--config", "--import-map", "--log-level", "--lock", "--port", "--host") },
	{ .name = "python", .language = "python", .letters = "WX", .code = "c", .script = "m",
	  .words = LIST("--check-hash-based-pycs", "--listen", "--connect", "--log-to") },
	{ .name = "pypy", .language = "python", .letters = "WX", .code = "c", .script = "m" },
	{ .name = "ruby", .language = "ruby", .letters = "ICrEW", .code = "e", .commands = LIST("exec"),
	  .words = LIST("--encoding", "--require") },
	{ .name = "php", .language = "php", .letters = "cdtSzBEF", .code = "rR", .script = "f",
	  .words = LIST("--php-ini", "--define", "--docroot", "--server"), .scripts = LIST("--file") },
	{ .name = "perl", .language = "perl", .letters = "IMm", .code = "eE" },
	{ .name = "java", .language = "java", .has_long_options = true, .scripts = LIST("-jar", "-m",
	  "--module"),
	  .words = LIST("-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-opens",
			"--add-exports", "--add-modules", "--add-reads", "--upgrade-module-path") },
	{ .name = "dotnet", .language = "dotnet", .has_long_options = true,
	  .commands = LIST("run", "watch", "exec"),
	  .words = LIST("--depsfile", "--runtimeconfig", "--fx-version", "--project") },
};

static bool is_version(char c)
{
	return (c >= '0' && c <= '9') || c == '.' || c == '-';
}

struct slice interpreter_without_version(struct slice program)
{
	while (program.len && is_version(program.ptr[program.len - 1]))
		program.len--;
	return program;
}

const struct interpreter *interpreter_find(struct slice program)
{
	program = interpreter_without_version(program);
	for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; i++)
		if (slice_is(program, interpreters[i].name))
			return &interpreters[i];
	return NULL;
}

enum step { STEP_ON, STEP_SCRIPT, STEP_NONE };

static bool has(const char *letters, char c)
{
	return letters && c && strchr(letters, c);
}

/* "-um http.server": letters in one argument; what stands behind one that takes a value is the value. */
static enum step take_letters(const struct interpreter *i, struct slice letters, struct slice *rest,
			      struct slice *script)
{
	for (; letters.len; letters = slice_from(letters, 1)) {
		char c = letters.ptr[0];
		struct slice value = slice_from(letters, 1);

		if (has(i->code, c))
			return STEP_NONE;
		if (!has(i->letters, c) && !has(i->script, c))
			continue;
		if (!value.len && !arguments_next(rest, &value))
			return STEP_NONE;
		*script = value;
		return has(i->script, c) ? STEP_SCRIPT : STEP_ON;
	}
	return STEP_ON;
}

static enum step take_option(const struct interpreter *i, struct slice option, struct slice *rest,
			     struct slice *script)
{
	struct slice value;

	if (slice_is(option, "-"))
		return STEP_NONE;
	if (slice_is(option, "--") || arguments_one_of(option, i->scripts))
		return arguments_next(rest, script) ? STEP_SCRIPT : STEP_NONE;
	if (!i->has_long_options && !slice_starts(option, "--"))
		return take_letters(i, slice_from(option, 1), rest, script);
	if (arguments_one_of(option, i->words))
		return arguments_next(rest, &value) ? STEP_ON : STEP_NONE;
	return STEP_ON;
}

bool interpreter_script(const struct interpreter *i, struct slice *rest, struct slice *script)
{
	struct slice argument;
	enum step step = STEP_ON;

	while (step == STEP_ON && arguments_next(rest, &argument)) {
		if (slice_starts(argument, "-"))
			step = take_option(i, argument, rest, &argument);
		else if (!arguments_one_of(argument, i->commands))
			step = STEP_SCRIPT;
	}
	if (step != STEP_SCRIPT || !argument.len)
		return false;
	*script = argument;
	return true;
}
