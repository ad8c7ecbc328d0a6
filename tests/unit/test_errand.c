/* Errands on a scripted platform: which program runs for a copy, with what, and what the user is told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "collector/errand.h"
#include "tests/fake/fake.h"

static void helpers_run_with_their_whole_command(void **state)
{
	static const struct {
		const char *helper;
		int result;
		const char *argv, *message;
	} cases[] = {
		{ "tmux", 0, "tmux load-buffer -w -", "sent to the clipboard by tmux: 127.0.0.1:3000" },
		{ "wl-copy", 0, "wl-copy", "sent to the clipboard by wl-copy: 127.0.0.1:3000" },
		{ "xclip", 0, "xclip -selection clipboard", "sent to the clipboard by xclip: 127.0.0.1:3000" },
		{ "tmux", -ENOENT, "tmux load-buffer -w -", "tmux is not installed" },
		{ "tmux", -EIO, "tmux load-buffer -w -", "tmux failed" },
		{ "tmux", -ETIMEDOUT, "tmux load-buffer -w -", "tmux did not end in time" },
		{ "tmux", -EOPNOTSUPP, "tmux load-buffer -w -", "a recording runs no programs" },
	};
	struct buf argv = { 0 }, input = { 0 };
	struct fake *f = fake_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct job job = { .kind = JOB_COPY, .text = "127.0.0.1:3000" };
		struct reply reply;

		snprintf(job.helper, sizeof job.helper, "%s", cases[i].helper);
		fake_set_run(f, cases[i].result);
		errand_run(fake_platform(f), &job, &reply);
		assert_int_equal(reply.kind, REPLY_MESSAGE);
		fake_last_run(f, &argv, &input);
		assert_string_equal(buf_string(&argv), cases[i].argv);
		assert_string_equal(buf_string(&input), "127.0.0.1:3000");
		assert_string_equal(reply.message, cases[i].message);
		assert_int_equal(reply.is_error, cases[i].result != 0);
	}
	buf_done(&argv);
	buf_done(&input);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helpers_run_with_their_whole_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
