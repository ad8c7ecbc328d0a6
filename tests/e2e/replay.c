/* Owns how a recording is started and stepped through: an interval that never ends, and the rescan key. */
#include <stdio.h>
#include "replay.h"

struct term *replay_file(int rows, int cols, const char *path, const char *const env[])
{
	char arguments[512];

	snprintf(arguments, sizeof arguments, "--replay %s -i 60", path);
	struct term *t = term_lotop(rows, cols, arguments, env);
	if (rows > 1)
		term_await(t, "12:03:17");
	term_settle(t);          /* the clock stands above the rows: it arrives before them */
	return t;
}

struct term *replay_start(int rows, int cols, const char *name, const char *const env[])
{
	char path[400];

	snprintf(path, sizeof path, LOTOP_FIXTURES "/%s.ndjson", name);
	return replay_file(rows, cols, path, env);
}

bool replay_step(struct term *t, const char *clock)
{
	term_type(t, "R");
	bool is_there = term_await(t, clock);
	term_settle(t);
	return is_there;
}
