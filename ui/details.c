/* Owns the order of the details page: the socket, its marks, each holder, what could not be seen. Refuses to
 * know single facts (details_facts.h), what is selected and how lines are drawn. */
#include "ui/details.h"

#include "model/health.h"
#include "ui/details_facts.h"
#include "ui/details_past.h"

static const char *socket_source(const struct facts *facts)
{
	static const char *const names[] = {
		[SOURCE_SOCK_DIAG] = "sock_diag",
		[SOURCE_PROCFS] = "/proc/net",
		[SOURCE_REPLAY] = "recording",
	};

	return names[facts->source];
}

static void add_source(struct buf *out, const struct details_context *c, const struct details_fact *fact)
{
	if (c->holder)
		buf_printf(out, "/proc/%d/", c->holder->process->fact->pid);
	buf_add_string(out, fact->source ? fact->source : socket_source(c->about->snapshot->facts));
}

static void add_facts(struct page *page, const struct details_context *c, const struct details_fact *facts,
		      size_t count)
{
	struct buf text = { 0 }, source = { 0 };

	for (size_t i = 0; i < count; i++) {
		buf_clear(&text);
		buf_clear(&source);
		facts[i].add(&text, c);
		add_source(&source, c, &facts[i]);
		page_add_fact(page, STYLE_NORMAL, facts[i].label, buf_string(&text), buf_string(&source));
	}
	buf_done(&text);
	buf_done(&source);
}

/* What the strip below the table says: who and where, before the socket's own facts. */
static void add_summary(struct page *page, const struct subject *about)
{
	enum style style = STYLE_STRONG;
	struct buf line = { 0 };

	for (unsigned i = 0; describe_sentence(&line, about, i); i++) {
		if (line.len)
			page_add_text(page, style, buf_string(&line));
		style = STYLE_NORMAL;
		buf_clear(&line);
	}
	buf_done(&line);
}

static void add_socket(struct page *page, const struct details_context *c)
{
	size_t count;
	const struct details_fact *facts = details_socket_facts(&count);
	struct buf reach = { 0 };

	page_add_title(page, "Socket");
	add_facts(page, c, facts, count);
	describe_reach(&reach, c->about);
	page_add_fact(page, STYLE_NORMAL, "reach", buf_string(&reach), "listener lookup");
	buf_done(&reach);
}

static void add_marks(struct page *page, const struct details_context *c)
{
	uint32_t marks = row_marks(c->about->row);
	const struct health_rule *rule;
	struct buf evidence = { 0 };

	if (marks)
		page_add_title(page, "Marks");
	while ((rule = health_next(&marks))) {
		buf_clear(&evidence);
		row_explain_mark(c->about->row, c->about->snapshot, rule, &evidence);
		page_add_fact(page, STYLE_WARNING, rule->id, rule->title, "");
		page_add_fact(page, STYLE_NORMAL, " ", buf_string(&evidence), "");
		page_add_fact(page, STYLE_NORMAL, " ", rule->remedy, "");
	}
	buf_done(&evidence);
}

static void add_holder(struct page *page, const struct details_context *c)
{
	size_t count;
	const struct details_fact *facts = details_holder_facts(&count);
	struct buf title = { 0 };

	buf_printf(&title, "Held by %s %d", c->holder->process->name, c->holder->process->fact->pid);
	page_add_title(page, buf_string(&title));
	add_facts(page, c, facts, count);
	buf_done(&title);
}

static void add_holders(struct page *page, struct details_context *c)
{
	for (uint32_t i = 0; i < c->listener->holder_count; i++) {
		c->holder = &c->listener->holders[i];
		add_holder(page, c);
	}
	if (c->listener->holder_count || !c->listener->socket->inode)
		return;
	page_add_title(page, "Held by");
	page_add_text(page, STYLE_NORMAL, c->about->snapshot->facts->owners_complete
		      ? "a process that is not visible from here" : "still looking for the process");
}

static void add_gaps(struct page *page, const struct facts *facts)
{
	if (facts->gap_count)
		page_add_title(page, "What could not be seen");
	for (size_t i = 0; i < facts->gap_count; i++) {
		const struct gap_text *text = gap_text(facts->gaps[i].kind);

		page_add_fact(page, STYLE_NORMAL, text->what, text->reason, "");
		page_add_fact(page, STYLE_NORMAL, " ", text->remedy, "");
	}
}

void details_build(struct page *page, const struct subject *about)
{
	struct details_context c = { .about = about, .listener = about->row->listener };

	add_summary(page, about);
	add_socket(page, &c);
	add_marks(page, &c);
	details_add_past(page, about);
	add_holders(page, &c);
	add_gaps(page, about->snapshot->facts);
}
