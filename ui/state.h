/* All state of the dashboard, in one struct. Draw functions get it const; only what app_apply, app_frame
 * and app_reply lead to changes it. What is derived (visible rows, layout, pages) is kept in step by
 * refresh.c. */
#ifndef UI_STATE_H
#define UI_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include "collector/job.h"
#include "ui/describe.h"
#include "ui/dialog.h"
#include "ui/eventlog.h"
#include "ui/geometry.h"
#include "ui/keymap.h"
#include "ui/links.h"
#include "ui/menu.h"
#include "model/column_memory.h"
#include "model/expect.h"
#include "model/health.h"
#include "model/rows.h"
#include "ui/page.h"
#include "ui/prompt.h"
#include "ui/tags.h"
#include "ui/targets.h"
#include "ui/tree.h"
#include "ui/tui_view.h"

enum { STATUS_TEXT = 256, STATUS_SHOWN_MS = 10000 };

enum overlay {
	OVERLAY_NONE, OVERLAY_FILTER, OVERLAY_SORT, OVERLAY_COPY, OVERLAY_COLUMNS, OVERLAY_KILL
};

struct app_options {
	const struct tui_view *view;     /* borrowed until app_new returns; NULL = the usual one */
	const struct keymap *keys;       /* borrowed; NULL = the usual ones */
	const char *message;             /* the first status, safe; NULL = none */
	const char *clipboard;           /* helper of JOB_COPY, "" = the terminal itself; static */
	const char *home;                /* the user's home directory; copied; NULL = not known */
	const struct expect *expect;     /* of the project; borrowed; NULL = none */
	int interval_ms;
	int idle_ms;                     /* 0 = RECALL_IDLE_MS */
	bool is_replay, is_read_only;
	const char (*filters)[PROMPT_MAX];       /* as in tui_options; borrowed */
};

struct counts {                          /* rows in scope, whatever the filter */
	unsigned listening, marked[MARK_UNNAMED];
	unsigned elsewhere;                      /* listening, too, in other network namespaces */
};

struct app {
	/* What is known. */
	struct tracker *tracker;         /* what is shown: in a pause a frozen one */
	struct tracker *live;            /* in a pause: the one that frames go to; else NULL */
	size_t missed;                   /* changes since the pause began */
	unsigned looks;                  /* in a pause: so many frames are shown all the same */
	struct rows rows;
	struct tree tree;                /* the lines of the table: of the rows */
	struct links links;              /* filled while VIEW_CONNECTIONS wants them */
	struct eventlog eventlog;        /* filled while VIEW_EVENTS is on the screen */
	struct counts counts;
	const struct expect *expect;     /* as in app_options */
	bool is_there[EXPECT_MAX];       /* each that is expected: somebody listens */
	size_t missing;                  /* how many are not there */
	size_t out_of_scope;             /* rows that `a` would add */
	int64_t now_ms;                  /* time of the frame that is shown; 0 before the first */
	int64_t frame_ms;                /* of the last one: in a pause it goes on */
	int scan_error;                  /* errno of the last scan when it failed, else 0 */
	char host[64];                   /* safe */

	/* What the user has chosen. */
	struct query *query;             /* NULL = all */
	bool is_filter_new;              /* while rows are chosen by it for the first time */
	char filter[PROMPT_MAX];         /* the text that `query` was made from; "" = none */
	const struct column *sort;       /* never NULL */
	const struct column *columns[COLUMN_MAX];        /* as in tui_view */
	unsigned chosen_columns;         /* how many; 0 = the usual ones */
	uint8_t link_columns[LINK_COLUMN_COUNT];
	unsigned link_column_count;      /* likewise */
	enum grouping group;             /* where there is only one place, it is no group */
	bool is_split;                   /* where there is room */
	const struct keymap *keys;       /* never NULL */
	int interval_ms;
	bool is_reversed, show_all, show_leftovers, is_paused, is_replay, is_read_only;
	enum view view, below_details, below_help;       /* where Esc leads from them */
	bool wants_connections;          /* the collector was told so */
	struct row_key details;          /* what VIEW_DETAILS is about, whatever is selected */
	enum view below_why;
	struct row_key why_key;          /* what VIEW_WHY is about */
	struct why *why;                 /* the answer; NULL = on its way */
	enum overlay overlay;
	struct prompt prompt;
	struct menu menu;
	bool is_menu_usual;              /* the menu of columns shows the usual ones, untouched */
	struct dialog dialog;
	struct tags tags;
	struct targets targets;          /* the tagged, while they are asked about and ended; else empty */
	struct row_key asked;            /* what the dialog was opened for */
	enum kill_phase kill_phase;      /* of the last kill; KILL_ARMED when there is nothing to tell */
	bool is_kill_over;               /* its last status was final */
	bool is_end_told;                /* of the last of several: what follows is news only if it is bad */
	const char (*filters)[PROMPT_MAX];       /* as in app_options */
	const char *clipboard;           /* likewise */
	char copying[JOB_TEXT];          /* what a helper was asked to copy; "" = nothing on its way */
	char home[256];                  /* safe; "" = not known */

	/* What is on the screen. */
	struct layout layout;
	int64_t clicked_ms;              /* input.at_ms of the last click on a row */
	size_t top;                      /* index of the first visible row */
	const struct column *shown_columns[COLUMN_MAX];
	uint16_t column_widths[COLUMN_MAX];
	unsigned column_count;           /* of those that are shown */
	struct column_memory column_memory;      /* of the table */
	struct column_memory shown_memory;       /* of its part on the screen, from the line `shown_top` on */
	size_t shown_top;
	int64_t laid_out_ms;             /* since when `column_memory` sees the table */
	int64_t measured_ms;             /* when it last saw all of it */
	struct parents {                 /* of the process that the row under the cursor is about (parents.c) */
		uint64_t start_time;
		int32_t pid, ppid;       /* pid 0 = nobody was asked about */
		bool is_asked;           /* the answer is on its way */
		struct lineage lineage;
	} parents;
	struct page aside;               /* of REGION_ASIDE */
	struct row_key aside_of;
	struct page page;                /* of VIEW_DETAILS, VIEW_WHY, VIEW_HELP */
	char status[STATUS_TEXT];        /* safe; "" = none */
	enum style status_style;
	int64_t status_ms;               /* when it was set, by the clock of the frames */

	bool is_dirty;                   /* the screen shows something else */
	bool wants_complete;             /* ... and is to be written anew, all of it */
	bool is_done;
};

#endif
