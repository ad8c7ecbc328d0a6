/* Owns the list of programs that may be run for the user, each with its whole argument list: nothing
 * that was read from a process can choose a program or an option, no shell is involved. How a program is
 * run is the platform's. */
#include "collector/errand.h"

#include <errno.h>
#include <string.h>
#include "action/phrase.h"

enum { TIMEOUT_MS = 2000 };

static const struct helper {
	const char *name;
	const char *argv[5];     /* NULL-terminated; the text comes on stdin */
} helpers[] = {
	{ "tmux", { "tmux", "load-buffer", "-w", "-", NULL } },  /* -w: on to the outer terminal, tmux 3.2 */
	{ "wl-copy", { "wl-copy", NULL } },
	{ "xclip", { "xclip", "-selection", "clipboard", NULL } },
};

static const struct helper *find_helper(const char *name)
{
	for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
		if (!strcmp(helpers[i].name, name))
			return &helpers[i];
	return NULL;
}

static void fail(struct reply *reply, const char *program, int error)
{
	reply->is_error = true;
	switch (error) {
	case -ENOENT:
		phrase_set(reply->message, sizeof reply->message, "%s is not installed", program);
		break;
	case -ETIMEDOUT:
		phrase_set(reply->message, sizeof reply->message, "%s did not end in time", program);
		break;
	case -EOPNOTSUPP:
		phrase_set(reply->message, sizeof reply->message, "a recording runs no programs");
		break;
	default:
		phrase_set(reply->message, sizeof reply->message, "%s failed", program);
	}
}

static void copy(struct platform *p, const struct job *job, struct reply *reply)
{
	const struct helper *h = find_helper(job->helper);
	int error;

	if (!h) {
		fail(reply, "the clipboard helper", -ENOENT);
		return;
	}
	error = p->ops->run(p, h->argv, slice_of(job->text), TIMEOUT_MS);
	if (error)
		fail(reply, h->name, error);
	else
		phrase_set(reply->message, sizeof reply->message, "sent to the clipboard by %s: %s", h->name,
			   job->text);
}

/* Only what xdg-open takes for a URL of the web: never a file, an option or another scheme. */
static bool is_web_url(struct slice text)
{
	return slice_starts(text, "http://") || slice_starts(text, "https://");
}

static void open_url(struct platform *p, const struct job *job, struct reply *reply)
{
	const char *const argv[] = { "xdg-open", job->text, NULL };
	int error = -EINVAL;

	if (is_web_url(slice_of(job->text)))
		error = p->ops->run(p, argv, slice_of(""), TIMEOUT_MS);
	if (error && error != -ETIMEDOUT)        /* a browser that it started may keep it */
		fail(reply, argv[0], error);
	else
		phrase_set(reply->message, sizeof reply->message, "opened %s", job->text);
}

void errand_run(struct platform *p, const struct job *job, struct reply *reply)
{
	*reply = (struct reply){ .kind = REPLY_MESSAGE };
	if (job->kind == JOB_COPY)
		copy(p, job, reply);
	else
		open_url(p, job, reply);
}
