/* lotop kill: the transaction of action/volley on the command line. Owns who is meant, the question and the
 * exit status; what becomes of it is watched by shoot.c. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/array.h"
#include "cli/ask.h"
#include "cli/complain.h"
#include "cli/filter.h"
#include "cli/identity.h"
#include "cli/look.h"
#include "cli/output.h"
#include "cli/remnants.h"
#include "cli/report_kill.h"
#include "cli/shoot.h"
#include "model/rows.h"

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
		complain_value("--signal", o->signal, "no such signal", "TERM, INT, HUP, QUIT, KILL, STOP, CONT, USR1, USR2");
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

/* Whoever is at every address is ended only where that is said. False: nobody. */
static bool complain_wildcard(const struct tracker *t, const struct aim *aim)
{
	size_t count;
	const struct row *rows = tracker_rows(t, &count);

	for (size_t i = 0; aim->is_place && i < count; i++) {
		const struct listener *l = rows[i].listener;
		struct buf why = { 0 }, hint = { 0 };

		if (l->key.kind > ROW_BOUND || l->key.endpoint.netns || !place_is_served(&aim->place, l))
			continue;
		endpoint_add(&why, &l->key.endpoint, l->device);
		buf_printf(&hint, "lotop kill '%s'", buf_string(&why));
		buf_add_string(&why, " answers there, for every address");
		complain(aim->text, buf_string(&why), buf_string(&hint));
		buf_done(&why);
		buf_done(&hint);
		return true;
	}
	return false;
}

static void complain_nobody(const struct errand *e, const struct tracker *t, const struct aim *aim,
			    size_t others)
{
	if (others && e->identity.cookie)
		complain(aim->text, "changed since you looked: that socket is gone, nothing was sent", NULL);
	else if (others)
		complain(aim->text, "only remains of connections are there: nobody to signal",
			 "lotop why tells how long they stay");
	else if (!complain_wildcard(t, aim))
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
		complain_nobody(e, t, aim, rows.count);
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

static int finish(struct errand *e, int status)
{
	struct buf text = { 0 };
	bool is_dry_run = e->options->is_dry_run;

	if (e->options->as_json)
		report_kill_json(&text, &e->volley, e->signal, is_dry_run, status);
	else if (is_dry_run || is_all_refused(&e->volley))
		report_kill_plan(&text, &e->volley);
	if (output_write(STDOUT_FILENO, &text))
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
	const struct scan_request request = everything(e->options);

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
	shoot(e->options, e->platform, &request, &e->volley, e->signal);
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
	return status;
}
