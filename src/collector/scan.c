/* Owns the facts between the door and the snapshot: begins, goes on by slices that leave room for jobs,
 * and hands over. Knows no schedule (collector.c) and nobody who waits. */
#include "collector/scan.h"

#include "base/clock.h"
#include "model/repeat.h"

enum { SLICE_US = 2000 };

int scan_begin(struct scan *s, const struct scan_request *request)
{
	int error;

	s->began_us = clock_monotonic_us();
	s->facts = s->spare ? s->spare : facts_new();
	s->spare = NULL;
	error = platform_scan_begin(s->platform, request, s->facts);
	if (error)
		scan_abort(s);
	return error;
}

int scan_step(struct scan *s, const struct snapshot *before, const struct snapshot **out)
{
	int result = platform_scan_step(s->platform, SLICE_US);

	if (result < 0)
		scan_abort(s);
	if (result)
		return result;
	*out = before ? snapshot_repeat(before, s->facts) : NULL;
	if (*out) {
		s->spare = s->facts;
		facts_reset(s->spare);
	} else {
		*out = snapshot_build_after(s->facts, before);
	}
	s->facts = NULL;
	s->ended_us = clock_monotonic_us();
	return 0;
}

void scan_abort(struct scan *s)
{
	facts_free(s->facts);
	s->facts = NULL;
	s->ended_us = clock_monotonic_us();
}

void scan_done(struct scan *s)
{
	facts_free(s->facts);
	facts_free(s->spare);
	s->facts = s->spare = NULL;
}
