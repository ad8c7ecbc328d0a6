/* The options, as a table, and the command line that was parsed by it. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "cli/subcommand.h"

enum { INTERVAL_MIN_MS = 100, INTERVAL_MAX_MS = 60000 };
enum { DURATION_MAX_MS = 24 * 3600 * 1000, WAIT_DEFAULT_MS = 5000 };

struct options {
	const struct subcommand *subcommand; /* never NULL */
	const char **words;              /* owned array of operands, borrowed from argv */
	size_t word_count;
	const char *record, *replay;     /* paths, borrowed from argv; NULL = not asked for */
	bool is_redacted;                /* the recording; only with `record` */
	const char *format, *sort;       /* list: column names; NULL = as usual */
	const char *signal;              /* kill; NULL = TERM */
	const char *identity;            /* kill; NULL = whoever is there */
	const char *range;               /* next; NULL = registered */
	const char *theme;               /* NULL = not said */
	int interval_ms;                 /* 0 = not said: then as configured */
	int wait_ms, force_after_ms;     /* kill; force_after_ms -1 = never */
	int stable_ms, timeout_ms;       /* wait; timeout_ms -1 = never */
	int since_ms;                    /* log; -1 = all */
	int from, count;                 /* next; from 0 = where its range begins */
	const char **froms;              /* owned array of all values of --from, borrowed from argv */
	size_t from_count;               /* dashboard, list: commands that tell about other machines */
	struct stream *(*new_stream)(const char *const argv[]);      /* for them; main.c's */
	bool no_bpf;
	bool wants_print_config, wants_check_config;
	bool is_read_only;
	bool show_all;
	bool all_netns;
	bool hide_leftovers;
	bool as_json, as_csv, is_nul, no_header;
	bool wants_connect;              /* why */
	bool is_udp;
	bool is_group, is_tree, is_all_holders, is_unit, is_container, is_socket, is_confirmed, is_dry_run;     /* kill */
	bool wants_listening, wants_free;
	bool wants_snapshot;             /* watch */
	bool wants_help;
	bool wants_version;
};

enum option_kind {                   /* bool, const char *, int (ms), int (ms), int (1 to 65535) */
	OPTION_FLAG, OPTION_TEXT, OPTION_INTERVAL, OPTION_DURATION, OPTION_NUMBER,
	OPTION_FROM                  /* one name, another meaning for lotop next: read when the command is known */
};

struct option_entry {
	const char *name;                /* "interval" */
	char letter;                     /* 'i', 0 = none */
	uint8_t kind;                    /* enum option_kind */
	const char *argument;            /* "SECONDS"; NULL for a flag */
	const char *help;                /* one line */
	uint32_t subcommands;            /* bits 1u << enum subcommand_id: where it has a meaning */
	size_t offset;                   /* of its value in struct options */
};

const struct option_entry *options_table(size_t *count);

/* 0, or -EINVAL and one line in `problem` in the form "what: why (what to try)"; raw, for it quotes argv.
 * Either way options_done() is the caller's. Options may stand before and behind operands; "--" ends them. */
int options_parse(int argc, char *argv[], struct options *out, struct buf *problem);
void options_done(struct options *o);

#endif
