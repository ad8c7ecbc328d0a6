/* Everything that a user may decide once and for all, and THE table of it: the config file, the remembered
 * view, lotop --print-config and lotop.conf(5) are made from it or checked against it. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "base/buf.h"
#include "ui/rebind.h"
#include "ui/screen.h"
#include "ui/tui_view.h"

enum { SAVED_FILTERS = 9 };

struct settings {
	struct tui_view view;
	int interval_ms;
	int idle_ms;                     /* a server without a connection for so long is marked */
	enum colours colours;
	enum screen_text text;
	bool no_mouse, is_vim, is_read_only;
	char filters[SAVED_FILTERS][PROMPT_MAX];         /* [0] is key 1; "" = none */
	struct rebind keys;
};

struct setting {
	const char *name;                /* "interval" */
	const char *usual;               /* the default, as it is written */
	const char *values;              /* "yes, no" */
	const char *help;                /* one line */
	bool is_remembered;              /* part of the view that the next start begins with */
	/* NULL: yes or no, and the bool at the offset `truth` says so, or the opposite. */
	int (*set)(struct settings *s, struct slice value, struct buf *why);
	void (*get)(const struct settings *s, struct buf *out);      /* NULL, too, where it is not remembered */
	size_t truth;
	bool is_opposite;
};

const struct setting *settings_table(size_t *count);
void settings_init(struct settings *s);                          /* the defaults */
/* 0, or -EINVAL and in `why` what is wrong, raw: "no such theme (did you mean light?)". */
int settings_set(const struct setting *setting, struct settings *s, struct slice value, struct buf *why);
/* As it is written; of one that is remembered. */
void settings_get(const struct setting *setting, const struct settings *s, struct buf *out);

/* One line of a section: "" for the table, "filters", "keys". 0, or -EINVAL and `why`. */
int settings_take(struct settings *s, struct slice section, struct slice name, struct slice value,
		  unsigned line, struct buf *why);
/* The defaults as a config file that changes nothing: every value stands in a comment. */
void settings_print(struct buf *out);

#endif
