/* Recording: what was recorded plays back equal, the file is nobody else's, and a file that cannot be
 * written any more ends the recording but not the scans. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "platform/platform.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"
#include "tests/fake/same.h"

#define SLICE(text) { text, sizeof(text) - 1 }

static char folder[] = "/tmp/lotop-record-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[100];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void desk(void *context, struct facts *facts)
{
	facts->wall_ms = 1000 * (1 + (int64_t)(intptr_t)context);
	facts->has_connections = true;
	build_add(facts, "tcp 127.0.0.1:3000 queue 0 511 by 4211 node alice");
	build_add(facts, "time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000");
	build_add(facts, "process 99 evil alice command \x1b]0;x\x07 \xff");
}

static struct facts *scan(struct platform *p, bool owners)
{
	const struct scan_request request = { .owners = owners };
	struct facts *f = facts_new();

	assert_int_equal(platform_scan_begin(p, &request, f), 0);
	assert_int_equal(platform_scan_step(p, 2000), 0);
	return f;
}

static void plays_back_what_was_recorded(void **state)
{
	struct fake *fake = fake_new();
	const char *path = in_folder("desk");
	struct facts *seen[3];
	struct platform *p;
	unsigned line;

	(void)state;
	for (intptr_t i = 0; i < 3; i++)
		fake_add_frame(fake, desk, (void *)i);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), 0);
	for (int i = 0; i < 3; i++)
		seen[i] = scan(p, true);
	facts_free(scan(p, false));          /* no owners: a first frame, not worth keeping */
	platform_free(p);
	assert_int_equal(fake_count(fake, FAKE_FREE), 1);

	assert_int_equal(platform_replay_new(path, &p, &line), 0);
	for (int i = 0; i < 4; i++) {
		struct facts *played = scan(p, true);

		played->source = SOURCE_SOCK_DIAG;
		assert_null(same_facts(played, seen[i < 3 ? i : 2]));
		facts_free(played);
	}
	platform_free(p);
	for (int i = 0; i < 3; i++)
		facts_free(seen[i]);
	fake_free(fake);
	unlink(path);
}

/* What would tell who works on what, in every field that a text may stand in. */
static void secret_desk(void *context, struct facts *facts)
{
	static const struct directory_fact directory = {
		.path = SLICE("/home/alice/secret"), .uid = 1000, .state = PROJECT_FOUND,
		.project = { .root = SLICE("/home/alice/secret"), .git_root = SLICE("/home/alice"),
			     .name = SLICE("secret"), .branch = SLICE("secret-branch") },
	};
	static const struct container_fact container = { .id = SLICE("0123"), .name = SLICE("alice_db"),
							 .image = SLICE("secret/image") };
	static const struct netns_fact netns = { .inode = 5, .name = SLICE("alicenet"), .comm = SLICE("sh") };
	static const struct process_fact process = {
		.pid = 4211, .ppid = 1, .uid = 1000, .start_time = 7, .comm = SLICE("node"),
		.exe = SLICE("/home/alice/bin/node (deleted)"), .command = SLICE("node\0--token=secret\0"),
		.cwd = SLICE("/home/alice/secret"), .environment = SLICE("TMUX=/alice/secret\0"),
	};

	(void)context;
	build_add(facts, "tcp 127.0.0.1:3000\naddress 2001:db8::5ec");
	facts->host = slice_of("alicebox");
	facts_add_holder(facts, facts->sockets[0].inode, process.pid, 3);
	facts_add_process(facts, &process);
	facts_add_directory(facts, &directory);
	facts_add_container(facts, &container);
	facts_add_netns(facts, &netns);
	facts_add_user(facts, 1000, slice_of("alice"));
	facts_add_user(facts, 0, slice_of("root"));
}

static bool is_in_file(const char *path, const char *text)
{
	char line[8192];
	FILE *file = fopen(path, "r");
	bool is_there = false;

	assert_non_null(file);
	while (fgets(line, sizeof line, file))
		is_there |= strstr(line, text) != NULL;
	fclose(file);
	return is_there;
}

