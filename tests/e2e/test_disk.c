/* A disk that is full while a recording runs, and a home that is read-only: the dashboard says so and goes
 * on; what is on the disk is whole. */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/netns.h"
#include "../live/run.h"
#include "../live/sockets.h"
#include "term.h"

enum { PORT = 24000, LATER = 24001, SOON_MS = 5000 };

struct world {
	char place[32];
	bool may_mount;
};

static int set_up(void **state)
{
	struct world *w = *state;

	strcpy(w->place, "/tmp/lotop-disk-XXXXXX");
	w->may_mount = mkdtemp(w->place) && !geteuid() && !netns_enter() && !unshare(CLONE_NEWNS) &&
		       !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	return rmdir(w->place);
}

static void mount_disk(const struct world *w, unsigned long flags, const char *options)
{
	if (!w->may_mount || mount("tmpfs", w->place, "tmpfs", flags, options)) {
		printf("skipped: cannot mount\n");
		skip();
	}
}

static void check_recording(const char *path)
{
	char arguments[96];
	struct stat st;
	struct run r;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	snprintf(arguments, sizeof arguments, "--replay %s list port:24000", path);
	r = run_lotop(arguments, NULL);
	if (r.status || !strstr(r.output, "24000 127.0.0.1"))
		fail_msg("it does not play: %s%s", r.output, r.errors);
	run_done(&r);
}

static void test_full_disk(void **state)
{
	struct world *w = *state;
	char path[64], arguments[96];
	int first, later;
	struct term *t;

	mount_disk(w, 0, "size=24k");
	snprintf(path, sizeof path, "%s/recording", w->place);
	snprintf(arguments, sizeof arguments, "-i 0.1 --record %s", path);
	first = socket_listening("127.0.0.1", PORT, 0, 1);
	t = term_lotop(24, 120, arguments, NULL);
	assert_true(term_await(t, "24000 127.0.0.1"));
	for (int tries = 0; tries < 10 && vscreen_find(term_screen(t), "the recording has stopped") < 0; tries++)
		term_pump(t, 1000);
	assert_true(term_await(t, "the recording has stopped"));
	later = socket_listening("127.0.0.1", LATER, 0, 1);
	assert_true(term_await(t, "24001 127.0.0.1"));
	term_quit(t, SOON_MS);
	term_free(t);
	check_recording(path);
	close(first);
	close(later);
	assert_int_equal(umount(w->place), 0);
}

static void test_read_only_home(void **state)
{
	struct world *w = *state;
	char home[48];
	const char *env[] = { home, "SUDO_UID", "XDG_CONFIG_HOME", "XDG_STATE_HOME", NULL };
	struct term *t;

	mount_disk(w, MS_RDONLY, NULL);
	snprintf(home, sizeof home, "HOME=%s", w->place);
	t = term_lotop(24, 120, "", env);
	assert_true(term_await(t, "listening"));
	term_type(t, "l");
	term_settle(t);
	term_quit(t, SOON_MS);
	if (vscreen_find(term_screen(t), "the view is not remembered") < 0)
		fail_msg("not told: %s", vscreen_text(term_screen(t)));
	term_free(t);
	assert_int_equal(umount(w->place), 0);
}

int main(void)
{
	static struct world world;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_full_disk, &world),
		cmocka_unit_test_prestate(test_read_only_home, &world),
	};
	void *state = &world;
	int failed;

	set_up(&state);
	failed = cmocka_run_group_tests_name("disk", tests, NULL, NULL);
	return failed + !!tear_down(&state);
}
