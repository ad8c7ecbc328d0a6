/* Owns how a time is written on the command line. Knows no option. */
#include "cli/duration.h"

#include <errno.h>
#include <stdint.h>

/* The longer suffix first: "ms" ends in "s". */
static const struct unit {
	const char *suffix;
	int ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "", 1000 } };

static const struct unit *unit_of(struct slice text)
{
	const struct unit *u = units;

	while (!slice_ends(text, u->suffix))
		u++;
	return u;
}

int duration_parse(struct slice text, int min_ms, int max_ms, int *out)
{
	static const int64_t scales[] = { 1, 10, 100, 1000 };
	const struct unit *unit = unit_of(text);
	uint64_t whole = 0, part = 0;
	struct slice decimals = { text.ptr, text.len - slice_of(unit->suffix).len }, digits;
	int64_t ms;

	digits = slice_cut(&decimals, '.');
	if (!slice_to_u64(digits, 10, &whole) || whole > (uint64_t)max_ms || decimals.len > 3)
		return -EINVAL;
	if (decimals.len && (unit->ms == 1 || !slice_to_u64(decimals, 10, &part)))
		return -EINVAL;
	ms = (int64_t)whole * unit->ms + (int64_t)part * unit->ms / scales[decimals.len];
	if (ms < min_ms || ms > max_ms)
		return -EINVAL;
	*out = (int)ms;
	return 0;
}
