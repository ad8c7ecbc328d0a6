/* The same sockets, seen with something missing: each deprivation is made for real, and no row may be lost,
 * owners are there or said to be hidden, and the reason is told in the table's words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "deprive.h"
#include "run.h"
#include "scene.h"

enum { FIRST_PORT = 20000, NOBODY = 65534 };

static const char *const everywhere[] = {
	"listen_v4", "listen_v6", "listen_any4", "prefork", "udp_v4", "udp_v6", NULL,
};
static const char *const diag_only[] = { "bound", NULL };

static const struct fallback {
	const char *name;
	void (*prepare)(void);
	const char *gap;             /* that JSON tells; NULL = none */
	const char *words;           /* that the table tells below it; NULL = nothing */
	bool has_no_owners;
	bool has_no_bound;           /* sockets that are bound and do not listen are not seen */
} fallbacks[] = {
	{ "nothing", NULL, NULL, NULL, false, false },
	{ "sock_diag", deprive_sock_diag, "sock_diag", "sock_diag refused", false, true },
	{ "netlink", deprive_netlink, "sock_diag", "sock_diag refused", false, true },
	{ "what an old kernel overlooks", deprive_bound_sockets, "bound_only", "cannot list sockets that are bound", false, true },
	{ "cgroup file systems", deprive_cgroups, NULL, NULL, false, false },
	{ "/proc", deprive_proc, "proc", "mount -t proc", true, false },
	{ "hidepid=1", deprive_by_hidepid_1, "owners", "other users' processes", true, false },
	{ "hidepid=2", deprive_by_hidepid_2, "processes", "by hidepid or a pid namespace", true, false },
	{ "subset=pid", deprive_by_subset_pid, NULL, NULL, false, false },
	{ "pidfd", deprive_pidfd, NULL, NULL, false, false },
	{ "BPF", deprive_bpf, NULL, NULL, false, false },
	{ "close_range", deprive_close_range, NULL, NULL, false, false },
	{ "filters of system calls", deprive_seccomp, NULL, NULL, false, false },
	{ "unshare", deprive_unshare, NULL, NULL, false, false },
	{ "names", deprive_names, NULL, NULL, false, false },
	{ "pid namespace", deprive_by_pid_namespace, "processes", "by hidepid or a pid namespace", true, false },
	{ "user namespace", deprive_by_user_namespace, "owners_foreign", "in another namespace", true, false },
	{ "32 descriptors", deprive_descriptors, NULL, NULL, false, false },
	{ "8 descriptors", deprive_nearly_all_descriptors, "descriptors", "ulimit -n", true, false },
};

enum { FALLBACKS = sizeof fallbacks / sizeof *fallbacks };

struct world {
	bool is_ready;
	struct scene seen, bound;
};

/* Some of these cannot be made by everybody, and not for a program that needs /proc itself (a sanitizer). */
static bool can_be_made(const struct fallback *f)
{
	struct run r = run_lotop("--version", f->prepare);
	int status = r.status;

	if (status)
		printf("skipped: without %s: status %d %s\n", f->name, status, r.errors);
	run_done(&r);
	return !status;
}

/* A guess is a guess: it may be made, and is marked. */
static void check_unseen(json_t *found, json_t *row)
{
	(void)row;
	assert_int_equal(json_array_size(json_object_get(found, "holders")), 0);
	if (!scene_has_mark(found, "hidden") && !scene_has_mark(found, "inferred"))
		fail_msg("neither hidden nor inferred: %s", json_dumps(found, 0));
}

static void check_table(const struct fallback *f)
{
	struct run r = run_lotop("list --all", f->prepare);

	if (r.status)
		fail_msg("status %d: %s", r.status, r.errors);
	if (f->words && !strstr(r.errors, f->words))
		fail_msg("\"%s\" is not told: %s", f->words, r.errors);
	if (!f->words && strstr(r.errors, "lotop: "))
		fail_msg("something is told: %s", r.errors);
	run_done(&r);
}

static void check_bound(const struct world *w, json_t *list, void (*check)(json_t *found, json_t *row),
			bool is_missing)
{
	json_t *row;
	size_t i;

	if (!is_missing) {
		scene_each_row(&w->bound, list, check);
		return;
	}
	json_array_foreach(json_object_get(list, "listeners"), i, row)
		assert_string_not_equal(json_string_value(json_object_get(row, "state")), "BOUND");
}

static void check_fallback(const struct world *w, const struct fallback *f)
{
	void (*check)(json_t *found, json_t *row) = f->has_no_owners ? check_unseen : scene_check_holders;
	json_t *list = scene_list("list --json --all", f->prepare);

	if (f->gap)
		scene_check_gap(list, f->gap);
	else if (json_array_size(json_object_get(list, "gaps")))
		fail_msg("a gap: %s", json_dumps(json_object_get(list, "gaps"), 0));
	scene_each_row(&w->seen, list, check);
	check_bound(w, list, check, f->has_no_bound);
	json_decref(list);
	check_table(f);
}

