/* Several kills as one: every row that was meant, by its process, all its holders, its process group or its
 * tree. One plan, sent once, each told. A process that holds several of the rows is signalled once. Nothing
 * here prints, asks, waits or escalates. */
#ifndef ACTION_VOLLEY_H
#define ACTION_VOLLEY_H

#include "action/company.h"
#include "action/kill.h"

enum volley_scope { VOLLEY_PROCESS, VOLLEY_GROUP, VOLLEY_TREE, VOLLEY_HOLDERS };

struct volley_shot {                 /* one process and one row that it holds */
	struct kill_plan plan;       /* with a refusal: it will not be signalled */
	struct kill_status status;   /* zeroed until the signal */
	struct kill *kill;           /* owned; NULL where it is refused */
	struct company company;      /* who goes with it; only where the scope is group or tree */
	int64_t sent_ms;             /* the last signal; 0 = none yet */
	size_t first;                /* index of the first shot at this process: that one sends */
};

struct volley {                      /* zeroed = nothing */
	struct platform *platform;   /* borrowed */
	enum volley_scope scope;
	int32_t pid;                 /* VOLLEY_PROCESS: this one among the holders; 0 = as plan_choose() says */
	struct volley_shot *shots;   /* owned */
	size_t count, cap;
};

/* Plans and arms. `keys`: rows of `s`. */
void volley_begin(struct volley *v, const struct snapshot *s, const struct row_key *keys, size_t count);
/* Nothing will be sent to this one. */
void volley_refuse(struct volley_shot *shot, enum kill_refusal refusal, const char *why);
/* To everybody who was armed and has not exited; so a second call escalates. */
void volley_send(struct volley *v, int signal, int64_t now_ms);
/* What happened since. `s` as in kill_step(). True when nothing more is to come. */
bool volley_step(struct volley *v, const struct snapshot *s, int64_t now_ms);
/* How many of those who were signalled run still. */
size_t volley_running(struct volley *v);
void volley_done(struct volley *v);

#endif
