/* base/shorten: what is left of texts that are too long, and that more room shows more of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/shorten.h"
#include "base/text.h"

#define DOTS "\xe2\x80\xa6"

static const struct shorten_case {
	void (*shorten)(struct buf *, const char *, unsigned);
	const char *text;
	unsigned columns;
	const char *expected;
} cases[] = {
	{ shorten_command, "", 0, "" },
	{ shorten_command, "node server.js", 14, "node server.js" },
	{ shorten_command, "node server.js", 5, "node server.js" },
	{ shorten_command, "/usr/bin/node server.js", 23, "/usr/bin/node server.js" },
	{ shorten_command, "/usr/bin/node server.js", 22, "node server.js" },
	{ shorten_command, "./shard --port 7700", 12, "shard --port 7700" },
	{ shorten_command, "nginx: worker /a", 3, "nginx: worker /a" },
	{ shorten_command, "node /home/a/shop/node_modules/.bin/next dev", 43,
	  "node " DOTS "/a/shop/node_modules/.bin/next dev" },
	{ shorten_command, "node /home/a/shop/node_modules/.bin/next dev", 20, "node " DOTS "/.bin/next dev" },
	{ shorten_command, "node /home/a/shop/node_modules/.bin/next dev", 1, "node " DOTS "/next dev" },
	{ shorten_command, "srv --root=/var/www/shop -c ~/etc/s.conf", 30,
	  "srv --root=" DOTS "/shop -c " DOTS "/s.conf" },
	{ shorten_command, "curl http://a.example/b/c/d", 5, "curl http://a.example/b/c/d" },
	{ shorten_command, "srv a=b=/c/d/e /", 5, "srv a=b=/c/d/e /" },
	{ shorten_path, "/home/a/my shop/web", 19, "/home/a/my shop/web" },
	{ shorten_path, "/home/a/my shop/web", 15, DOTS "/a/my shop/web" },
	{ shorten_path, "/home/a/my shop/web", 2, DOTS "/web" },
	{ shorten_path, "~/a/b", 4, DOTS "/b" },
	{ shorten_path, "relative/a/b", 4, "relative/a/b" },
	{ shorten_path, "/", 0, "/" },
	{ shorten_list, "stopped", 3, "stopped" },
	{ shorten_list, "new, exposed", 12, "new, exposed" },
	{ shorten_list, "new, exposed", 11, "new, " DOTS },
	{ shorten_list, "21s left, 2 client ports to :80", 8, "21s left" },
	{ shorten_list, "21s left, 2 client ports to :80", 11, "21s left, " DOTS },
	{ shorten_list, "deleted, ephemeral, x2", 20, "deleted, ephemeral" },
	{ shorten_list, "deleted, ephemeral, x2", 10, "deleted, " DOTS },
};

static void texts_are_shortened(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		cases[i].shorten(&out, cases[i].text, cases[i].columns);
		assert_string_equal(buf_string(&out), cases[i].expected);
	}
	buf_done(&out);
}

/* Wider places never show less, and what is shown is never longer than the text. */
static void more_room_shows_more(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned last = 0, whole = text_width(cases[i].text);

		for (unsigned columns = 0; columns <= whole; columns++) {
			unsigned width;

			buf_clear(&out);
			cases[i].shorten(&out, cases[i].text, columns);
			width = text_width(buf_string(&out));
			assert_true(width <= whole);
			width = width < columns ? width : columns;       /* the caller cuts the rest */
			assert_true(width >= last);
			last = width;
		}
		assert_string_equal(buf_string(&out), cases[i].text);
	}
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_shortened),
		cmocka_unit_test(more_room_shows_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
