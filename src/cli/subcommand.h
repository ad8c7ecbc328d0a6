/* The commands of lotop, as a table: what --help prints, what the man page lists and what main.c runs.
 * A command parses its own operands before it opens the platform, so that a typing mistake never scans,
 * and never creates the file of --record. */
#ifndef CLI_SUBCOMMAND_H
#define CLI_SUBCOMMAND_H

#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"
#include "platform/platform.h"

struct options;

enum exit_status {
	STATUS_FOUND, STATUS_NOTHING, STATUS_USAGE, STATUS_BLIND, STATUS_REFUSED, STATUS_HELD, STATUS_PARTLY,
	STATUS_TIMEOUT, STATUS_DIFFERENT, STATUS_COUNT
};

enum subcommand_id {
	SUBCOMMAND_DASHBOARD, SUBCOMMAND_LIST, SUBCOMMAND_WHY, SUBCOMMAND_KILL, SUBCOMMAND_WAIT, SUBCOMMAND_NEXT,
	SUBCOMMAND_WATCH, SUBCOMMAND_RECORD, SUBCOMMAND_LOG,
	SUBCOMMAND_CHECK, SUBCOMMAND_METRICS, SUBCOMMAND_STREAM, SUBCOMMAND_HELP, SUBCOMMAND_COUNT
};

/* Chooses the platform that the options ask for. 0 and a platform for the caller, or -errno after a
 * complaint. */
typedef int platform_opener(const struct options *o, struct platform **out);

struct subcommand {
	const char *name;            /* "" for the dashboard: lotop without a command */
	const char *operands;        /* "[FILTER...]", "" for none */
	const char *help;            /* one line */
	/* Returns an enum exit_status. NULL for the dashboard, which main.c runs itself. */
	int (*run)(const struct options *o, platform_opener *open);
};

const struct subcommand *subcommand_get(enum subcommand_id id);        /* static table */
const struct subcommand *subcommand_find(struct slice name);        /* NULL; never the dashboard */
uint32_t subcommand_bit(const struct subcommand *c);          /* 1u << its enum subcommand_id */
void subcommand_add_name(struct buf *out, const struct subcommand *c);   /* "lotop", "lotop list" */
/* "lits: no such command (did you mean lotop list?)": `before` stands in front of the name; where none is
 * near, `otherwise` is said. */
void subcommand_add_unknown(struct buf *out, const char *name, const char *before, const char *otherwise);
const char *status_help(enum exit_status status);             /* one line: "usage: an option, command ..." */

int cmd_list(const struct options *o, platform_opener *open);
int cmd_why(const struct options *o, platform_opener *open);
int cmd_kill(const struct options *o, platform_opener *open);
int cmd_wait(const struct options *o, platform_opener *open);
int cmd_next(const struct options *o, platform_opener *open);
int cmd_watch(const struct options *o, platform_opener *open);
int cmd_record(const struct options *o, platform_opener *open);
int cmd_log(const struct options *o, platform_opener *open);
int cmd_check(const struct options *o, platform_opener *open);
int cmd_metrics(const struct options *o, platform_opener *open);
int cmd_stream(const struct options *o, platform_opener *open);
int cmd_help(const struct options *o, platform_opener *open);

#endif