static void a_redacted_recording_names_nobody(void **state)
{
	const char *path = in_folder("redacted");
	struct fake *fake = fake_new();
	struct facts *seen, *played;
	struct platform *p;
	unsigned line;

	(void)state;
	fake_add_frame(fake, secret_desk, NULL);
	assert_int_equal(platform_record_new(fake_platform(fake), path, true, &p), 0);
	seen = scan(p, true);
	assert_true(slice_is(seen->processes[0].cwd, "/home/alice/secret"));         /* what is shown is whole */
	facts_free(seen);
	platform_free(p);
	assert_false(is_in_file(path, "alice"));
	assert_false(is_in_file(path, "secret"));
	assert_false(is_in_file(path, "2001:db8::5ec"));
	assert_int_equal(platform_replay_new(path, &p, &line), 0);
	played = scan(p, true);
	assert_int_equal(played->process_count, 1);
	assert_true(slice_is(played->processes[0].comm, "node"));
	assert_true(slice_equal(played->processes[0].cwd, played->directories[0].path));
	assert_false(slice_equal(played->directories[0].path, played->directories[0].project.git_root));
	assert_non_null(memmem(played->processes[0].exe.ptr, played->processes[0].exe.len, "/node (deleted)", 15));
	assert_true(slice_is(played->users[0].name, "user-1000") && slice_is(played->users[1].name, "root"));
	facts_free(played);
	platform_free(p);
	fake_free(fake);
	unlink(path);
}

static void scans_that_fail_or_go_on_are_not_recorded(void **state)
{
	const struct scan_request request = { .owners = true };
	struct fake *fake = fake_new();
	const char *path = in_folder("partly");
	struct facts *f = facts_new();
	struct platform *p;
	unsigned line;

	(void)state;
	fake_set_steps(fake, 3);
	fake_fail_scans(fake, -EACCES, 1);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), 0);
	platform_scan_begin(p, &request, f);
	assert_int_equal(platform_scan_step(p, 2000), -EACCES);
	platform_scan_begin(p, &request, f);
	assert_int_equal(platform_scan_step(p, 2000), 1);
	platform_free(p);
	assert_int_equal(platform_replay_new(path, &p, &line), -ENODATA);
	facts_free(f);
	fake_free(fake);
	unlink(path);
}

static void the_file_is_the_users_own(void **state)
{
	struct fake *fake = fake_new();
	const char *path = in_folder("mine");
	struct stat status;
	struct platform *p;
	mode_t mask = umask(0);
	int fd;

	(void)state;
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), 0);
	platform_free(p);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), -EEXIST);
	unlink(path);

	fd = open(path, O_CREAT | O_WRONLY, 0644);           /* empty and ours: mktemp's, say */
	close(fd);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), 0);
	platform_free(p);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_true(status.st_size > 0);
	umask(mask);
	unlink(path);
	fake_free(fake);
}

static void refuses_files_of_other_kinds(void **state)
{
	struct fake *fake = fake_new();
	struct platform *p = NULL;
	char victim[100], path[100];
	struct stat status;

	(void)state;
	strcpy(victim, in_folder("victim"));
	strcpy(path, in_folder("path"));
	assert_int_equal(symlink(victim, path), 0);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), -ELOOP);        /* dangling */
	close(open(victim, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), -ELOOP);
	unlink(path);
	assert_int_equal(link(victim, path), 0);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), -EEXIST);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), -EEXIST);
	unlink(path);
	assert_int_equal(platform_record_new(fake_platform(fake), folder, false, &p), -EISDIR);
	assert_int_equal(platform_record_new(fake_platform(fake), "/nonexistent/x", false, &p), -ENOENT);
	if (geteuid() == 0) {
		assert_int_equal(chown(victim, 12345, 12345), 0);
		assert_int_equal(platform_record_new(fake_platform(fake), victim, false, &p), -EPERM);
	}
	assert_int_equal(stat(victim, &status), 0);
	assert_int_equal(status.st_size, 0);
	assert_null(p);
	assert_int_equal(fake_count(fake, FAKE_FREE), 0);     /* the inner platform is still the caller's */
	unlink(victim);
	fake_free(fake);
}

