/* What is there against what is expected: each verdict, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "model/tracker.h"
#include "model/verdict.h"
#include "tests/fake/build.h"

/* "ok 127.0.0.1:3000, missing": the verdicts on a scene, with their rows. */
static void judge(const char *file, const char *scene, struct buf *out)
{
	const struct snapshot *s = build_snapshot(1000, scene);
	struct tracker *t = tracker_new();
	struct verdicts v = { 0 };
	struct expect_error error;
	struct expect e;
	const struct row *rows;
	size_t count;

	assert_int_equal(expect_parse(slice_of(file), &e, &error), 0);
	tracker_update(t, s);
	rows = tracker_rows(t, &count);
	verdicts_judge(&v, &e, slice_of("/home/alice/shop"), rows, count);
	buf_clear(out);
	for (size_t i = 0; i < v.count; i++) {
		buf_printf(out, "%s%s", i ? ", " : "", verdict_name(v.items[i].kind));
		if (v.items[i].row) {
			buf_add_char(out, ' ');
			endpoint_add(out, &v.items[i].row->listener->key.endpoint, NULL);
		}
	}
	verdicts_done(&v);
	expect_done(&e);
	tracker_free(t);
	snapshot_unref(s);
}

static void every_verdict(void **state)
{
#define WEB "[web]\nport = 3000\n"
	static const struct { const char *file, *scene, *verdicts; } cases[] = {
		{ WEB, "tcp 127.0.0.1:3000 by 7 node alice\n", "ok 127.0.0.1:3000" },
		{ WEB, "tcp 127.0.0.1:3001 by 7 node alice\n", "missing" },
		{ WEB, "udp 127.0.0.1:3000 by 7 node alice\n", "missing" },
		{ WEB, "bound tcp 127.0.0.1:3000 by 7 node alice\n", "missing" },
		{ WEB, "tcp 0.0.0.0:3000 by 7 node alice\n", "exposed 0.0.0.0:3000" },
		{ WEB, "tcp 127.0.0.1:3000\n", "ok 127.0.0.1:3000" },
		{ WEB "process = node*\n", "tcp 127.0.0.1:3000\n", "unseen 127.0.0.1:3000" },
		{ WEB "process = node*\n", "tcp 127.0.0.1:3000 by 7 nodemon alice\n", "ok 127.0.0.1:3000" },
		{ WEB "process = ruby\n", "tcp 127.0.0.1:3000 by 7 node alice\n", "wrong 127.0.0.1:3000" },
		{ WEB "process = ruby\n", "tcp 127.0.0.1:3000 by 7 node alice by 8 ruby alice\n", "ok 127.0.0.1:3000" },
		{ WEB "process = *next dev\n",
		  "process 7 node alice command node next dev\ntcp 127.0.0.1:3000 by 7 node alice\n",
		  "ok 127.0.0.1:3000" },
		{ WEB "process = ruby\n", "tcp 0.0.0.0:3000 by 7 node alice\n",
		  "wrong 0.0.0.0:3000, exposed 0.0.0.0:3000" },
		{ WEB "process = ruby\n", "tcp 127.0.0.1:3000 by 8 ruby alice\ntcp [::1]:3000 by 7 node alice\n",
		  "ok 127.0.0.1:3000, wrong [::1]:3000" },
		{ WEB "address = 127.0.0.1\n", "tcp [::1]:3000 by 7 node alice\n", "missing [::1]:3000" },
		{ WEB "address = 127.0.0.1\n", "tcp 0.0.0.0:3000 by 7 node alice\n", "exposed 0.0.0.0:3000" },
		{ WEB "address = 127.0.0.1\n", "tcp [::]:3000 v6only yes by 7 node alice\n", "missing [::]:3000" },
		{ WEB "address = 127.0.0.1\n", "tcp [::]:3000 v6only no by 7 node alice\n", "exposed [::]:3000" },
		{ WEB "address = *\n", "tcp 0.0.0.0:3000 by 7 node alice\n", "ok 0.0.0.0:3000" },
		{ WEB "address = *\n", "tcp 127.0.0.1:3000 by 7 node alice\n", "missing 127.0.0.1:3000" },
		{ WEB "address = 0.0.0.0\n", "tcp 0.0.0.0:3000 by 7 node alice\n", "ok 0.0.0.0:3000" },
		{ WEB "protocol = udp\n", "udp 127.0.0.1:3000 by 7 node alice\n", "ok 127.0.0.1:3000" },
	};
	struct buf text = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		judge(cases[i].file, cases[i].scene, &text);
		if (strcmp(buf_string(&text), cases[i].verdicts))
			fail_msg("%s%s: %s, not %s", cases[i].file, cases[i].scene, buf_string(&text),
				 cases[i].verdicts);
	}
	buf_done(&text);
}

static void extra_is_what_the_project_itself_opens(void **state)
{
	static const char scene[] = "ephemeral 32768 60999\n"
				    "process 7 node alice cwd /home/alice/shop/api command node x\n"
				    "process 8 node alice cwd /home/alice/shopping command node x\n"
				    "tcp 127.0.0.1:9229 by 7 node alice\n"
				    "tcp 127.0.0.1:9230 by 8 node alice\n"
				    "tcp 127.0.0.1:40000 by 7 node alice\n"
				    "bound tcp 127.0.0.1:9231 by 7 node alice\n"
				    "tcp 127.0.0.1:3000 by 7 node alice\n";
	struct buf text = { 0 };
	(void)state;

	judge(WEB, scene, &text);
	assert_string_equal(buf_string(&text), "ok 127.0.0.1:3000, extra 127.0.0.1:9229");
	buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict),
		cmocka_unit_test(extra_is_what_the_project_itself_opens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
