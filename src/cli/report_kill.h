/* What a kill is about to do, and what it did, in words and as JSON. */
#ifndef CLI_REPORT_KILL_H
#define CLI_REPORT_KILL_H

#include "action/volley.h"
#include "base/buf.h"

/* How one shot ended, of a volley as a whole the exit status. */
enum kill_result { KILL_RESULT_DONE, KILL_RESULT_HELD, KILL_RESULT_REFUSED };

enum kill_result report_kill_result(const struct volley_shot *shot);

/* The plan of a volley: who, what else ends with it, what speaks against it. */
void report_kill_plan(struct buf *out, const struct volley *v);
/* "Send TERM to node 4211?" */
void report_kill_question(struct buf *out, const struct volley *v, int signal);
/* One line on what is known of this shot in the end. */
void report_kill_end(struct buf *out, const struct volley_shot *shot, int64_t now_ms);
/* Members of groups and trees that have not ended, a line each. */
void report_kill_stragglers(struct buf *out, const struct volley *v);
/* schema 1: everything, in one object. */
void report_kill_json(struct buf *out, const struct volley *v, int signal, bool is_dry_run, int status);

#endif
