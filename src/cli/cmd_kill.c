/* lotop kill: the transaction of action/volley on the command line. Owns who is meant, the question, the
 * patience and the exit status. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/array.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "cli/ask.h"
#include "cli/complain.h"
#include "cli/filter.h"
#include "cli/identity.h"
#include "cli/look.h"
#include "cli/output.h"
#include "cli/remnants.h"
#include "cli/report_kill.h"
#include "collector/collector.h"
#include "model/rows.h"

enum { STEP_MS = 20, SCAN_MS = 100 };

static struct scan_request everything(const struct options *o)
{
	return (struct scan_request){
		.bound_only = true, .leftovers = true, .clients = true, .owners = true,
		.other_netns = o->all_netns,
	};
}

struct errand {
	const struct options *options;
	struct platform *platform;
	struct aim *aims;
	struct row_key *keys;            /* rows that are meant, each once */
	size_t key_count, key_cap;
	struct volley volley;
	int signal;
	struct target_id identity;       /* of --identity; pid 0 = whoever is there */
	int64_t began_ms, deadline_ms;
	bool is_forced;                  /* KILL was sent by --force-after */
	char (*told)[KILL_TEXT];         /* by shot: the line that was written last */
};

/* In the place of a signal. */
static int parse_remedy(const struct options *o, struct errand *e)
{
	e->signal = KILL_BY_REMEDY;
	if (!o->signal && o->force_after_ms < 0 && e->volley.scope == VOLLEY_PROCESS && o->is_unit + o->is_container == 1)
		return aims_parse(o, &e->aims) ? STATUS_USAGE : 0;
	complain(o->is_unit ? "--unit" : "--container", "stops all of it by a command of its own",
		 "without --signal, --force-after, --group, --tree, --all-holders and the other of the two");
	return STATUS_USAGE;
}

static int parse(const struct options *o, struct errand *e)
{
	*e = (struct errand){ .options = o, .signal = SIGTERM };
	if (o->is_group + o->is_tree + o->is_all_holders > 1) {
		complain("kill", "--group, --tree and --all-holders exclude each other", "choose one");
		return STATUS_USAGE;
	}
	e->volley.scope = o->is_group ? VOLLEY_GROUP : o->is_tree ? VOLLEY_TREE :
			  o->is_all_holders ? VOLLEY_HOLDERS : VOLLEY_PROCESS;
	if (o->signal)
		e->signal = kill_signal_parse(slice_of(o->signal));
	if (e->signal < 0) {
		complain(o->signal, "no such signal", "TERM, INT, HUP, QUIT, KILL, STOP, CONT, USR1, USR2");
		return STATUS_USAGE;
	}
	if (o->is_socket && (o->signal || o->force_after_ms >= 0 || e->volley.scope != VOLLEY_PROCESS || o->is_unit ||
			     o->is_container || o->identity)) {
		complain("--socket", "signals no process", "without the options that say which and how");
		return STATUS_USAGE;
	}
	if (o->is_unit || o->is_container)
		return parse_remedy(o, e);
	if (o->identity && e->volley.scope != VOLLEY_PROCESS) {
		complain("--identity", "means one process", "without --group, --tree and --all-holders");
		return STATUS_USAGE;
	}
	if (o->identity && identity_parse(o->identity, &e->identity))
		return STATUS_USAGE;
	e->volley.pid = e->identity.pid;
	return aims_parse(o, &e->aims) ? STATUS_USAGE : 0;
}

static void add_key(struct errand *e, const struct row_key *key)
{
	for (size_t i = 0; i < e->key_count; i++)
		if (!row_key_compare(&e->keys[i], key))
			return;
	ARRAY_PUSH(e->keys, e->key_count, e->key_cap) = *key;
}

static void complain_nobody(const struct errand *e, const struct aim *aim, size_t others)
{
	if (others && e->identity.cookie)
		complain(aim->text, "changed since you looked: that socket is gone, nothing was sent", NULL);
	else if (others)
		complain(aim->text, "only remains of connections are there: nobody to signal",
			 "lotop why tells how long they stay");
	else
		complain(aim->text, "nothing is there", NULL);
}

/* Connections and their remains are never a target, whoever holds them: a client would die for using the
 * port's number. */
