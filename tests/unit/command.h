/* For the tests of cli: a subcommand, run as main.c runs it, on the scripted platform; and what it said. */
#ifndef UNIT_COMMAND_H
#define UNIT_COMMAND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "cli/options.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

enum { COMMAND_WORDS = 8 };

struct command {
	struct fake *fake;
	unsigned opened;
	int open_error;                          /* of the platform, from now on */
	struct buf output, errors;               /* of the last run */
};

static struct command *command_running;          /* platform_opener has no context */

/* Sends what is written to `fd` to a file in memory; returns the descriptor that was there. */
static inline int command_redirect(int fd)
{
	int kept = dup(fd), file = memfd_create("capture", MFD_CLOEXEC);

	assert_true(kept >= 0 && file >= 0);
	assert_int_equal(dup2(file, fd), fd);
	close(file);
	return kept;
}

static inline void command_restore(int fd, int kept, struct buf *text)
{
	char bytes[4096];
	ssize_t count;

	buf_clear(text);
	for (off_t at = 0; (count = pread(fd, bytes, sizeof bytes, at)) > 0; at += count)
		buf_add(text, bytes, (size_t)count);
	dup2(kept, fd);
	close(kept);
}

static inline void command_fill(void *context, struct facts *facts)
{
	build_add(facts, "%s", (const char *)context);
}

static inline int command_open_platform(const struct options *o, struct platform **out)
{
	assert_non_null(o->subcommand);
	command_running->opened++;
	if (!command_running->open_error)
		*out = fake_platform(command_running->fake);
	return command_running->open_error;
}

static inline void command_begin(struct command *c, const char *scene)
{
	*c = (struct command){ .fake = fake_new() };
	fake_add_frame(c->fake, command_fill, (void *)(uintptr_t)scene);
	command_running = c;
}

static inline void command_end(struct command *c)
{
	fake_free(c->fake);
	buf_done(&c->output);
	buf_done(&c->errors);
}

/* The operands stand behind `name`, ended by NULL. */
static inline int command_run(struct command *c, const char *name, ...)
{
	char *argv[COMMAND_WORDS] = { "lotop", (char *)(uintptr_t)name };
	struct options o;
	struct buf problem = { 0 };
	int argc = 2, status, kept_output, kept_errors;
	va_list words;

	va_start(words, name);
	while ((argv[argc] = va_arg(words, char *)))
		assert_in_range(++argc, 0, COMMAND_WORDS - 1);
	va_end(words);
	assert_int_equal(options_parse(argc, argv, &o, &problem), 0);
	kept_output = command_redirect(STDOUT_FILENO);
	kept_errors = command_redirect(STDERR_FILENO);
	status = (o.wants_help ? cmd_help : o.subcommand->run)(&o, command_open_platform);
	fflush(stderr);
	command_restore(STDERR_FILENO, kept_errors, &c->errors);
	command_restore(STDOUT_FILENO, kept_output, &c->output);
	options_done(&o);
	buf_done(&problem);
	return status;
}

static inline bool command_says(const struct buf *text, const char *part)
{
	return strstr(buf_string(text), part) != NULL;
}

static inline unsigned command_lines(const struct buf *text)
{
	unsigned count = 0;

	for (size_t i = 0; i < text->len; i++)
		count += text->data[i] == '\n';
	return count;
}

#endif
