/* platform/linux/projects and project_probe: real directories, among them all that somebody could set up as a
 * trap, and (where /dev/fuse may be mounted) a file system that never answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "platform/linux/projects.h"

#define BIT(file) (1u << (file))
#define SECOND_US ((int64_t)1000000)
#define EVIL "$(touch x)`'\"\n\033[2J\xff"
#define COMMIT "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"

enum { OTHER = 65534, GIBIBYTE = 1 << 30, PATH_BYTES = 4096 };

static char base[] = "/tmp/projects-XXXXXX";

static const char *at(char path[PATH_BYTES], const char *name)
{
	snprintf(path, PATH_BYTES, "%s/%s", base, name);
	return path;
}

static void make_folder(const char *name)
{
	char path[PATH_BYTES];

	at(path, name);
	for (char *slash = path + strlen(base) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		mkdir(path, 0755);
		*slash = '/';
	}
	assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
}

static void make_file(const char *name, const char *bytes)
{
	char path[PATH_BYTES], folder[PATH_BYTES];
	int fd;

	snprintf(folder, sizeof folder, "%s", name);
	if (strrchr(folder, '/')) {
		*strrchr(folder, '/') = 0;
		make_folder(folder);
	}
	fd = open(at(path, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
	close(fd);
}

static void make_link(const char *name, const char *target)
{
	char path[PATH_BYTES];

	assert_int_equal(symlink(target, at(path, name)), 0);
}

static void make_fifo(const char *name)
{
	char path[PATH_BYTES];

	assert_int_equal(mkfifo(at(path, name), 0644), 0);
}

static void make_large(const char *name)
{
	char path[PATH_BYTES];

	make_file(name, "{");
	assert_int_equal(truncate(at(path, name), GIBIBYTE), 0);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void make_projects(void)
{
	char text[PATH_BYTES];

	make_folder("plain/src");

	make_file("shop/.git/HEAD", "ref: refs/heads/main\n");
	make_folder("shop/src/deep");
	make_file("shop/packages/web/package.json", "{\"name\":\"@acme/web\"}");
	make_file("shop/packages/web/next.config.mjs", "");
	make_file("shop/.git/worktrees/fix/HEAD", "ref: refs/heads/agent/fix\n");
	snprintf(text, sizeof text, "gitdir: %s/shop/.git/worktrees/fix\n", base);
	make_file("shop-fix/.git", text);
	make_file("shop-relative/.git", "gitdir: ../shop/.git/worktrees/fix\n");
	make_file("detached/.git/HEAD", COMMIT "\n");

	make_file("rails/Gemfile", "");
	make_file("rails/bin/rails", "");
	make_file("cargo/Cargo.toml", "[package]\nname = \"crab\"\n");
	make_file("go/go.mod", "module example.org/acme/gopher\n");
	make_file("python/pyproject.toml", "[project]\nname = \"snake\"\n");
	make_file("python/manage.py", "");
	make_file("php/composer.json", "{\"name\":\"acme/elephant\"}");
	make_file("php/artisan", "");
	make_file("java/pom.xml", "<project/>");
	make_file("deno/deno.jsonc", "{ // ours\n\"name\": \"@acme/dino\" }");
}

static void make_traps(void)
{
	char text[PATH_BYTES];

	make_file(EVIL "/package.json", "{\"name\":\"" "\033]0;x\"}");
	make_folder(EVIL "/src");
	make_folder("fifo-git");
	make_fifo("fifo-git/.git");
	make_folder("fifo-manifest");
	make_fifo("fifo-manifest/package.json");
	make_file("fifo-manifest/Gemfile", "");
	make_folder("fifo-head/.git");
	make_fifo("fifo-head/.git/HEAD");
	make_large("large/package.json");
	make_large("large-git/.git");
	make_folder("loop");
	make_link("loop/.git", ".git");
	make_link("loop/package.json", "package.json");
	make_link("loop/src", "src");
	make_folder("links");
	make_link("links/package.json", "/dev/zero");
	make_link("links/.git", "../shop/.git");
	make_link("into-shop", "shop");
	make_file("self/.git", "gitdir: .git\n");
	make_file("proc/.git", "gitdir: /proc/self/cwd/dev\n");
	make_file("fifo-below/.git", "gitdir: ../fifo-git/.git\n");
	memset(text, '/', sizeof text);
	memcpy(text, "gitdir: ", 8);
	for (size_t i = 8; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "../", 3);
	text[sizeof text - 1] = 0;
	make_file("far/.git", text);
	make_folder("folder-manifest/package.json");
}

static void make_permissions(void)
{
	char text[PATH_BYTES];

	make_folder("commons/work");
	make_file("commons/package.json", "{\"name\":\"mallory\"}");
	chmod(at(text, "commons"), 01777);
	make_file("secret/package.json", "{\"name\":\"secret\"}");
	chmod(at(text, "secret/package.json"), 0600);
	make_file("closed/package.json", "{\"name\":\"closed\"}");
	chmod(at(text, "closed"), 0700);
}

static int make_everything(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(base));
	chmod(base, 0755);
	make_projects();
	make_traps();
	make_permissions();
	return 0;
}

static int remove_everything(void **state)
{
	(void)state;
	return nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const struct {
	const char *cwd;
	const char *root;                        /* NULL = no project */
	const char *git_root, *name, *branch;    /* "" = none */
	const char *worktree, *repository;
	uint32_t files;
} cases[] = {
	{ "plain/src", NULL, "", "", "", "", "", 0 },
	{ "shop", "shop", "shop", "", "main", "", "", BIT(PROJECT_GIT) },
	{ "shop/src/deep", "shop", "shop", "", "main", "", "", BIT(PROJECT_GIT) },
	{ "shop/packages/web", "shop/packages/web", "shop", "@acme/web", "main", "", "",
	  BIT(PROJECT_PACKAGE) | BIT(PROJECT_NEXT) },
	{ "shop-fix", "shop-fix", "shop-fix", "", "agent/fix", "fix", "shop", BIT(PROJECT_GIT) },
	{ "shop-relative", "shop-relative", "shop-relative", "", "agent/fix", "fix", "shop",
	  BIT(PROJECT_GIT) },
	{ "detached", "detached", "detached", "", "1a2b3c4", "", "", BIT(PROJECT_GIT) },
	{ "rails", "rails", "", "", "", "", "", BIT(PROJECT_RUBY) | BIT(PROJECT_RAILS) },
	{ "cargo", "cargo", "", "crab", "", "", "", BIT(PROJECT_CARGO) },
	{ "go", "go", "", "gopher", "", "", "", BIT(PROJECT_GO) },
	{ "python", "python", "", "snake", "", "", "", BIT(PROJECT_PYTHON) | BIT(PROJECT_DJANGO) },
	{ "php", "php", "", "acme/elephant", "", "", "", BIT(PROJECT_COMPOSER) | BIT(PROJECT_LARAVEL) },
	{ "java", "java", "", "", "", "", "", BIT(PROJECT_MAVEN) },
	{ "deno", "deno", "", "@acme/dino", "", "", "", BIT(PROJECT_DENO) },

	{ EVIL "/src", EVIL, "", "", "", "", "", BIT(PROJECT_PACKAGE) },
	{ "fifo-git", NULL, "", "", "", "", "", 0 },
	{ "fifo-manifest", "fifo-manifest", "", "", "", "", "", BIT(PROJECT_RUBY) },
	{ "fifo-head", "fifo-head", "fifo-head", "", "", "", "", BIT(PROJECT_GIT) },
	{ "large", "large", "", "", "", "", "", BIT(PROJECT_PACKAGE) },
	{ "large-git", "large-git", "large-git", "", "", "", "", BIT(PROJECT_GIT) },
	{ "loop", NULL, "", "", "", "", "", 0 },
	{ "loop/src/x", NULL, "", "", "", "", "", 0 },
	{ "links", NULL, "", "", "", "", "", 0 },
	{ "into-shop", NULL, "", "", "", "", "", 0 },
	{ "self", "self", "self", "", "", "", "", BIT(PROJECT_GIT) },
	{ "proc", "proc", "proc", "", "", "", "", BIT(PROJECT_GIT) },
	{ "fifo-below", "fifo-below", "fifo-below", "", "", "", "", BIT(PROJECT_GIT) },
	{ "far", "far", "far", "", "", "", "", BIT(PROJECT_GIT) },
	{ "folder-manifest", NULL, "", "", "", "", "", 0 },
	{ "commons/work", NULL, "", "", "", "", "", 0 },
	{ "shop (deleted)", NULL, "", "", "", "", "", 0 },
	{ "shop/../shop", NULL, "", "", "", "", "", 0 },
	{ "nowhere", NULL, "", "", "", "", "", 0 },
};

