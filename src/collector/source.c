/* Owns the patience with one source. One that has spoken before is started again by itself, ever less often; one that
 * never did (a wrong password, an unknown host) only when somebody asks: trying again and again would lock an
 * account. Frames of a foreign clock are moved to ours. Refuses to know programs and bytes (platform/stream). */
#include "collector/source.h"

#include "action/phrase.h"
#include "base/text.h"

enum { SILENT_INTERVALS = 3 };

void source_init(struct source *s, struct stream *stream, const char *label, uint16_t machine)
{
	*s = (struct source){ .stream = stream, .label = label, .machine = machine, .retry_ms = INT64_MAX };
}

void source_done(struct source *s)
{
	s->stream->ops->free(s->stream);
	snapshot_unref(s->newest);
}

void source_name(const struct source *s, char *out, size_t size)
{
	struct buf host = { 0 };

	if (s->newest)
		text_escape(&host, s->newest->facts->host);
	phrase_set(out, size, "%s", s->label ? s->label : host.len ? buf_string(&host) : "another machine");
	buf_done(&host);
}

static void fail(struct source *s, int64_t now_ms)
{
	const char *why = s->stream->ops->why(s->stream);

	phrase_set(s->trouble, sizeof s->trouble, "%s", *why ? why : "it has ended");
	s->retry_ms = INT64_MAX;
	if (!s->has_spoken)
		return;
	s->retry_ms = now_ms + s->retry_after_ms;
	s->retry_after_ms = s->retry_after_ms < SOURCE_RETRY_MAX_MS / 2 ? s->retry_after_ms * 2 : SOURCE_RETRY_MAX_MS;
}

void source_start(struct source *s, int64_t now_ms)
{
	s->heard_ms = now_ms;
	s->retry_ms = INT64_MAX;
	if (!s->retry_after_ms)
		s->retry_after_ms = SOURCE_RETRY_MS;
	if (s->stream->ops->start(s->stream))
		fail(s, now_ms);
}

static int64_t moved(int64_t time_ms, int64_t skew_ms, int64_t now_ms)
{
	int64_t sum;

	if (time_ms <= 0 || __builtin_add_overflow(time_ms, skew_ms, &sum) || sum <= 0)
		return 0;
	return sum < now_ms ? sum : now_ms;
}

/* Ages are what counts, not what the clock over there says. */
static void adopt(struct facts *facts, uint16_t machine, int64_t wall_ms)
{
	int64_t skew_ms;

	if (__builtin_sub_overflow(wall_ms, facts->wall_ms, &skew_ms))
		skew_ms = 0;
	for (size_t i = 0; i < facts->process_count; i++)
		facts->processes[i].started_wall_ms =
			moved(facts->processes[i].started_wall_ms, skew_ms, wall_ms);
	facts->wall_ms = wall_ms;
	facts->machine = machine;
}

static void hear(struct source *s, struct facts *facts, int64_t now_ms, int64_t wall_ms)
{
	adopt(facts, s->machine, wall_ms);
	snapshot_unref(s->newest);
	s->newest = snapshot_build(facts);
	s->heard_ms = now_ms;
	s->has_spoken = true;
	s->retry_after_ms = SOURCE_RETRY_MS;
	*s->trouble = '\0';
}

static int silent_ms(const struct source *s)
{
	int intervals_ms = SILENT_INTERVALS * s->stream->ops->interval_ms(s->stream);

	return intervals_ms > SOURCE_SILENT_MS ? intervals_ms : SOURCE_SILENT_MS;
}

/* The process is let be: a laptop that wakes up goes on. */
static bool judge_silence(struct source *s, int64_t now_ms)
{
	if (*s->trouble || !s->stream->ops->is_running(s->stream) || now_ms - s->heard_ms < silent_ms(s))
		return false;
	phrase_set(s->trouble, sizeof s->trouble, "nothing has been heard for %d s", silent_ms(s) / 1000);
	return true;
}

bool source_is_resting(const struct source *s, int64_t now_ms)
{
	return s->newest && !*s->trouble && now_ms - s->heard_ms < SOURCE_APART_MS;
}

bool source_step(struct source *s, int64_t now_ms, int64_t wall_ms)
{
	struct facts *facts;

	if (now_ms >= s->retry_ms)
		source_start(s, now_ms);
	if (source_is_resting(s, now_ms))
		return false;
	switch (s->stream->ops->step(s->stream, &facts)) {
	case STREAM_FRAME:
		hear(s, facts, now_ms, wall_ms);
		return true;
	case STREAM_ENDED:
		fail(s, now_ms);
		return true;
	default:
		return judge_silence(s, now_ms);
	}
}

static int until(int64_t then_ms, int64_t now_ms, int most_ms)
{
	if (then_ms <= now_ms)
		return 0;
	return then_ms - now_ms < most_ms ? (int)(then_ms - now_ms) : most_ms;
}

int source_wait_ms(const struct source *s, int64_t now_ms)
{
	int least_ms = until(s->retry_ms, now_ms, 1000);

	if (source_is_resting(s, now_ms))
		return until(s->heard_ms + SOURCE_APART_MS, now_ms, least_ms);
	if (!*s->trouble)
		return until(s->heard_ms + silent_ms(s), now_ms, least_ms);
	return least_ms;
}
