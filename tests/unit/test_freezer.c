/* platform/linux/freezer, on a directory that looks like cgroup2: each group is asked once in a look, and looks are
 * seldom. The kernel's own groups are frozen in tests/live. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/buf.h"
#include "model/shared.h"
#include "platform/linux/freezer.h"

enum { SECOND_US = 1000000, NO_PROC = -1 };

static void write_events(const char *root, const char *group, int is_frozen)
{
	struct buf path = { 0 };
	FILE *file;

	buf_printf(&path, "%s%s", root, group);
	mkdir(buf_string(&path), 0700);
	buf_add_string(&path, "/cgroup.events");
	file = fopen(buf_string(&path), "w");
	assert_non_null(file);
	fprintf(file, "populated 1\nfrozen %d\n", is_frozen);
	fclose(file);
	buf_done(&path);
}

static void remove_events(const char *root, const char *group)
{
	struct buf path = { 0 };

	buf_printf(&path, "%s%s/cgroup.events", root, group);
	assert_int_equal(unlink(buf_string(&path)), 0);
	buf_clear(&path);
	buf_printf(&path, "%s%s", root, group);
	rmdir(buf_string(&path));
	buf_done(&path);
}

static void add_process(struct facts *f, int32_t pid, const char *group)
{
	facts_add_process(f, &(struct process_fact){ .pid = pid, .state = 'S', .cgroup = slice_of(group) });
}

static struct facts *five_processes(void)
{
	struct facts *f = facts_new();

	add_process(f, 7, "/box");
	add_process(f, 8, "/free");
	add_process(f, 9, "/box");
	add_process(f, 10, "/gone");
	add_process(f, 11, "/");
	return f;
}

static void look(struct freezer *z, struct facts *f, int64_t now_us)
{
	f->frozen_count = 0;
	freezer_add(z, NO_PROC, f, now_us);
}

static void whose_group_is_frozen(void **state)
{
	struct freezer z = { .pace.looked_us = 1 };      /* the mount was looked for */
	struct facts *f = five_processes();
	char root[] = "/tmp/lotop-freezer-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(z.root, sizeof z.root, "%s", root);
	write_events(root, "", 1);                       /* nobody asks the root */
	write_events(root, "/box", 1);
	write_events(root, "/free", 0);
	look(&z, f, 10 * SECOND_US);
	assert_int_equal(f->frozen_count, 2);
	assert_int_equal(f->frozen[0], 7);
	assert_int_equal(f->frozen[1], 9);
	write_events(root, "/box", 0);
	write_events(root, "/free", 1);
	z.pace = (struct pace){ .looked_us = 10 * SECOND_US };
	look(&z, f, 10 * SECOND_US + FREEZER_CALM_US - 1);
	assert_int_equal(f->frozen_count, 2);
	look(&z, f, 10 * SECOND_US + FREEZER_CALM_US);
	assert_int_equal(f->frozen_count, 1);
	assert_int_equal(f->frozen[0], 8);
	remove_events(root, "/box");
	remove_events(root, "/free");
	remove_events(root, "");
	freezer_done(&z);
	facts_free(f);
}

/* Other processes are looked at without delay. */
static void others_at_once(void **state)
{
	struct freezer z = { .pace.looked_us = 1 };
	struct facts *f = facts_new();
	struct owners *owners = owners_new();

	(void)state;
	look(&z, f, 2);
	assert_int_equal(z.pace.looked_us, 1);
	facts_share_owners(f, owners);
	look(&z, f, 3);
	assert_int_not_equal(z.pace.looked_us, 1);
	assert_ptr_equal(z.owners, owners);
	owners_unref(owners);
	freezer_done(&z);
	facts_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whose_group_is_frozen),
		cmocka_unit_test(others_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
