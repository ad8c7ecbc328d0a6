/* Owns how processes are named in evidence, and how many of them. Knows no rule. */
#include "model/evidence.h"

enum { NAMED_MAX = 3 };

void evidence_add(struct buf *out, const char *text)
{
	if (out)
		buf_add_string(out, text);
}

void evidence_add_number(struct buf *out, uint64_t number)
{
	if (out)
		buf_add_number(out, number);
}

void evidence_add_process(struct buf *out, const struct holder *h)
{
	evidence_add(out, h->process->name);
	evidence_add(out, " ");
	evidence_add_number(out, (uint64_t)h->process->fact->pid);
}

void evidence_add_rest(struct buf *out, uint32_t count, uint32_t named)
{
	if (count <= named)
		return;
	evidence_add(out, " and ");
	evidence_add_number(out, count - named);
	evidence_add(out, " more");
}

void evidence_add_processes(struct buf *out, const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count && i < NAMED_MAX; i++) {
		evidence_add(out, i ? ", " : "");
		evidence_add_process(out, &l->holders[i]);
	}
	evidence_add_rest(out, l->holder_count, NAMED_MAX);
}