/* Asks and waits; the fact is borrowed from `p`. */
static enum project_state get(struct projects *p, const char *cwd, uint32_t uid, struct project_fact *out)
{
	int64_t now_us = clock_monotonic_us();

	assert_int_equal(projects_get(p, slice_of(cwd), uid, uid, now_us, out), PROJECT_UNKNOWN);
	projects_wait(p, now_us + 10 * SECOND_US);
	return projects_get(p, slice_of(cwd), uid, uid, now_us, out);
}

static void assert_path(struct slice got, const char *expected)
{
	char path[PATH_BYTES];

	assert_true(slice_is(got, *expected ? at(path, expected) : ""));
}

static void assert_case(size_t i, enum project_state state, const struct project_fact *fact)
{
	assert_int_equal(state, cases[i].root ? PROJECT_FOUND : PROJECT_NONE);
	if (!cases[i].root)
		return;
	assert_path(fact->root, cases[i].root);
	assert_path(fact->git_root, cases[i].git_root);
	assert_true(slice_is(fact->name, cases[i].name));
	assert_true(slice_is(fact->branch, cases[i].branch));
	assert_true(slice_is(fact->worktree, cases[i].worktree));
	assert_true(slice_is(fact->repository, cases[i].repository));
	assert_int_equal(fact->files, cases[i].files);
	assert_int_equal(fact->is_detached, slice_is(fact->branch, "1a2b3c4"));
}

