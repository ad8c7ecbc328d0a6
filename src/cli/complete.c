/* Owns what may follow on an unfinished command line: from the tables of commands, options, columns, signals,
 * marks and filter fields, and live ports and names. Offers only what needs no quoting. */
#include "cli/complete.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>
#include "action/signals.h"
#include "cli/options.h"
#include "cli/output.h"
#include "collector/collector.h"
#include "model/column.h"
#include "model/health.h"
#include "model/field.h"

enum { SIGNAL_MAX = 31 };

struct completion {
	struct buf out;
	struct slice typed;              /* of the word, as far as candidates are compared with it */
	struct slice front;              /* of the word: stands before every candidate */
	const struct subcommand *command;
	platform_opener *open;
};

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr("._:,+-@/[]%", *text))
			return false;
	return true;
}

/* printf-like: the candidate has two parts, often "--" or "mark:" and a name. */
static void offer(struct completion *c, const char *first, const char *second, const char *help)
{
	struct buf word = { 0 };
	struct slice front;

	buf_add_string(&word, first);
	buf_add_string(&word, second);
	front = buf_slice(&word);
	front.len = front.len < c->typed.len ? front.len : c->typed.len;
	if (slice_equal(front, c->typed) && is_plain(buf_string(&word))) {
		buf_add_slice(&c->out, c->front);
		buf_add_slice(&c->out, buf_slice(&word));
		buf_printf(&c->out, "\t%s\n", help);
	}
	buf_done(&word);
}

static void offer_commands(struct completion *c)
{
	for (unsigned id = SUBCOMMAND_DASHBOARD + 1; id < SUBCOMMAND_COUNT; id++)
		offer(c, "", subcommand_get(id)->name, subcommand_get(id)->help);
}

static void offer_options(struct completion *c)
{
	size_t count;
	const struct option_entry *entries = options_table(&count);
	bool has_command = *c->command->name;

	for (size_t i = 0; i < count; i++)
		if (!has_command || entries[i].subcommands & subcommand_bit(c->command))
			offer(c, "--", entries[i].name, entries[i].help);
}

static void offer_signals(struct completion *c)
{
	for (int number = 1; number <= SIGNAL_MAX; number++)
		if (strcmp(kill_signal_name(number), "?"))
			offer(c, "", kill_signal_name(number), kill_signal_is_end(number) ? "ends it" : "");
}

static void offer_columns(struct completion *c)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);

	for (unsigned i = 0; i < count; i++)
		offer(c, "", all[i]->name, all[i]->help);
}

/* Behind the last comma. */
static void offer_column_list(struct completion *c)
{
	const char *comma = memrchr(c->typed.ptr, ',', c->typed.len);

	if (comma) {
		size_t len = (size_t)(comma + 1 - c->typed.ptr);

		c->front.len += len;         /* both lie in the same word */
		c->typed = slice_from(c->typed, len);
	}
	offer_columns(c);
}

static void offer_sort(struct completion *c)
{
	if (slice_starts(c->typed, "-")) {
		c->front.len++;
		c->typed = slice_from(c->typed, 1);
	}
	offer_columns(c);
}

static void offer_ranges(struct completion *c)
{
	offer(c, "", "registered", "1024 to 49151");
	offer(c, "", "dynamic", "49152 to 65535");
	offer(c, "", "any", "reserved ones, too");
}

static const struct {
	const char *option;
	void (*offer)(struct completion *c);
} values[] = {
	{ "signal", offer_signals }, { "format", offer_column_list }, { "sort", offer_sort },
	{ "range", offer_ranges },
};

static void offer_values(struct completion *c, const struct option_entry *entry)
{
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (!strcmp(values[i].option, entry->name))
			values[i].offer(c);
}

static void offer_listener(struct completion *c, const struct listener *l)
{
	const struct process *p = l->holder_count ? l->holders[0].process : NULL;
	struct buf port = { 0 }, help = { 0 };

	buf_add_number(&port, l->key.endpoint.port);
	endpoint_add(&help, &l->key.endpoint, l->device);
	if (p)
		buf_printf(&help, " %s %d", p->name, (int)p->fact->pid);
	offer(c, "", buf_string(&port), buf_string(&help));
	if (p && c->command != subcommand_get(SUBCOMMAND_WHY))
		offer(c, "proc:", p->name, buf_string(&help));
	buf_done(&port);
	buf_done(&help);
}

