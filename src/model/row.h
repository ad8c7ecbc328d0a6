/* One line of the table: a listener, and what is known of it besides since somebody looks at it. The
 * tracker makes them; everybody else reads. */
#ifndef MODEL_ROW_H
#define MODEL_ROW_H

#include "model/history.h"
#include "model/recall.h"
#include "model/snapshot.h"

enum { ROW_FRESH_MS = 5000, ROW_GONE_MS = 5000 };

struct expectation;

struct row {
	const char *address;                 /* safe: "127.0.0.1", "fe80::1%eth0"; owned by the tracker */
	const struct listener *listener;     /* in the tracker's snapshot, or a copy for a gone row */
	int64_t now_ms;                      /* wall time of the frame */
	int64_t since_ms;                    /* seen to open, else its oldest holder's start; 0 = not known */
	int64_t changed_ms;                  /* when `change` happened */
	const struct expectation *expected;  /* what the project's file says of this port; NULL = nothing */
	const struct history *history;       /* NULL: nothing has happened; see row_history() */
	struct recall recall;                /* see row_marks() */
	uint8_t change;                      /* enum change_kind; NONE again after ROW_FRESH_MS */
	bool is_calm;                        /* on a screen: what is no news does not change all the time */
	bool is_gone;                        /* closed; removed ROW_GONE_MS later */
};

/* Its marks, also those that its past gives; the evidence of one of them. */
uint32_t row_marks(const struct row *row);
void row_explain_mark(const struct row *row, const struct snapshot *s, const struct health_rule *rule,
		      struct buf *evidence);
/* What has happened there; NULL: nothing since the first look, or too long ago to be remembered. */
const struct history *row_history(const struct row *row);

#endif
