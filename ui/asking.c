/* Owns what is asked about, and which answer is waited for. Refuses to probe: that is a job; and to word the
 * answer (whypage.c). */
#include "ui/asking.h"

#include "ui/focus.h"
#include "ui/going.h"
#include "ui/say.h"

/* Most servers are asked for by the name "localhost": the question is about it, unless the address is one that
 * localhost never means. */
static struct endpoint question_about(const struct endpoint *e)
{
	static const uint8_t v4[16] = { 127, 0, 0, 1 }, v6[16] = { [15] = 1 };
	const struct endpoint loopback = { .protocol = e->protocol, .family = e->family, .port = e->port };
	struct endpoint plain = loopback, named = loopback;

	for (unsigned i = 0; i < sizeof plain.address; i++)
		named.address[i] = e->family == FAMILY_IPV4 ? v4[i] : v6[i];
	for (unsigned i = 0; i < sizeof plain.address; i++)
		plain.address[i] = e->address[i];
	if (e->netns)
		return *e;
	if (endpoint_is_wildcard(e) || endpoint_equal(&plain, &named))
		return (struct endpoint){ .protocol = e->protocol, .port = e->port };
	return *e;
}

static void ask(struct app *app, bool connects, struct job *out)
{
	why_free(app->why);
	app->why = NULL;
	out->kind = JOB_WHY;
	out->key = app->why_key;
	out->key.endpoint = question_about(&app->why_key.endpoint);
	out->connects = connects;
	going_to(app, VIEW_WHY);
}

void asking_ask(struct app *app, struct job *out)
{
	const struct row *row = focus_row(app);

	if (app->view != VIEW_WHY && !row) {
		say(app, STYLE_WARNING, "no row is selected");
		return;
	}
	if (app->view != VIEW_WHY && row->listener->key.machine) {
		say(app, STYLE_WARNING, "lotop why has to be asked on %s itself: it tries what it tells",
		    row->listener->host ? row->listener->host->name : "that machine");
		return;
	}
	if (app->view != VIEW_WHY) {
		app->why_key = row->listener->key;
		app->below_why = app->view;
	}
	ask(app, false, out);
}

void asking_try(struct app *app, struct job *out)
{
	ask(app, true, out);
}

/* Who asked twice gets two answers: the first may be about another port. */
void asking_answer(struct app *app, struct why *why)
{
	const struct endpoint at = question_about(&app->why_key.endpoint);

	if (!endpoint_equal(why_at(why), &at)) {
		why_free(why);
		return;
	}
	why_free(app->why);
	app->why = why;
}
