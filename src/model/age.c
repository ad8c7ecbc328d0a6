/* Owns when an age that is no news is written anew. Refuses to know what is news, and whose age it is. */
#include "model/age.h"

#include "base/clock.h"

static int64_t calm_ms(int64_t now_ms, int64_t since_ms, unsigned turn)
{
	const int64_t second = 1000, step = 10 * second, minute = 60 * second;
	int64_t now = now_ms / second, turns = (now + turn % 10) % 10;
	int64_t age = now_ms - since_ms, then = (now - turns) * second - since_ms;

	if (age < step)
		return age < step / 2 ? 0 : step / 2;
	return then < step ? step : then < minute ? then - then % step : then;
}

void age_add(struct buf *out, int64_t now_ms, int64_t since_ms, unsigned turn)
{
	clock_add_duration(out, calm_ms(now_ms, since_ms, turn));
}
