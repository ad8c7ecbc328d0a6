/* Owns reading the clocks and the three ways in which lotop writes a time. Everything between
 * the two takes time as a parameter, so that it can be tested and replayed. */
#include "base/clock.h"

#include <time.h>

enum { MS_PER_S = 1000, US_PER_S = 1000000, NS_PER_US = 1000 };

static const int64_t year_9999_end_ms = 253402300799999;   /* RFC 3339 has four-digit years */

static int64_t read_us(clockid_t id)
{
	struct timespec now = { 0 };

	clock_gettime(id, &now);    /* cannot fail: these clocks exist since Linux 2.6.39 */
	return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

int64_t clock_monotonic_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_cpu_us(void)
{
	return read_us(CLOCK_THREAD_CPUTIME_ID);
}

int64_t clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

static int64_t clamp_to_year_9999(int64_t wall_ms)
{
	if (wall_ms < 0)
		return 0;
	return wall_ms > year_9999_end_ms ? year_9999_end_ms : wall_ms;
}

void clock_add_rfc3339(struct buf *out, int64_t wall_ms)
{
	int64_t ms = clamp_to_year_9999(wall_ms);
	time_t seconds = ms / MS_PER_S;
	struct tm utc = { 0 };

	gmtime_r(&seconds, &utc);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
		   utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(ms % MS_PER_S));
}

void clock_add_time(struct buf *out, int64_t wall_ms)
{
	time_t seconds = clamp_to_year_9999(wall_ms) / MS_PER_S;
	struct tm local = { 0 };

	localtime_r(&seconds, &local);
	buf_printf(out, "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
}

void clock_add_duration(struct buf *out, int64_t duration_ms)
{
	const int64_t longest = INT64_C(999) * 365 * 86400;
	static const struct {
		char unit;
		int64_t seconds, below;    /* the unit's length; used for durations shorter than `below` */
	} units[] = {
		{ 's', 1, 60 },
		{ 'm', 60, 3600 },
		{ 'h', 3600, 86400 },
		{ 'd', 86400, 1000 * 86400 },
		{ 'y', 365 * 86400, INT64_MAX },
	};
	int64_t seconds = duration_ms > 0 ? duration_ms / MS_PER_S : 0;
	size_t i = 0;

	if (seconds > longest)
		seconds = longest;
	while (seconds >= units[i].below)
		i++;
	buf_add_number(out, (uint64_t)(seconds / units[i].seconds));
	buf_add_char(out, units[i].unit);
}
