/* Owns which mark stands for which part of the past. Refuses to know what is remembered (history) and how wide
 * a screen is. */
#include "model/timeline.h"

enum { LEVELS = 8 };

static const char *const levels[LEVELS] = {
	"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588",
};

struct stretch {
	unsigned back, count;            /* cells, as history_cells() takes them */
};

/* The newest ends with the cell of `now_ms`, so it may be shorter than the others. */
static struct stretch stretch_at(int64_t now_ms, unsigned stretches, unsigned i)
{
	unsigned cells = HISTORY_CELLS / stretches, last = (unsigned)(now_ms / HISTORY_CELL_MS % cells);
	unsigned back = (stretches - 1 - i) * cells + last;

	return (struct stretch){ back, back < cells ? back + 1 : cells };
}

static const char *mark_of(uint8_t bits)
{
	const uint8_t both = HISTORY_OPENED | HISTORY_CLOSED;

	if ((bits & both) == both)
		return "*";
	if (bits & HISTORY_OPENED)
		return "+";
	if (bits & HISTORY_CLOSED)
		return "-";
	if (bits & (HISTORY_REBOUND | HISTORY_OWNER))
		return "~";
	return bits & HISTORY_UP ? levels[LEVELS - 3] : bits ? levels[0] : " ";
}

void timeline_add(struct buf *out, const struct history *h, int64_t now_ms, unsigned stretches)
{
	for (unsigned i = 0; i < stretches; i++) {
		struct stretch s = stretch_at(now_ms, stretches, i);

		buf_add_string(out, mark_of(history_cells(h, now_ms, s.back, s.count)));
	}
}

static int clients_in(const struct history *h, int64_t now_ms, struct stretch s)
{
	int most = -1;

	for (unsigned i = 0; i < s.count; i++) {
		int clients = history_clients(h, now_ms, s.back - i);

		most = clients > most ? clients : most;
	}
	return most;
}

void timeline_add_clients(struct buf *out, const struct history *h, int64_t now_ms, unsigned stretches,
			  int *most)
{
	int top = 0;

	for (unsigned i = 0; i < stretches; i++) {
		int clients = clients_in(h, now_ms, stretch_at(now_ms, stretches, i));

		top = clients > top ? clients : top;
	}
	for (unsigned i = 0; i < stretches; i++) {
		int clients = clients_in(h, now_ms, stretch_at(now_ms, stretches, i));

		/* One client is never as low as none. */
		buf_add_string(out, clients < 0 ? " " : levels[top ? (clients * (LEVELS - 1) + top - 1) / top : 0]);
	}
	*most = top;
}
