/* Owns how a diagnosis is laid out. Refuses to judge: answer, evidence and remedy are model/why's. */
#include "ui/whypage.h"

static enum style style_of(enum severity severity)
{
	static const enum style styles[] = {
		[SEVERITY_FINE] = STYLE_GOOD, [SEVERITY_NOTE] = STYLE_STRONG,
		[SEVERITY_WARNING] = STYLE_WARNING, [SEVERITY_PROBLEM] = STYLE_ERROR,
	};

	return styles[severity];
}

static void add_finding(struct page *page, const struct finding *f, const char *label)
{
	page_add_fact(page, style_of(f->severity), label, f->answer, "");
	for (uint32_t i = 0; i < f->evidence_count; i++)
		page_add_fact(page, STYLE_NORMAL, i ? " " : "because", f->evidence[i], "");
	page_add_fact(page, STYLE_STRONG, "what to do", f->remedy, "");
	page_add_blank(page);
}

void whypage_build(struct page *page, const struct why *why)
{
	const struct finding *findings;
	struct buf title = { 0 };
	size_t count;

	if (!why) {
		page_add_text(page, STYLE_NORMAL, "Asking the kernel ...");
		return;
	}
	findings = why_findings(why, &count);
	if (why_at(why)->family)
		endpoint_add(&title, why_at(why), NULL);
	else
		buf_printf(&title, "localhost:%u", why_at(why)->port);
	buf_printf(&title, " %s", protocol_name(why_at(why)->protocol));
	page_add_title(page, buf_string(&title));
	for (size_t i = 0; i < count; i++)
		add_finding(page, &findings[i], i ? "also" : "answer");
	buf_done(&title);
}