static void finds_the_project_around(void **state)
{
	struct projects *p = projects_new();
	char path[PATH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct project_fact fact;
		enum project_state found = get(p, at(path, cases[i].cwd), geteuid(), &fact);

		print_message("%zu %s\n", i, cases[i].cwd[0] == '$' ? "EVIL" : cases[i].cwd);
		assert_case(i, found, &fact);
	}
	projects_free(p);
}

/* All at once: one scout, and nobody waits in between. */
static void answers_many_in_one_go(void **state)
{
	struct projects *p = projects_new();
	int64_t now_us = clock_monotonic_us();
	struct project_fact fact;
	char path[PATH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		projects_get(p, slice_of(at(path, cases[i].cwd)), geteuid(), getegid(), now_us, &fact);
	projects_wait(p, now_us + 10 * SECOND_US);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice cwd = slice_of(at(path, cases[i].cwd));

		assert_case(i, projects_get(p, cwd, geteuid(), getegid(), now_us, &fact), &fact);
	}
	assert_int_equal(projects_fd(p), -1);
	projects_free(p);
}

static void refuses_what_is_no_directory(void **state)
{
	static char large[PATH_BYTES + 1];
	static const struct slice odd[] = { { NULL, 0 }, { "src", 3 }, { large, sizeof large } };
	struct projects *p = projects_new();
	struct project_fact fact;

	(void)state;
	memset(large, '/', sizeof large);
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_int_equal(projects_get(p, odd[i], 0, 0, 0, &fact), PROJECT_NONE);
	assert_false(projects_step(p, 0));
	assert_int_equal(get(p, "/", geteuid(), &fact), PROJECT_NONE);
	assert_int_equal(get(p, "//", geteuid(), &fact), PROJECT_NONE);
	large[PATH_BYTES] = 0;
	for (size_t i = 0; i + 1 < PATH_BYTES; i += 2)
		memcpy(large + i, "/a", 2);
	assert_int_equal(get(p, large, geteuid(), &fact), PROJECT_NONE);
	projects_free(p);
}

static void sees_a_changed_branch(void **state)
{
	struct projects *p = projects_new();
	int64_t now_us = clock_monotonic_us();
	struct project_fact fact;
	char path[PATH_BYTES];

	(void)state;
	make_file("changing/.git/HEAD", "ref: refs/heads/one\n");
	assert_int_equal(get(p, at(path, "changing"), geteuid(), &fact), PROJECT_FOUND);
	make_file("changing/.git/HEAD", "ref: refs/heads/two\n");
	assert_false(projects_step(p, now_us + SECOND_US));
	now_us += 40 * SECOND_US;
	assert_int_equal(projects_get(p, slice_of(path), geteuid(), getegid(), now_us, &fact), PROJECT_FOUND);
	assert_true(slice_is(fact.branch, "one"));
	assert_true(projects_step(p, now_us));
	for (int i = 0; i < 10000 && projects_step(p, now_us); i++)
		poll(NULL, 0, 1);
	assert_int_equal(projects_get(p, slice_of(path), geteuid(), getegid(), now_us, &fact), PROJECT_FOUND);
	assert_true(slice_is(fact.branch, "two"));
	projects_free(p);
}