static void aim_at(struct errand *e, const struct tracker *t, const struct aim *aim)
{
	const struct rows_options asked = {
		.query = aim->query, .show_leftovers = true,
		.show_all = e->options->show_all || aim->is_place,
	};
	struct rows rows = { 0 };
	size_t found = 0;

	rows_update(&rows, t, &asked);
	for (size_t i = 0; i < rows.count; i++) {
		const struct row_key *key = &rows.items[i]->listener->key;

		if (key->kind > ROW_BOUND || !identity_has_socket(&e->identity, rows.items[i]->listener))
			continue;
		add_key(e, key);
		found++;
	}
	if (!found)
		complain_nobody(e, aim, rows.count);
	rows_done(&rows);
}

static void find_rows(struct errand *e, const struct snapshot *s)
{
	struct tracker *t = tracker_new();

	tracker_update(t, s);
	for (size_t i = 0; i < e->options->word_count; i++)
		aim_at(e, t, &e->aims[i]);
	tracker_free(t);
}

static int status_of(const struct volley *v)
{
	size_t done = 0, refused = 0;

	for (size_t i = 0; i < v->count; i++) {
		enum kill_result result = report_kill_result(&v->shots[i]);

		done += result == KILL_RESULT_DONE;
		refused += result == KILL_RESULT_REFUSED;
	}
	if (done == v->count)
		return STATUS_FOUND;
	if (done)
		return STATUS_PARTLY;
	return refused == v->count ? STATUS_REFUSED : STATUS_HELD;
}

static bool is_all_refused(const struct volley *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (!v->shots[i].plan.refusal)
			return false;
	return true;
}

/* Twice where it asks for that: what speaks against it is the second question. */
static bool ask_all(const struct errand *e)
{
	struct buf text = { 0 };
	bool is_yes;

	report_kill_plan(&text, &e->volley);
	fputs(buf_string(&text), stderr);
	buf_clear(&text);
	report_kill_question(&text, &e->volley, e->signal);
	is_yes = ask_yes(buf_string(&text));
	for (size_t i = 0; is_yes && i < e->volley.count; i++) {
		const struct volley_shot *shot = &e->volley.shots[i];

		if (!shot->kill || shot->first != i || !*shot->plan.confirm_twice)
			continue;
		buf_clear(&text);
		buf_printf(&text, "%s %d: %s. Really?", shot->plan.name, (int)shot->plan.id.pid,
			   shot->plan.confirm_twice);
		is_yes = ask_yes(buf_string(&text));
	}
	buf_done(&text);
	return is_yes;
}

static bool is_confirmed(const struct errand *e)
{
	if (e->options->is_confirmed)
		return true;
	if (!ask_is_possible()) {
		complain("kill", "nobody can be asked: this is no terminal", "--yes, or -n to see the plan");
		return false;
	}
	if (ask_all(e))
		return true;
	complain("kill", "nothing was signalled", NULL);
	return false;
}

static int say(struct buf *text)
{
	int error = output_write(STDOUT_FILENO, text);

	buf_clear(text);
	return error;
}

/* As they come: what is over, and a port that has become free. Not twice, though two rows may tell the
 * same. */
static void tell_news(struct errand *e)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < e->volley.count; i++) {
		const struct kill_status *status = &e->volley.shots[i].status;
		bool is_told = false;

		if (!status->is_final && status->phase != KILL_RELEASED)
			continue;
		for (size_t k = 0; k < e->volley.count; k++)
			is_told |= !strcmp(e->told[k], status->text);
		memcpy(e->told[i], status->text, sizeof e->told[i]);
		if (!is_told)
			buf_printf(&text, "%s\n", status->text);
	}
	if (text.len && !e->options->as_json)
		say(&text);
	buf_done(&text);
}

/* Those that run still, and what was refused. */
static void tell_rest(struct errand *e)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < e->volley.count; i++) {
		const struct volley_shot *shot = &e->volley.shots[i];

		if (shot->plan.refusal || (!shot->status.is_final && shot->status.phase != KILL_RELEASED))
			report_kill_end(&text, shot, clock_monotonic_ms());
	}
	report_kill_stragglers(&text, &e->volley);
	if (!e->options->as_json)
		say(&text);
	buf_done(&text);
}

static void force(struct errand *e, int64_t now_ms)
{
	struct buf text = { 0 };

	e->is_forced = true;
	e->deadline_ms = now_ms + e->options->wait_ms;
	buf_printf(&text, "still running after %d.%d s: sending KILL\n", e->options->force_after_ms / 1000,
		   e->options->force_after_ms % 1000 / 100);
	if (!e->options->as_json)
		say(&text);
	volley_send(&e->volley, SIGKILL, now_ms);
	buf_done(&text);
}