static void offer_live(struct completion *c)
{
	const struct scan_request request = { .bound_only = true, .owners = true };
	const struct options o = { .subcommand = c->command };
	const struct snapshot *s;
	struct platform *p;

	if (c->open(&o, &p))
		return;
	if (collector_scan_once(p, &request, &s) == 0) {
		for (size_t i = 0; i < s->listener_count; i++)
			offer_listener(c, &s->listeners[i]);
		snapshot_unref(s);
	}
	platform_free(p);
}

static void offer_filter(struct completion *c)
{
	const struct health_rule *rule;
	const char *fields[FIELD_MAX + 1];

	field_names(fields);
	for (const char *const *field = fields; *field; field++)
		offer(c, *field, ":", "filter");
	for (uint32_t all = UINT32_MAX; slice_starts(c->typed, "mark:") && (rule = health_next(&all));)
		offer(c, "mark:", rule->id, rule->title);
}

static void offer_operands(struct completion *c)
{
	const char *operands = c->command->operands;

	if (c->command == subcommand_get(SUBCOMMAND_HELP))
		offer_commands(c);
	if (strstr(operands, "FILTER") || strstr(operands, "TARGET"))
		offer_filter(c);
	if (strstr(operands, "FILTER") || strstr(operands, "TARGET") || strstr(operands, "PORT"))
		offer_live(c);
}

/* The option whose value is still to come behind this word; NULL: none. "--name=value" has it already. */
static const struct option_entry *awaits_value(const char *word)
{
	size_t count;
	const struct option_entry *entries = options_table(&count);

	for (size_t i = 0; i < count && word[0] == '-'; i++) {
		bool is_long = word[1] == '-' && !strcmp(word + 2, entries[i].name);
		bool is_short = entries[i].letter && word[1] == entries[i].letter && !word[2];

		if (entries[i].argument && (is_long || is_short))
			return &entries[i];
	}
	return NULL;
}

/* "--sort=" within the word that is to be completed. */
static const struct option_entry *take_long_value(struct completion *c)
{
	struct slice value = c->typed, name = slice_cut(&value, '=');
	struct buf word = { 0 };
	const struct option_entry *entry;

	if (!slice_starts(c->typed, "--") || name.len == c->typed.len)
		return NULL;
	buf_add_slice(&word, name);
	entry = awaits_value(buf_string(&word));
	buf_done(&word);
	c->front.len = name.len + 1;
	c->typed = slice_from(c->typed, name.len + 1);
	return entry;
}

/* The command, and the option whose value the last word is. */
static const struct option_entry *read_words(struct completion *c, int count, char *const words[])
{
	const struct option_entry *pending = NULL;

	for (int i = 0; i < count - 1; i++) {
		const struct subcommand *named = subcommand_find(slice_of(words[i]));

		if (!pending && named && !*c->command->name)
			c->command = named;
		pending = pending ? NULL : awaits_value(words[i]);
	}
	return pending ? pending : take_long_value(c);
}

int complete_print(int count, char *const words[], platform_opener *open)
{
	struct slice last = slice_of(count ? words[count - 1] : "");
	struct completion c = {
		.typed = last, .front = { last.ptr, 0 }, .open = open,
		.command = subcommand_get(SUBCOMMAND_DASHBOARD),
	};
	const struct option_entry *pending = read_words(&c, count, words);
	int status = STATUS_FOUND;

	if (pending)
		offer_values(&c, pending);
	else if (slice_starts(c.typed, "-"))
		offer_options(&c);
	else if (!*c.command->name)
		offer_commands(&c);
	else
		offer_operands(&c);
	if (output_write(STDOUT_FILENO, &c.out))
		status = STATUS_BLIND;
	buf_done(&c.out);
	return status;
}
