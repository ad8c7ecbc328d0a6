/* platform/linux/foreign: real namespaces, each made by a child. What listens in one is found, by root
 * from inside and by others through /proc; it is never taken for what listens here; and nothing of it
 * stays open. */
#include "machine.h"
#include <dirent.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "platform/linux/process.h"

enum { PORT = 3000, NOBODY = 65534 };

static const struct scan_request other = {.owners = true, .other_netns = true};

/* A child with a listener on 127.0.0.1:PORT in a network namespace of its own. */
struct room {
	pid_t pid;
	int hold;                    /* closing it ends the child */
	uint32_t netns, inode;
};

static uint32_t netns_of(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	assert_int_equal(stat(path, &st), 0);
	return (uint32_t)st.st_ino;
}

/* When told to, it goes back to the namespace that it came from, with the listener still open. */
static void live_in_room(int hear, int tell, bool is_nobody, int home)
{
	uint32_t inode;
	char byte;

	if (unshare(CLONE_NEWNET))
		_exit(1);
	if (is_nobody && (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY) ||
			  prctl(PR_SET_DUMPABLE, 1)))
		_exit(1);
	inode = inode_of(make_listener("127.0.0.1", PORT));
	must((int)write(tell, &inode, sizeof inode));
	while (read(hear, &byte, 1) == 1)
		if (setns(home, CLONE_NEWNET) || write(tell, &byte, 1) != 1)
			_exit(1);
	_exit(0);
}

static struct room enter_room(bool is_nobody, int *answer)
{
	struct room r = {0};
	int hear[2], tell[2], home = must(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));

	must(pipe2(hear, O_CLOEXEC));
	must(pipe2(tell, O_CLOEXEC));
	r.pid = must(fork());
	if (r.pid == 0) {
		close(hear[1]);
		live_in_room(hear[0], tell[1], is_nobody, home);
	}
	close(hear[0]);
	close(tell[1]);
	close(home);
	assert_int_equal(read(tell[0], &r.inode, sizeof r.inode), sizeof r.inode);
	if (answer)
		*answer = tell[0];
	else
		close(tell[0]);
	r.hold = hear[1];
	r.netns = netns_of(r.pid);
	return r;
}

static void leave_room(struct room *r)
{
	kill(r->pid, SIGKILL);
	close(r->hold);
	assert_int_equal(waitpid(r->pid, NULL, 0), r->pid);
}

static const struct netns_fact *find_netns(const struct facts *f, uint32_t inode)
{
	for (size_t i = 0; i < f->namespace_count; i++)
		if (f->namespaces[i].inode == inode)
			return &f->namespaces[i];
	return NULL;
}

static bool has_namespace_open(void)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *item;
	char link[64] = "";

	while (strncmp(link, "net:", 4) && (item = readdir(folder)))
		if (readlinkat(dirfd(folder), item->d_name, link, sizeof link) < 0)
			*link = 0;
	closedir(folder);
	return !strncmp(link, "net:", 4);
}

static void found_and_apart(void **state)
{
	int here = make_listener("127.0.0.1", PORT);
	struct room a = enter_room(false, NULL), b = enter_room(false, NULL);
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	const struct socket_fact *s;

	(void)state;
	machine_scan(p, &everything, f);
	assert_false(f->has_other_netns);
	assert_null(find_inode(f, a.inode));
	machine_scan(p, &other, f);
	assert_true(f->has_other_netns);
	s = find_inode(f, inode_of(here));
	assert_int_equal(s->local.netns, 0);
	s = find_inode(f, a.inode);
	assert_int_equal(s->local.netns, a.netns);
	assert_int_not_equal(s->cookie, 0);
	assert_int_equal(s->queue_limit, 5);
	assert_true(is_holder(f, a.inode, a.pid, -1));
	assert_int_equal(find_inode(f, b.inode)->local.netns, b.netns);
	assert_int_equal(find_netns(f, a.netns)->pid, a.pid);
	assert_true(slice_is(find_netns(f, a.netns)->comm, "test_foreign"));
	assert_false(has_namespace_open());
	assert_null(find_netns(f, netns_of(getpid())));
	leave_room(&a);
	leave_room(&b);
	facts_free(f);
	platform_free(p);
	close(here);
}

