/* lotop why, run as main.c runs it, on the scripted platform: exit status, text and JSON. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>
#include "cli/options.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 by 7 no\x1b[2Jde alice\n"
	"tcp [fe80::1%eth0]:3001 by 7 node alice\n"
	"udp 127.0.0.1:5353 by 8 mdns root\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n";

struct said {
	struct fake *fake;
	unsigned opened;
	struct buf output, errors;
};

static struct said *current;             /* platform_opener has no context */

static void fill(void *context, struct facts *facts)
{
	build_add(facts, "%s", (const char *)context);
}

static int open_fake(const struct options *o, struct platform **out)
{
	(void)o;
	current->opened++;
	*out = fake_platform(current->fake);
	return 0;
}

static int redirect(int fd)
{
	int kept = dup(fd), file = memfd_create("capture", MFD_CLOEXEC);

	assert_true(kept >= 0 && file >= 0);
	assert_int_equal(dup2(file, fd), fd);
	close(file);
	return kept;
}

static void restore(int fd, int kept, struct buf *text)
{
	char bytes[4096];
	ssize_t count;

	buf_clear(text);
	for (off_t at = 0; (count = pread(fd, bytes, sizeof bytes, at)) > 0; at += count)
		buf_add(text, bytes, (size_t)count);
	dup2(kept, fd);
	close(kept);
}

/* The arguments stand behind `said`, ended by NULL. */
static int why(struct said *said, ...)
{
	char *argv[8] = { "lotop", "why" };
	struct options o;
	struct buf problem = { 0 };
	int argc = 2, status, kept_output, kept_errors;
	va_list words;

	va_start(words, said);
	while ((argv[argc] = va_arg(words, char *)))
		argc++;
	va_end(words);
	assert_int_equal(options_parse(argc, argv, &o, &problem), 0);
	current = said;
	kept_output = redirect(STDOUT_FILENO);
	kept_errors = redirect(STDERR_FILENO);
	status = cmd_why(&o, open_fake);
	fflush(stderr);
	restore(STDERR_FILENO, kept_errors, &said->errors);
	restore(STDOUT_FILENO, kept_output, &said->output);
	options_done(&o);
	buf_done(&problem);
	return status;
}

static bool says(const struct buf *text, const char *part)
{
	return strstr(buf_string(text), part) != NULL;
}

static int setup(void **state)
{
	static struct said said;

	said = (struct said){ .fake = fake_new() };
	fake_add_frame(said.fake, fill, (void *)(uintptr_t)desk);
	*state = &said;
	return 0;
}

static int teardown(void **state)
{
	struct said *said = *state;

	fake_free(said->fake);
	buf_done(&said->output);
	buf_done(&said->errors);
	return 0;
}

static void the_answer_comes_first(void **state)
{
	struct said *said = *state;

	assert_int_equal(why(said, "3000", NULL), STATUS_FOUND);
	assert_true(slice_starts(buf_slice(&said->output),
				 "127.0.0.1:3000 is in use: no\\x1b[2Jde 7 (alice) listens"));
	assert_true(says(&said->output, "\n  -> to reach it: use 127.0.0.1"));
	assert_int_equal(said->errors.len, 0);
	assert_null(memchr(said->output.data, '\x1b', said->output.len));
}

static void exit_status_tells_free_from_taken(void **state)
{
	struct said *said = *state;

	assert_int_equal(why(said, "3999", NULL), STATUS_NOTHING);
	assert_true(says(&said->output, "port 3999 is free"));
	assert_int_equal(why(said, "8000", NULL), STATUS_FOUND);
	assert_true(says(&said->output, "TIME-WAIT"));
	assert_int_equal(why(said, "5353", "--udp", NULL), STATUS_FOUND);
	assert_int_equal(why(said, "[::1]:3999", NULL), STATUS_NOTHING);
	assert_int_equal(why(said, "localhost:3000", NULL), STATUS_FOUND);
	assert_int_equal(why(said, "*:3000", NULL), STATUS_FOUND);
	assert_int_equal(why(said, "[fe80::1%eth0]:3001", NULL), STATUS_FOUND);
}

/* Owners are looked for only where somebody can own something. */
static void a_free_port_needs_no_walk(void **state)
{
	struct said *said = *state;

	why(said, "3999", NULL);
	assert_int_equal(fake_count(said->fake, FAKE_SCAN), 1);
	assert_false(fake_last_request(said->fake).owners);
	why(said, "3000", NULL);
	assert_true(fake_last_request(said->fake).owners);
}

static void only_on_request_is_there_a_connection(void **state)
{
	struct said *said = *state;

	why(said, "3000", NULL);
	assert_int_equal(fake_last_probe(said->fake).connect.family, 0);
	why(said, "--connect", "3000", NULL);
	assert_int_equal(fake_last_probe(said->fake).connect.family, FAMILY_IPV4);
}

static json_t *ask(struct said *said, const char *port)
{
	json_t *answer;

	why(said, "--json", port, NULL);
	answer = json_loads(buf_string(&said->output), 0, NULL);
	assert_non_null(answer);
	return answer;
}

static void json_has_every_key(void **state)
{
	static const char *const keys[] = { "id", "severity", "question", "answer", "evidence", "remedy" };
	struct said *said = *state;
	json_t *answer = ask(said, "127.0.0.1:3000"),
	       *finding = json_array_get(json_object_get(answer, "findings"), 0);

	assert_int_equal(json_integer_value(json_object_get(answer, "schema")), 1);
	assert_string_equal(json_string_value(json_object_get(answer, "protocol")), "tcp");
	assert_string_equal(json_string_value(json_object_get(answer, "address")), "127.0.0.1");
	assert_int_equal(json_integer_value(json_object_get(answer, "port")), 3000);
	assert_true(json_is_false(json_object_get(answer, "free")));
	assert_int_equal(json_array_size(json_object_get(answer, "reached")), 2);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		assert_non_null(json_object_get(finding, keys[i]));
	assert_string_equal(json_string_value(json_object_get(finding, "id")), "v4_loopback");
	json_decref(answer);
	answer = ask(said, "3999");
	assert_true(json_is_true(json_object_get(answer, "free")));
	assert_true(json_is_null(json_object_get(answer, "address")));
	json_decref(answer);
}

static void mistakes_are_told_before_anything_is_opened(void **state)
{
	static const char *const mistakes[] = { "",	     "x",	 "70000",	  "0",
						"127.0.0.1", "1.2.3.4:", "example.org:80" };
	struct said *said = *state;

	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
		assert_int_equal(why(said, mistakes[i], NULL), STATUS_USAGE);
	assert_int_equal(why(said, NULL), STATUS_USAGE);
	assert_int_equal(why(said, "1", "2", NULL), STATUS_USAGE);
	assert_int_equal(why(said, "3000", "--udp", "--connect", NULL), STATUS_USAGE);
	assert_int_equal(said->opened, 0);
	assert_int_equal(why(said, "[fe80::1%nowhere]:3000", NULL), STATUS_USAGE);
	assert_true(slice_starts(buf_slice(&said->errors), "lotop: "));
}

static void blindness_is_no_answer(void **state)
{
	struct said *said = *state;

	fake_fail_scans(said->fake, -EPERM, 1);
	assert_int_equal(why(said, "3000", NULL), STATUS_BLIND);
	assert_int_equal(said->output.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_answer_comes_first),
		TEST(exit_status_tells_free_from_taken),
		TEST(a_free_port_needs_no_walk),
		TEST(only_on_request_is_there_a_connection),
		TEST(json_has_every_key),
		TEST(mistakes_are_told_before_anything_is_opened),
		TEST(blindness_is_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
