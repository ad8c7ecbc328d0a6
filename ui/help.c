/* Owns the order of the help page. Refuses to know a key or a mark by itself: everything is read from the
 * tables of keymap.c, command.c, model/health and model/query. */
#include "ui/help.h"

#include "ui/keymap.h"
#include "model/health.h"
#include "model/field.h"

static const struct {
	enum context context;
	const char *title;
} sections[] = {
	{ CONTEXT_LISTENERS, "Listeners" },
	{ CONTEXT_CONNECTIONS, "Connections" },
	{ CONTEXT_DETAILS, "Details" },
	{ CONTEXT_WHY, "Why" },
	{ CONTEXT_PROMPT, "Filter line" },
	{ CONTEXT_COLUMNS, "Columns" },
	{ CONTEXT_DIALOG, "Kill dialog" },
};

static const struct {
	const char *sign, *meaning;
} change_signs[] = {
	{ "+", "new" }, { "~", "changed: other sockets or another process" }, { "-", "gone" },
	{ "#", "stale: its machine is not heard any more" },
};

/* Every command once, at its first key. */
static void add_section(struct page *page, const struct keymap *k, enum context context)
{
	bool seen[COMMAND_COUNT] = { 0 };
	struct buf keys = { 0 };

	for (size_t i = 0; i < k->count; i++) {
		const struct binding *binding = &k->bindings[i];

		if (!(binding->contexts & context) || seen[binding->command])
			continue;
		seen[binding->command] = true;
		buf_clear(&keys);
		keymap_add_keys(&keys, k, context, binding->command);
		page_add_fact(page, STYLE_NORMAL, buf_string(&keys),
			      command_info(binding->command)->help, "");
	}
	buf_done(&keys);
}

static void add_signs(struct page *page)
{
	const struct health_rule *rule;

	for (size_t i = 0; i < sizeof change_signs / sizeof *change_signs; i++)
		page_add_fact(page, STYLE_NORMAL, change_signs[i].sign, change_signs[i].meaning, "");
	for (uint32_t all = UINT32_MAX; (rule = health_next(&all));) {
		struct buf label = { 0 };

		buf_printf(&label, "%c %s", rule->sign, rule->id);
		page_add_fact(page, STYLE_NORMAL, buf_string(&label), rule->title, "");
		buf_done(&label);
	}
}

static void add_filter(struct page *page)
{
	const char *names[FIELD_MAX + 1];
	struct buf fields = { 0 };

	field_names(names);
	page_add_text(page, STYLE_NORMAL, "Words match process, command, user, service, address, state and "
		      "mark; a number matches a port or PID. Also:");
	for (const char *const *field = names; *field; field++)
		buf_printf(&fields, "%s: ", *field);
	page_add_text(page, STYLE_NORMAL, buf_string(&fields));
	page_add_text(page, STYLE_NORMAL, "port:3000-4000   state:listen,bound   user:root   not proc:node   "
		      "mark:exposed or mark:stopped");
	buf_done(&fields);
}

void help_build(struct page *page, const struct keymap *k)
{
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		page_add_title(page, sections[i].title);
		add_section(page, k, sections[i].context);
	}
	page_add_title(page, "First column");
	add_signs(page);
	page_add_title(page, "Filter");
	add_filter(page);
	page_add_title(page, "Mouse");
	page_add_text(page, STYLE_NORMAL,
		      "A click selects a row, two open its details. A click on a column title sorts by it, once "
		      "more the other way round. The keys of the last line and of a dialog can be clicked, and so "
		      "can the lines of a menu; beside a menu a click closes it. The wheel scrolls what is under "
		      "it.");
}