/* RLIMIT_FSIZE stands for the full disk: writes stop in the middle of a line (EFBIG). */
static void a_full_disk_ends_the_recording_not_the_scans(void **state)
{
	struct fake *fake = fake_new();
	const char *path = in_folder("full");
	struct rlimit unlimited, limited;
	struct stat before, after;
	struct platform *p;
	struct facts *f;
	unsigned line;

	(void)state;
	fake_add_frame(fake, desk, NULL);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), 0);
	facts_free(scan(p, true));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	limited = unlimited;
	assert_int_equal(stat(path, &before), 0);
	limited.rlim_cur = (rlim_t)before.st_size + 100;     /* not all of another frame */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limited), 0);
	for (int i = 0; i < 2; i++) {
		f = scan(p, true);
		assert_int_equal(f->gap_count, 1);
		assert_int_equal(f->gaps[0].kind, GAP_RECORDING);
		assert_int_equal(f->gaps[0].error, EFBIG);
		facts_free(f);
	}
	setrlimit(RLIMIT_FSIZE, &unlimited);
	f = scan(p, true);                   /* room again: no hole in the middle is hidden */
	assert_int_equal(f->gap_count, 1);
	facts_free(f);
	platform_free(p);

	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	assert_int_equal(platform_replay_new(path, &p, &line), 0);
	platform_free(p);
	fake_free(fake);
	unlink(path);
}

static void everything_else_is_passed_through(void **state)
{
	static const char *const argv[] = { "tmux", "load-buffer", NULL };
	const struct target_id id = { .pid = 4211, .start_time = 7 };
	struct fake *fake = fake_new();
	const char *path = in_folder("through");
	const struct probe_request request = { .timeout_ms = 1 };
	struct target_status status;
	struct socket_fact socket;
	struct target *target;
	struct platform *p;
	struct probe probe = { 0 };

	(void)state;
	fake_add_frame(fake, desk, NULL);
	assert_int_equal(platform_record_new(fake_platform(fake), path, false, &p), 0);
	facts_free(scan(p, true));
	assert_int_equal(p->ops->target_open(p, &id, &target), 0);
	assert_int_equal(p->ops->target_check(p, target, &status), 0);
	assert_int_equal(status.start_time, 7);
	assert_int_equal(p->ops->target_signal(p, target, SIGTERM), 0);
	p->ops->target_close(p, target);
	assert_int_equal(platform_lookup(p, &id.local, NULL, SOCKET_LISTEN, &socket), -ENOENT);
	fake_set_run(fake, -EIO);
	assert_int_equal(p->ops->run(p, argv, slice_of("x"), 100), -EIO);
	fake_set_probe(fake, &probe, -ENOSYS);
	assert_int_equal(platform_probe(p, &request, &probe), -ENOSYS);
	fake_wake(fake);
	assert_true(p->ops->wake_fd(p) >= 0);
	p->ops->wake_drain(p);
	for (enum fake_call call = 0; call < FAKE_FREE; call++)
		assert_int_equal(fake_count(fake, call), 1);
	platform_free(p);
	fake_free(fake);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_back_what_was_recorded),
		cmocka_unit_test(a_redacted_recording_names_nobody),
		cmocka_unit_test(scans_that_fail_or_go_on_are_not_recorded),
		cmocka_unit_test(the_file_is_the_users_own),
		cmocka_unit_test(refuses_files_of_other_kinds),
		cmocka_unit_test(a_full_disk_ends_the_recording_not_the_scans),
		cmocka_unit_test(everything_else_is_passed_through),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
