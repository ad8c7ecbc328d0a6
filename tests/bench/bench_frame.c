/* What one frame of the dashboard costs the CPU: microseconds from a snapshot to the picture in curses' memory, for
 * 100 to 10,000 listeners. */
#include <stdint.h>
#include <stdio.h>
#include "tests/fake/frames.h"

int main(void)
{
	static const struct {
		const char *name, *keys, *sort;
	} cases[] = {
		{ "all, by port", "", "port" },
		{ "filtered, by process", "/state:listen port:>1000 node\r", "process" },
		{ "grouped by process", "t", "port" },
	};
	struct frames frames;

	if (!frames_open(&frames))
		return 1;
	printf("%-24s", "listeners");
	for (size_t k = 0; k < FRAMES_SIZES; k++)
		printf("%10u", frames_sizes[k]);
	printf("   us per frame\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		printf("%-24s", cases[i].name);
		for (size_t k = 0; k < FRAMES_SIZES; k++)
			printf("%10jd", (intmax_t)frames_best_us(&frames, frames_sizes[k], cases[i].keys, cases[i].sort));
		printf("\n");
	}
	frames_close(&frames);
	return 0;
}
