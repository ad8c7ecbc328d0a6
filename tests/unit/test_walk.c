/* platform/linux/walk: whatever a descriptor table looks like, dense, with holes or nearly empty, the walk finds
 * every descriptor of the wanted sockets in it, and nothing else. */
#include "machine.h"
#include <sys/resource.h>
#include "platform/linux/walk.h"

enum { TABLES = 200, LAST_FD = 900, FIRST_FD = 40 };

struct table {                       /* a descriptor table as a test makes it */
	const char *what;
	unsigned taken_of_100;       /* how many numbers are in use ... */
	unsigned wanted_of_100;      /* ... and how many of these are the wanted socket */
	int first, last;
};

static const struct table tables[] = {
	{"dense", 100, 5, FIRST_FD, 300},
	{"dense and far away", 100, 10, 700, LAST_FD},
	{"a few holes", 97, 10, FIRST_FD, 400},
	{"many holes", 60, 10, FIRST_FD, 400},
	{"listed in pieces", 50, 50, FIRST_FD, LAST_FD},
	{"more holes than descriptors", 8, 50, FIRST_FD, LAST_FD},
	{"hardly anything", 1, 100, FIRST_FD, LAST_FD},
};

static int proc, listener, other;

static void close_all(void)
{
	for (int fd = FIRST_FD; fd <= LAST_FD; fd++)
		close(fd);
}

/* Fills it by `seed`, and tells which numbers are the wanted socket. */
static size_t make_table(const struct table *t, unsigned *seed, bool wanted[LAST_FD + 1])
{
	size_t count = 1;            /* the listener itself */

	memset(wanted, 0, (LAST_FD + 1) * sizeof *wanted);
	wanted[listener] = true;
	for (int fd = t->first; fd <= t->last; fd++) {
		if ((unsigned)rand_r(seed) % 100 >= t->taken_of_100)
			continue;
		wanted[fd] = (unsigned)rand_r(seed) % 100 < t->wanted_of_100;
		assert_int_equal(dup2(wanted[fd] ? listener : other, fd), fd);
		count += wanted[fd];
	}
	return count;
}

static void check_table(const struct table *t, const struct map *inodes, unsigned seed)
{
	bool wanted[LAST_FD + 1];
	struct finds finds = {0};
	size_t count = make_table(t, &seed, wanted);
	uint32_t descriptors = 0;

	assert_int_equal(walk_table(proc, getpid(), 0, inodes, &finds, &descriptors), 0);
	if (finds.count != count)
		fail_msg("%s: %zu of %zu", t->what, finds.count, count);
	for (size_t i = 0; i < finds.count; i++) {
		assert_true(finds.items[i].fd <= LAST_FD && wanted[finds.items[i].fd]);
		assert_true(!i || finds.items[i].fd > finds.items[i - 1].fd);
		assert_int_equal(finds.items[i].pid, getpid());
		assert_int_equal(finds.items[i].inode, inode_of(listener));
	}
	assert_true(descriptors == WALK_COUNT_UNKNOWN || descriptors >= count);
	free(finds.items);
	close_all();
}

static void test_every_table_is_seen_whole(void **state)
{
	struct map inodes = {0};

	(void)state;
	map_put(&inodes, inode_of(listener), 0);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (unsigned seed = 1; seed <= TABLES; seed++)
			check_table(&tables[i], &inodes, seed);
	map_done(&inodes);
}

static void test_who_is_gone_is_said(void **state)
{
	struct map inodes = {0};
	struct finds finds = {0};
	uint32_t descriptors = 7;

	(void)state;
	map_put(&inodes, inode_of(listener), 0);
	assert_int_equal(walk_table(proc, INT32_MAX, 0, &inodes, &finds, &descriptors), -ENOENT);
	assert_int_equal(descriptors, 7);
	assert_int_equal(finds.count, 0);
	map_done(&inodes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_table_is_seen_whole),
		cmocka_unit_test(test_who_is_gone_is_said),
	};
	struct rlimit limit = {1024, 1024};

	if (setrlimit(RLIMIT_NOFILE, &limit) || !machine_enter())
		return SKIPPED;
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	listener = make_listener("127.0.0.1", 3000);
	other = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
