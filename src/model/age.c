/* Owns when an age that is no news is written anew. Refuses to know what is news, and whose age it is. */
#include "model/age.h"

#include "base/clock.h"

enum { SECOND = 1000, YOUNG = 5 * SECOND, STEP = 10 * SECOND, MINUTE = 60 * SECOND };

/* From its turn on it is as old as it was then. */
static int64_t calm_ms(int64_t now_ms, int64_t since_ms, unsigned turn)
{
	int64_t now = now_ms / SECOND, turns = (now + turn % 10) % 10;
	int64_t then = (now - turns) * SECOND - since_ms;

	if (then < STEP)
		return YOUNG;
	return then < MINUTE ? then - then % STEP : then;
}

/* "<5s" holds until all that opened together are older: the only step that is everybody's at once. */
void age_add(struct buf *out, int64_t now_ms, int64_t since_ms, unsigned turn)
{
	if (now_ms - since_ms < YOUNG)
		buf_add_string(out, "<5s");
	else
		clock_add_duration(out, calm_ms(now_ms, since_ms, turn));
}
