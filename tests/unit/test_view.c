/* ui/view: what one frame costs the CPU, from a snapshot to the picture in curses' memory: track, filter, sort, lay
 * out, draw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/fake/frames.h"

#ifdef __SANITIZE_THREAD__
enum { FRAME_MAX_US = 50000 };               /* each access to memory is a call there */
#else
enum { FRAME_MAX_US = 5000 };
#endif
enum { GROWTH_MAX = 25 };

static void a_frame_of_two_thousand_rows(void **state)
{
	static const struct {
		const char *keys;
		const char *sort;
	} cases[] = {
		{ "", "port" }, { "/state:listen port:>1000 node\r", "process" }, { "t", "port" },
	};
	struct frames *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t us[FRAMES_SIZES];

		for (size_t k = 0; k < FRAMES_SIZES; k++) {
			us[k] = frames_best_us(f, frames_sizes[k], cases[i].keys, cases[i].sort);
			assert_int_equal(f->rows, frames_sizes[k]);
		}
		print_message("[%s] %jd %jd %jd %jd us for 100, 1,000, 2,000, 10,000 rows\n", cases[i].keys,
			      (intmax_t)us[0], (intmax_t)us[1], (intmax_t)us[2], (intmax_t)us[3]);
		assert_true(us[2] < FRAME_MAX_US);
		assert_true(us[3] < GROWTH_MAX * us[1]);
	}
}

int main(void)
{
	struct frames frames;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(a_frame_of_two_thousand_rows, &frames),
	};
	int failed;

	if (!frames_open(&frames))
		return 77;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	frames_close(&frames);
	return failed;
}