static void test_fallbacks(void **state)
{
	const struct world *w = *state;
	int made = 0;

	if (!w->is_ready || geteuid())
		skip();
	for (int i = 0; i < FALLBACKS; i++) {
		if (!can_be_made(&fallbacks[i]))
			continue;
		printf("without %s\n", fallbacks[i].name);
		check_fallback(w, &fallbacks[i]);
		made++;
	}
	printf("fallbacks: %d of %d made, all rows there\n", made, FALLBACKS);
}

static void test_blind(void **state)
{
	const struct world *w = *state;
	const struct fallback f = { .name = "anything", .prepare = deprive_everything };
	struct run r;

	if (!w->is_ready || geteuid() || !can_be_made(&f))
		skip();
	r = run_lotop("list", f.prepare);
	assert_int_equal(r.status, 3);
	assert_int_equal(r.output_len, 0);
	assert_non_null(strstr(r.errors, "/proc"));
	run_done(&r);
}

/* Without a pidfd it cannot be known who gets the signal: nobody does. */
static void test_no_signal_without_pidfd(void **state)
{
	const struct world *w = *state;
	struct run r;
	json_t *list;

	if (!w->is_ready)
		skip();
	r = run_lotop("kill --yes --wait 0.5 20000", deprive_pidfd);
	if (r.status == CANNOT_DEPRIVE)
		skip();
	assert_in_range(r.status, 1, 7);
	if (!strstr(r.output, "has no pidfd") && !strstr(r.errors, "has no pidfd"))
		fail_msg("no word about it: %s%s", r.output, r.errors);
	run_done(&r);
	list = scene_list("list --json --all", NULL);
	scene_each_row(&w->seen, list, scene_check_holders);
	json_decref(list);
}

/* Whatever becomes of the program that reads the firewall's rules: the answer stands, and says that they are
 * not known. */
static void test_firewall_unread(void **state)
{
	static const struct {
		const struct fallback without;
		const char *reason;          /* NULL = nothing is said */
	} cases[] = {
		{ { .name = "nothing" }, NULL },
		{ { .name = "an nft that lives", .prepare = deprive_by_broken_nft }, "nft failed" },
		{ { .name = "an nft that ends", .prepare = deprive_by_stuck_nft }, "nft did not end in time" },
		{ { .name = "an nft that stops", .prepare = deprive_by_endless_nft }, "there are too many" },
	};
	const struct world *w = *state;

	if (!w->is_ready || geteuid() || access("/usr/sbin/nft", X_OK))
		skip();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (!can_be_made(&cases[i].without))
			continue;
		struct run r = run_lotop("why 20000", cases[i].without.prepare);
		const char *said = strstr(r.output, "also: the firewall's rules could not be read: ");

		if (r.status || !strstr(r.output, "127.0.0.1:20000 is in use") || !said != !cases[i].reason ||
		    (said && !strstr(said, cases[i].reason)))
			fail_msg("without %s: status %d: %s%s", cases[i].without.name, r.status, r.output,
				 r.errors);
		run_done(&r);
	}
}

static struct run run_words(const char *first, const char *second, const char *third)
{
	return run_program((const char *const[]){ first, second, third, NULL }, NULL);
}

/* A copy that belongs to nobody, with the bit that makes it run with his rights. */
static void test_not_setuid(void **state)
{
	char place[] = "/tmp/lotop-setuid-XXXXXX", path[64];
	struct run r;

	(void)state;
	if (geteuid())
		skip();
	assert_non_null(mkdtemp(place));
	snprintf(path, sizeof path, "%s/lotop", place);
	r = run_words("cp", LOTOP_BINARY, path);
	assert_int_equal(r.status, 0);
	run_done(&r);
	assert_int_equal(chmod(place, 0755), 0);
	assert_int_equal(chown(path, NOBODY, NOBODY), 0);
	assert_int_equal(chmod(path, 04755), 0);
	r = run_words(path, "list", NULL);
	unlink(path);
	rmdir(place);
	if (r.status == 0)
		printf("skipped: /tmp is mounted with nosuid\n");
	else if (strstr(r.errors, "LeakSanitizer"))
		printf("skipped: the leak checker cannot look at such a process\n");
	else if (r.status != 3 || r.output_len || !strstr(r.errors, "setuid"))
		fail_msg("status %d: %s%s", r.status, r.output, r.errors);
	run_done(&r);
}

int main(void)
{
	struct world world = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_fallbacks, &world),
		cmocka_unit_test_prestate(test_blind, &world),
		cmocka_unit_test_prestate(test_no_signal_without_pidfd, &world),
		cmocka_unit_test_prestate(test_firewall_unread, &world),
		cmocka_unit_test(test_not_setuid),
	};

	world.is_ready = scene_enter();
	if (world.is_ready) {
		scene_add(&world.seen, everywhere, FIRST_PORT, NULL);
		scene_add(&world.bound, diag_only, FIRST_PORT + 1000, NULL);
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_end(&world.seen);
	scene_end(&world.bound);
	return failed;
}
