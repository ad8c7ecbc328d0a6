/* What lotop knows of its user at the start, and what it remembers in the end.
 * What counts more: command line, config file, remembered view, default. */
#ifndef REMEMBER_H
#define REMEMBER_H

#include "home.h"
#include "settings.h"

struct remembered {
	struct home home;
	struct settings settings;        /* remembered view and config file, over the defaults */
	struct settings last;            /* the remembered view alone, over the defaults */
	struct buf problems;             /* lines of safe text, each "what: why (what to try)\n" */
	unsigned problem_count;
	bool has_config;                 /* there is a config file */
	bool is_broken;                  /* the state file could not be read whole: it is kept aside */
};

/* `wants_view`: the remembered view, too; commands have no use for it. Never fails: what cannot be read is a
 * problem, and the rest counts. */
void remember_load(struct remembered *r, bool wants_view);
void remember_done(struct remembered *r);
/* What of the view has changed between `before` and `after` is remembered, the rest is as it was. 0 also when
 * there was nothing to do, or nothing may be written; or -errno. */
int remember_save(struct remembered *r, const struct tui_view *before, const struct tui_view *after);

#endif