/* True when nothing more is awaited: all is told, or patience is over. A port is watched a while longer. */
static bool is_over(struct errand *e, bool is_told, int64_t now_ms)
{
	size_t running = volley_running(&e->volley);
	int force_ms = e->options->force_after_ms;

	if (!running && is_told)
		return true;
	if (running && force_ms >= 0 && !e->is_forced && now_ms - e->began_ms >= force_ms) {
		force(e, now_ms);
		return false;
	}
	return now_ms >= e->deadline_ms + (running && !is_told ? 0 : KILL_WATCH_MS);
}

static bool step(struct errand *e, int64_t *scanned_ms)
{
	const struct snapshot *s = NULL;
	int64_t now_ms = clock_monotonic_ms();
	bool is_told;

	if (now_ms - *scanned_ms >= SCAN_MS) {
		const struct scan_request request = everything(e->options);

		collector_scan_once(e->platform, &request, &s);
		*scanned_ms = now_ms = clock_monotonic_ms();
	}
	is_told = volley_step(&e->volley, s, now_ms);
	snapshot_unref(s);
	tell_news(e);
	return is_over(e, is_told, now_ms);
}

static void shoot(struct errand *e)
{
	const struct options *o = e->options;
	int patience_ms = o->wait_ms > o->force_after_ms ? o->wait_ms : o->force_after_ms;
	int64_t scanned_ms = 0;

	e->told = fatal_calloc(e->volley.count + 1, sizeof *e->told);
	e->began_ms = clock_monotonic_ms();
	e->deadline_ms = e->began_ms + patience_ms;
	volley_send(&e->volley, e->signal, e->began_ms);
	while (!step(e, &scanned_ms))
		poll(NULL, 0, STEP_MS);
	tell_rest(e);
}

static int finish(struct errand *e, int status)
{
	struct buf text = { 0 };
	bool is_dry_run = e->options->is_dry_run;

	if (e->options->as_json)
		report_kill_json(&text, &e->volley, e->signal, is_dry_run, status);
	else if (is_dry_run || is_all_refused(&e->volley))
		report_kill_plan(&text, &e->volley);
	if (say(&text))
		status = STATUS_BLIND;
	buf_done(&text);
	return status;
}

/* The wrong one is not taken for the right one: a container may run in a unit. */
static void refuse_without_remedy(struct errand *e)
{
	bool is_unit = e->options->is_unit;

	for (size_t i = 0; e->signal == KILL_BY_REMEDY && i < e->volley.count; i++) {
		struct volley_shot *shot = &e->volley.shots[i];
		enum remedy_kind kind = shot->plan.remedy_kind;
		bool fits = is_unit ? kind == REMEDY_UNIT || kind == REMEDY_USER_UNIT
				    : kind == REMEDY_CONTAINER || kind == REMEDY_USER_CONTAINER;

		if (!shot->plan.refusal && !fits)
			volley_refuse(shot, KILL_NO_REMEDY, is_unit ? "it is in no systemd unit that could be stopped"
								    : "it is in no container of docker or podman");
	}
}

static int act(struct errand *e, const struct snapshot *s)
{
	if (e->options->is_socket)
		return remnants_close(e->options, e->platform, s, e->aims);
	find_rows(e, s);
	e->volley.platform = e->platform;
	volley_begin(&e->volley, s, e->keys, e->key_count);
	identity_refuse_others(&e->identity, &e->volley);
	refuse_without_remedy(e);
	if (!e->key_count)
		return e->options->as_json ? finish(e, STATUS_NOTHING) : STATUS_NOTHING;
	if (is_all_refused(&e->volley))
		return finish(e, STATUS_REFUSED);
	if (e->options->is_dry_run)
		return finish(e, STATUS_FOUND);
	if (!is_confirmed(e))
		return STATUS_REFUSED;
	shoot(e);
	return finish(e, status_of(&e->volley));
}

int cmd_kill(const struct options *o, platform_opener *open)
{
	const struct scan_request request = everything(o);
	const struct snapshot *s;
	struct errand e;
	int status;

	if (o->is_read_only && !o->is_dry_run) {
		complain("kill", "read-only: nothing is signalled", "--dry-run shows what would be");
		return STATUS_REFUSED;
	}
	status = parse(o, &e);
	if (status)
		return status;
	status = STATUS_BLIND;
	if (open(o, &e.platform) == 0) {
		if (look_once(e.platform, &request, &s) == 0) {
			status = act(&e, s);
			snapshot_unref(s);
		}
		volley_done(&e.volley);
		platform_free(e.platform);
	}
	aims_free(e.aims, o->word_count);
	free(e.keys);
	free(e.told);
	return status;
}
