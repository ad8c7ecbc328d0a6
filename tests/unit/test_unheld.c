/* platform/linux/unheld: the texts of fdinfo, as kernels write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "platform/linux/unheld.h"

static const char ring[] =
	"pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t13227627\nSqMask:\t0x3\nSQEs:\t0\nCQEs:\t0\n"
	"UserFiles:\t2\n    0: socket:[4711]\n    1: /tmp/socket:[99]\nUserBufs:\t1\n    0: socket:[500]\n"
	"PollList:\n  op=6, task_works=0\n  op=13, task_works=0\nCqOverflowList:\n";

static void a_ring_tells_its_files(void **state)
{
	(void)state;
	assert_true(unheld_parse_file(slice_of(ring), 4711));
	assert_false(unheld_parse_file(slice_of(ring), 471));        /* no part of a number */
	assert_false(unheld_parse_file(slice_of(ring), 711));
	assert_false(unheld_parse_file(slice_of(ring), 99));         /* a path that looks alike */
	assert_false(unheld_parse_file(slice_of(ring), 500));        /* not in the table of files */
	assert_false(unheld_parse_file(slice_of(""), 4711));
	for (size_t i = 0; i < sizeof ring - 1; i++)                 /* cut anywhere */
		unheld_parse_file((struct slice){ ring, i }, 4711);
}

static void a_ring_tells_what_waits(void **state)
{
	(void)state;
	assert_true(unheld_parse_accept(slice_of(ring)));
	assert_false(unheld_parse_accept(slice_of("PollList:\n  op=130, task_works=0\n")));
	assert_false(unheld_parse_accept(slice_of("PollList:\n  op=6, task_works=0\n")));
	assert_false(unheld_parse_accept(slice_of("")));
}

static void a_unix_socket_tells_what_is_on_its_way(void **state)
{
	static const struct {
		const char *text;
		uint32_t count;
	} cases[] = {
		{ "pos:\t0\nflags:\t02\nscm_fds: 3\n", 3 }, { "scm_fds: 0\n", 0 }, { "scm_fds: 3", 3 },
		{ "scm_fds:\n", 0 }, { "scm_fds: x\n", 0 }, { "pos:\t3\n", 0 }, { "", 0 },
		{ "scm_fds: 99999999999\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(unheld_parse_messages(slice_of(cases[i].text)), cases[i].count);
}

static void the_table_of_unix_sockets(void **state)
{
	struct slice table = slice_of("Num       RefCount Protocol Flags    Type St Inode Path\n"
				      "0000: 00000002 00000000 00010000 0001 01 4711 /run/x 12\n"
				      "0000: 00000003 00000000 00000000 0001 03\n"
				      "0000: 00000003 00000000 00000000 0001 03 99999999999 \n"
				      "0000: 00000003 00000000 00000000 0001 03 815");
	uint32_t inode;

	(void)state;
	assert_true(unheld_parse_unix(&table, &inode));
	assert_int_equal(inode, 4711);
	assert_true(unheld_parse_unix(&table, &inode));
	assert_int_equal(inode, 815);
	assert_false(unheld_parse_unix(&table, &inode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_tells_its_files),
		cmocka_unit_test(a_ring_tells_what_waits),
		cmocka_unit_test(a_unix_socket_tells_what_is_on_its_way),
		cmocka_unit_test(the_table_of_unix_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