static void forgets_what_nobody_asks_for(void **state)
{
	struct projects *p = projects_new();
	struct project_fact fact;
	char path[PATH_BYTES];
	int64_t now_us = clock_monotonic_us();

	(void)state;
	for (int i = 0; i <= PROJECTS_MAX; i++) {
		snprintf(path, sizeof path, "%s/many/%d", base, i);
		projects_get(p, slice_of(path), geteuid(), getegid(), now_us, &fact);
	}
	projects_wait(p, now_us + 10 * SECOND_US);
	assert_int_equal(projects_get(p, slice_of(path), geteuid(), getegid(), now_us, &fact),
			 PROJECT_UNKNOWN);
	projects_step(p, now_us + 61 * SECOND_US);
	assert_int_equal(get(p, at(path, "shop"), geteuid(), &fact), PROJECT_FOUND);
	projects_free(p);
}

/* Root looks with the eyes of the process's user: what that one may not read stays unknown. */
static void reads_no_more_than_the_user(void **state)
{
	struct projects *p = projects_new();
	struct project_fact fact;
	char path[PATH_BYTES];

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(get(p, at(path, "secret"), OTHER, &fact), PROJECT_FOUND);
	assert_int_equal(fact.name.len, 0);
	assert_int_equal(get(p, at(path, "closed"), OTHER, &fact), PROJECT_NONE);
	assert_int_equal(get(p, at(path, "closed"), 0, &fact), PROJECT_FOUND);
	assert_true(slice_is(fact.name, "closed"));
	projects_free(p);
}

/* Says yes to the kernel's first request, and never a word again. */
static int mount_stuck(const char *folder)
{
	struct fuse_out_header out = { .len = sizeof out + sizeof(struct fuse_init_out) };
	struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
				      .max_write = 4096 };
	struct fuse_in_header in;
	char request[65536], answer[sizeof out + sizeof init], options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	if (mount("stuck", folder, "fuse", 0, options) ||
	    read(fd, request, sizeof request) < (ssize_t)sizeof in)
		return -1;
	memcpy(&in, request, sizeof in);
	out.unique = in.unique;
	memcpy(answer, &out, sizeof out);
	memcpy(answer + sizeof out, &init, sizeof init);
	return write(fd, answer, sizeof answer) == (ssize_t)sizeof answer ? fd : -1;
}

/* The request is taken and never answered: from then on no signal ends who waits for it. */
static void take_requests(int fd)
{
	char request[65536];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, 0) == 1 && p.revents & POLLIN && read(fd, request, sizeof request) > 0)
		;
}

static void wait_and_take_requests(struct projects *p, int fuse)
{
	for (int i = 0; i < 5000 && projects_step(p, clock_monotonic_us()); i++) {
		take_requests(fuse);
		poll(NULL, 0, 1);
	}
}

/* Is there a child that no SIGKILL has ended? Takes those that are dead. */
static bool has_living_child(void)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		;
	return pid == 0;
}

/* Nothing is asserted as long as the mount is there: to leave the test then would hang for ever. */
static void leaves_a_stuck_directory_behind(void **state)
{
	struct projects *p = projects_new();
	char stuck[PATH_BYTES], inside[PATH_BYTES], good[PATH_BYTES];
	struct project_fact fact;
	int64_t began_us = clock_monotonic_us(), took_us;
	enum project_state stuck_state, good_state;
	bool lives_on;
	int fuse = -1;

	(void)state;
	make_folder("stuck");
	at(inside, "stuck/shop/src");
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    (fuse = mount_stuck(at(stuck, "stuck"))) < 0) {
		projects_free(p);
		skip();
	}
	projects_get(p, slice_of(inside), 0, 0, began_us, &fact);
	projects_get(p, slice_of(at(good, "shop")), 0, 0, began_us, &fact);
	wait_and_take_requests(p, fuse);
	took_us = clock_monotonic_us() - began_us;
	stuck_state = projects_get(p, slice_of(inside), 0, 0, began_us, &fact);
	good_state = projects_get(p, slice_of(good), 0, 0, began_us, &fact);
	projects_free(p);
	poll(NULL, 0, 50);                                       /* for the one that could be killed */
	lives_on = has_living_child();
	close(fuse);                                             /* ends every request with an error */
	umount2(stuck, MNT_DETACH);
	while (waitpid(-1, NULL, 0) > 0)
		;
	assert_int_equal(stuck_state, PROJECT_STUCK);
	assert_int_equal(good_state, PROJECT_FOUND);
	assert_true(took_us < 2 * SECOND_US);
	assert_true(lives_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_project_around),
		cmocka_unit_test(answers_many_in_one_go),
		cmocka_unit_test(refuses_what_is_no_directory),
		cmocka_unit_test(sees_a_changed_branch),
		cmocka_unit_test(forgets_what_nobody_asks_for),
		cmocka_unit_test(reads_no_more_than_the_user),
		cmocka_unit_test(leaves_a_stuck_directory_behind),
	};

	return cmocka_run_group_tests(tests, make_everything, remove_everything);
}
