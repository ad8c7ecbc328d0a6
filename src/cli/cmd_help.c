/* lotop help and --help. Owns the order of the text; what it says is read from the tables of commands,
 * options, filter fields and exit codes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cli/complain.h"
#include "cli/options.h"
#include "cli/output.h"
#include "model/column.h"
#include "model/field.h"

enum { HELP_COLUMN = 27, HELP_WIDTH = 100 };

static void add_entry(struct buf *out, size_t start, const char *help)
{
	size_t used = out->len - start;

	buf_add_repeat(out, ' ', used + 2 < HELP_COLUMN ? HELP_COLUMN - used : 2);
	buf_printf(out, "%s\n", help);
}

static void add_command(struct buf *out, const struct subcommand *c)
{
	size_t start = out->len;

	buf_add_string(out, "  ");
	subcommand_add_name(out, c);
	buf_printf(out, *c->operands ? " %s" : "%s", c->operands);
	add_entry(out, start, c->help);
}

static void add_option(struct buf *out, const struct option_entry *entry)
{
	size_t start = out->len;

	if (entry->letter)
		buf_printf(out, "  -%c, --%s", entry->letter, entry->name);
	else
		buf_printf(out, "      --%s", entry->name);
	if (entry->argument)
		buf_printf(out, " %s", entry->argument);
	add_entry(out, start, entry->help);
}

/* Those with a meaning for the subcommands in the mask. */
static void add_options(struct buf *out, const char *title, uint32_t subcommands)
{
	size_t count;
	const struct option_entry *entries = options_table(&count);

	buf_printf(out, "\n%s:\n", title);
	for (size_t i = 0; i < count; i++)
		if (entries[i].subcommands & subcommands)
			add_option(out, &entries[i]);
}

/* Words in lines, those behind the first as far in as `title` is long. */
static void add_words(struct buf *out, const char *title, const char *const *words)
{
	size_t start = out->len, indent = strlen(title);

	buf_add_string(out, title);
	for (; *words; words++) {
		if (out->len - start + strlen(*words) >= HELP_WIDTH) {
			buf_add_char(out, '\n');
			start = out->len;
			buf_add_repeat(out, ' ', indent);
		}
		buf_printf(out, " %s", *words);
	}
	buf_add_char(out, '\n');
}

static void add_filters(struct buf *out)
{
	const char *fields[FIELD_MAX + 1];

	field_names(fields);
	buf_add_string(out, "\nFilter: words, ports, addr:port, field:value; blanks mean and; or, not, ( )\n");
	add_words(out, "  Fields:", fields);
	buf_add_string(out, "  Examples: 3000   node   port:3000-4000 state:listen   mark:exposed\n");
}

static void add_columns(struct buf *out)
{
	const struct column *all[COLUMN_MAX];
	const char *names[COLUMN_MAX + 1] = { NULL };
	unsigned count = column_all(all), used = 0;

	for (unsigned i = 0; i < count; i++)
		if (!all[i]->is_sign)
			names[used++] = all[i]->name;
	buf_add_string(out, "\nColumns, for --format and --sort:\n");
	add_words(out, " ", names);
}

static void add_statuses(struct buf *out)
{
	buf_add_string(out, "\nExit status:\n");
	for (unsigned status = 0; status < STATUS_COUNT; status++)
		buf_printf(out, "  %u  %s\n", status, status_help(status));
}

static void add_overview(struct buf *out)
{
	buf_add_string(out, "lotop: top for lo. Everything that listens on this machine's loopback.\n"
			    "\nCommands:\n");
	for (unsigned id = 0; id < SUBCOMMAND_COUNT; id++)
		add_command(out, subcommand_get(id));
	add_options(out, "Options (those of one command: lotop help COMMAND)", UINT32_MAX);
	add_filters(out);
	add_columns(out);
	add_statuses(out);
	buf_add_string(out, "\nIn the dashboard ? shows the keys. More: man lotop\n");
}

static void add_details(struct buf *out, const struct subcommand *c)
{
	buf_add_string(out, "Usage:\n");
	add_command(out, c);
	add_options(out, "Options", subcommand_bit(c));
	if (strstr(c->operands, "FILTER"))
		add_filters(out);
	if (c == subcommand_get(SUBCOMMAND_LIST))
		add_columns(out);
	add_statuses(out);
}

/* Which one is to be explained by lotop help [COMMAND], lotop COMMAND --help or lotop --help. NULL: all of
 * lotop. */
static int find_topic(const struct options *o, const struct subcommand **topic)
{
	struct buf problem = { 0 };

	*topic = NULL;
	if (o->subcommand != subcommand_get(SUBCOMMAND_HELP)) {
		if (o->subcommand != subcommand_get(SUBCOMMAND_DASHBOARD))
			*topic = o->subcommand;
		return 0;
	}
	if (o->word_count == 0)
		return 0;
	if (o->word_count > 1) {
		complain("help", "one command at a time", "lotop help list");
		return STATUS_USAGE;
	}
	*topic = subcommand_find(slice_of(o->words[0]));
	if (*topic)
		return 0;
	subcommand_add_unknown(&problem, o->words[0], "lotop help ", "all of them: lotop --help");
	complain(buf_string(&problem), NULL, NULL);
	buf_done(&problem);
	return STATUS_USAGE;
}

int cmd_help(const struct options *o, platform_opener *open)
{
	const struct subcommand *topic;
	struct buf text = { 0 };
	int status = find_topic(o, &topic);

	(void)open;
	if (status)
		return status;
	if (topic)
		add_details(&text, topic);
	else
		add_overview(&text);
	if (output_write(STDOUT_FILENO, &text))
		status = STATUS_BLIND;
	buf_done(&text);
	return status;
}