/* A child in the namespace of `pid` that holds the same socket (pidfd_getfd, Linux 5.6). */
static pid_t inherit(pid_t pid, uint32_t inode)
{
	int ready[2], pidfd = must((int)syscall(SYS_pidfd_open, pid, 0)), fd = -1;
	char path[64], byte = 'x';
	pid_t heir;

	for (int i = 3; i < 64 && (fd < 0 || inode_of(fd) != inode); i++)
		fd = (int)syscall(SYS_pidfd_getfd, pidfd, i, 0);
	must(fd);
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	must(pipe2(ready, O_CLOEXEC));
	heir = must(fork());
	if (heir == 0) {
		if (setns(open(path, O_RDONLY | O_CLOEXEC), CLONE_NEWNET) || write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	close(pidfd);
	close(fd);
	return heir;
}

static int look_up(struct platform *p, const struct endpoint *at, struct socket_fact *out)
{
	return p->ops->lookup(p, at, NULL, SOCKET_LISTEN, out);
}

/* 127.0.0.1:PORT in there. */
static struct endpoint server_of(const struct room *r)
{
	return (struct endpoint){.protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .port = PORT,
				 .address = {127, 0, 0, 1}, .netns = r->netns};
}

static void looked_up_where_it_is(void **state)
{
	int here = make_listener("127.0.0.1", PORT);
	struct room a = enter_room(false, NULL);
	struct endpoint at = server_of(&a);
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	struct socket_fact found;

	(void)state;
	assert_int_equal(look_up(p, &at, &found), 0);
	assert_int_equal(found.inode, a.inode);
	assert_true(endpoint_equal(&found.local, &at));
	at.netns = 0;
	assert_int_equal(look_up(p, &at, &found), 0);
	assert_int_equal(found.inode, inode_of(here));
	machine_scan(p, &other, f);
	assert_non_null(find_inode(f, a.inode));
	leave_room(&a);
	at.netns = a.netns;
	assert_int_equal(look_up(p, &at, &found), -ENOENT);
	machine_scan(p, &other, f);              /* at once, for a look-up missed it */
	assert_null(find_inode(f, a.inode));
	facts_free(f);
	platform_free(p);
	close(here);
}

/* Who led into the namespace ends, and somebody else is there still, with the same socket. */
static void looked_up_by_another_way_in(void **state)
{
	struct room a = enter_room(false, NULL);
	struct endpoint at = server_of(&a);
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	struct socket_fact found;
	pid_t heir;

	(void)state;
	machine_scan(p, &other, f);
	assert_int_equal(find_netns(f, a.netns)->pid, a.pid);
	heir = inherit(a.pid, a.inode);
	kill(a.pid, SIGKILL);
	assert_int_equal(waitpid(a.pid, NULL, 0), a.pid);
	assert_int_equal(look_up(p, &at, &found), 0);
	assert_int_equal(found.inode, a.inode);
	kill(heir, SIGKILL);
	assert_int_equal(waitpid(heir, NULL, 0), heir);
	assert_int_equal(look_up(p, &at, &found), -ENOENT);
	close(a.hold);
	facts_free(f);
	platform_free(p);
}

/* What a kill asks before its signal. */
static void a_target_is_verified_in_its_namespace(void **state)
{
	struct room a = enter_room(false, NULL);
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	struct target_status status;
	struct target *t;
	struct target_id id;

	(void)state;
	machine_scan(p, &other, f);
	id = (struct target_id){
		.local = find_inode(f, a.inode)->local, .inode = a.inode, .pid = a.pid,
		.cookie = find_inode(f, a.inode)->cookie, .state = SOCKET_LISTEN,
		.start_time = find_process(f, a.pid)->start_time,
	};
	assert_int_equal(p->ops->target_open(p, &id, &t), 0);
	assert_int_equal(p->ops->target_check(p, t, &status), 0);
	assert_true(status.holds_socket && status.socket_exists && status.is_same_process);
	p->ops->target_close(p, t);
	id.local.netns = 0;                      /* the same address here is nobody's */
	assert_int_equal(p->ops->target_open(p, &id, &t), 0);
	assert_int_equal(p->ops->target_check(p, t, &status), 0);
	assert_true(status.holds_socket);
	assert_false(status.socket_exists);
	p->ops->target_close(p, t);
	leave_room(&a);
	facts_free(f);
	platform_free(p);
}

/* No process is in it any more; a name and a socket keep it. */
static void a_name_is_enough(void **state)
{
	const char *const file = "/run/netns/lotop-blue";
	char path[64], byte = 'x';
	int answer;
	struct room a;
	struct platform *p;
	struct facts *f;

	(void)state;
	if (geteuid() || unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/run", "tmpfs", 0, NULL) || mkdir("/run/netns", 0755))
		skip();
	a = enter_room(false, &answer);
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)a.pid);
	close(must(open(file, O_CREAT | O_RDONLY | O_CLOEXEC, 0444)));
	must(mount(path, file, NULL, MS_BIND, NULL));
	must(mkfifo("/run/netns/trap", 0600));
	must((int)write(a.hold, &byte, 1));
	assert_int_equal(read(answer, &byte, 1), 1);
	p = machine_open();
	f = facts_new();
	machine_scan(p, &other, f);
	assert_int_equal(find_inode(f, a.inode)->local.netns, a.netns);
	assert_true(slice_is(find_netns(f, a.netns)->name, "lotop-blue"));
	assert_int_equal(find_netns(f, a.netns)->pid, 0);
	assert_true(is_holder(f, a.inode, a.pid, -1));
	leave_room(&a);
	close(answer);
	umount2(file, MNT_DETACH);
	umount2("/run", MNT_DETACH);
	facts_free(f);
	platform_free(p);
}

static int look_as_nobody(const struct room *own, const struct room *roots)
{
	struct platform *p;
	struct facts *f = facts_new();
	const struct socket_fact *s;
	bool is_right;

	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY) ||
	    prctl(PR_SET_DUMPABLE, 1) || platform_linux_new(&p))
		return 2;
	machine_scan(p, &other, f);
	s = find_inode(f, own->inode);
	is_right = s && s->local.netns == own->netns && s->state == SOCKET_LISTEN && !s->cookie &&
		   is_holder(f, own->inode, own->pid, -1) && !find_inode(f, roots->inode) &&
		   has_gap(f, GAP_NETNS_HIDDEN);
	platform_free(p);
	facts_free(f);
	return is_right ? 0 : 1;
}

static void others_see_their_own(void **state)
{
	struct room own, roots;
	int status;
	pid_t pid;

	(void)state;
	if (geteuid())
		skip();
	own = enter_room(true, NULL);
	roots = enter_room(false, NULL);
	pid = must(fork());
	if (pid == 0)
		_exit(look_as_nobody(&own, &roots));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	leave_room(&own);
	leave_room(&roots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_and_apart),
		cmocka_unit_test(looked_up_where_it_is),
		cmocka_unit_test(looked_up_by_another_way_in),
		cmocka_unit_test(a_target_is_verified_in_its_namespace),
		cmocka_unit_test(others_see_their_own),
		cmocka_unit_test(a_name_is_enough),
	};

	if (!machine_enter())
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
