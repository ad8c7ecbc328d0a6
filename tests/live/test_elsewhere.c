/* `lotop list --all-netns` and the names of containers, on real network namespaces and a daemon of our own
 * at DOCKER_HOST: what listens elsewhere is told apart from what listens here, and what a daemon says is
 * told, or not waited for. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "netns.h"
#include "run.h"
#include "scene.h"
#include "schema.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ANSWER(name) \
	"HTTP/1.0 200 OK\r\n\r\n[{\"Id\":\"" ID "\",\"Names\":[\"/" name "\"],\"Image\":\"nginx\",\"Ports\":[" \
	"{\"IP\":\"127.0.0.1\",\"PrivatePort\":80,\"PublicPort\":26000,\"Type\":\"tcp\"}]}]"

enum { HERE_PORT = 20000, PROXY_PORT = 26000, LONGEST_S = 10 };

static const char *const one[] = { "listen_v4", NULL };
static char unit[128];               /* the cgroup of a container; "" = none could be made */

struct world {
	bool is_ready, is_root;
	char folder[64], path[96];
	struct scene here, there, contained;
	pid_t proxy, daemon;
	json_t *schema;
};

static void move_out(void)
{
	if (netns_enter())
		_exit(126);
}

static void move_into_container(void)
{
	char path[sizeof unit + 16];
	int fd;

	move_out();
	snprintf(path, sizeof path, "%s/cgroup.procs", unit);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		_exit(126);
	close(fd);
}

static void make_container(void)
{
	static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	char file[sizeof unit + 16];

	for (size_t i = 0; i < 2; i++) {
		snprintf(unit, sizeof unit, "%s/docker-" ID ".scope", mounts[i]);
		snprintf(file, sizeof file, "%s/cgroup.procs", unit);
		if (mkdir(unit, 0755))
			continue;
		if (!access(file, W_OK))
			return;
		rmdir(unit);
	}
	*unit = '\0';
}

/* A process that is called as Docker calls it, at 127.0.0.1:PROXY_PORT. */
static pid_t start_proxy(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PROXY_PORT) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 5))
		return -1;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, "docker-proxy", 0, 0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		for (;;)
			pause();
	}
	close(fd);
	return pid;
}

/* NULL: it accepts, and never answers. */
_Noreturn static void serve(int fd, const char *answer)
{
	char request[256];
	int client;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	while ((client = accept(fd, NULL, NULL)) >= 0) {
		ssize_t len = read(client, request, sizeof request);

		if (!answer)
			continue;
		if (len > 0 && write(client, answer, strlen(answer)) < 0)
			break;
		close(client);
	}
	_exit(0);
}

static void end_process(pid_t *pid)
{
	if (*pid > 0) {
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

static void start_daemon(struct world *w, const char *answer)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	end_process(&w->daemon);
	unlink(w->path);
	snprintf(at.sun_path, sizeof at.sun_path, "%s", w->path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(chmod(w->path, 0666), 0);
	assert_int_equal(listen(fd, 8), 0);
	w->daemon = fork();
	if (w->daemon == 0)
		serve(fd, answer);
	close(fd);
}

static int begin(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char host[sizeof w->path + 8];

	*state = w;
	w->is_root = !geteuid();
	w->schema = schema_load();
	strcpy(w->folder, "/tmp/lotop-elsewhere-XXXXXX");
	if (!mkdtemp(w->folder) || chmod(w->folder, 0755))
		return -1;
	snprintf(w->path, sizeof w->path, "%s/docker.sock", w->folder);
	snprintf(host, sizeof host, "unix://%s", w->path);
	setenv("DOCKER_HOST", host, 1);
	w->is_ready = scene_enter();
	if (!w->is_ready)
		return 0;
	scene_add(&w->here, one, HERE_PORT, NULL);
	if (!w->is_root)
		return 0;
	scene_add(&w->there, one, HERE_PORT, move_out);
	make_container();
	if (*unit)
		scene_add(&w->contained, one, HERE_PORT, move_into_container);
	w->proxy = start_proxy();
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;

	end_process(&w->proxy);              /* these two inherited what keeps the situations */
	end_process(&w->daemon);
	scene_end(&w->here);
	scene_end(&w->there);
	scene_end(&w->contained);
	for (int tries = 0; *unit && rmdir(unit) && tries < 100; tries++)
		usleep(10000);
	unlink(w->path);
	rmdir(w->folder);
	json_decref(w->schema);
	free(w);
	return 0;
}

static json_int_t netns_of(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	assert_int_equal(stat(path, &st), 0);
	return (json_int_t)st.st_ino;
}

/* The row whose first holder is `pid`; NULL. */
static json_t *row_of(json_t *list, pid_t pid)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(list, "listeners"), i, row) {
		json_t *holder = json_array_get(json_object_get(row, "holders"), 0);

		if (json_integer_value(json_object_get(holder, "pid")) == pid)
			return row;
	}
	return NULL;
}

static json_t *list(struct world *w, const char *arguments, void (*prepare)(void))
{
	char problem[512] = "";
	json_t *all = scene_list(arguments, prepare);

	if (!schema_check(w->schema, "list", all, problem, sizeof problem))
		fail_msg("%s", problem);
	return all;
}

static const char *text_at(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void elsewhere_is_not_here(void **state)
{
	struct world *w = *state;
	json_t *all, *here, *there, *netns;
	pid_t outside;

	scene_need(w->is_ready, "no private network namespace");
	scene_need(w->is_root, "not root: no other namespace can be entered");
	outside = w->there.situations[0].pid;
	start_daemon(w, ANSWER("web"));
	all = list(w, "list --json --all-netns", NULL);
	here = row_of(all, w->here.situations[0].pid);
	there = row_of(all, outside);
	assert_non_null(here);
	assert_non_null(there);
	assert_true(json_is_null(json_object_get(here, "netns")));
	assert_string_equal(text_at(here, "exposure"), "loopback");
	assert_string_equal(text_at(there, "address"), "127.0.0.1");
	assert_string_equal(text_at(there, "exposure"), "netns");
	assert_int_equal(json_integer_value(json_object_get(there, "port")), HERE_PORT);
	assert_string_equal(text_at(json_object_get(there, "owner"), "certainty"), "certain");
	netns = json_object_get(there, "netns");
	assert_int_equal(json_integer_value(json_object_get(netns, "inode")), netns_of(outside));
	assert_int_equal(json_integer_value(json_object_get(netns, "pid")), outside);
	json_decref(all);
	all = list(w, "list --json", NULL);          /* nobody asked for it */
	assert_null(row_of(all, outside));
	assert_non_null(row_of(all, w->here.situations[0].pid));
	json_decref(all);
}

/* Every command that looks at the whole machine finds it: once, again and again, for another machine. */
static void elsewhere_is_watched_streamed_and_counted(void **state)
{
	static const char watch[] = LOTOP_BINARY " watch --json --snapshot --all-netns -i 0.2 | "
				    "while read -r line; do echo \"$line\"; case $line in *'\"netns\":{'*) exit; esac; done";
	const char *const watching[] = { "/bin/sh", "-c", watch, NULL };
	const char *const streaming[] = {
		LOTOP_BINARY, "list", "--json", "--from", "x=" LOTOP_BINARY " stream --all-netns", NULL,
	};
	struct world *w = *state;
	json_t *all;
	struct run r;

	scene_need(w->is_ready, "no private network namespace");
	scene_need(w->is_root, "not root: no other namespace can be entered");
	r = run_program(watching, NULL);
	assert_non_null(strstr(r.output, "\"netns\":{"));
	run_done(&r);
	r = run_lotop("metrics --all-netns", NULL);
	assert_int_equal(r.status, 0);
	assert_null(strstr(r.output, "{exposure=\"netns\"} 0\n"));
	assert_non_null(strstr(r.output, "{exposure=\"netns\"} "));
	run_done(&r);
	r = run_lotop("metrics", NULL);
	assert_null(strstr(r.output, "{exposure=\"netns\"} "));
	run_done(&r);
	r = run_program(streaming, NULL);
	all = json_loads(r.output, 0, NULL);
	assert_non_null(row_of(all, w->there.situations[0].pid));
	json_decref(all);
	run_done(&r);
}

/* A port means the one here, unless it is asked for more; and each is told with its place. */
static void who_is_meant_by_a_kill(void **state)
{
	struct world *w = *state;
	char arguments[96], there[48];
	struct run r;

	scene_need(w->is_ready, "no private network namespace");
	scene_need(w->is_root, "not root: no other namespace can be entered");
	snprintf(there, sizeof there, "in netns:%jd", (intmax_t)netns_of(w->there.situations[0].pid));
	r = run_lotop("kill -n 20000", NULL);
	assert_int_equal(r.status, 0);
	assert_null(strstr(r.output, "in netns:"));
	run_done(&r);
	snprintf(arguments, sizeof arguments, "kill -n --all-netns netns:%s", there + sizeof "in netns:" - 1);
	r = run_lotop(arguments, NULL);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.output, there));
	run_done(&r);
}

/* Nobody enters a namespace of root's, and is told that there may be some. */
static void what_is_hidden_is_told(void **state)
{
	struct world *w = *state;
	json_t *all;

	scene_need(w->is_ready, "no private network namespace");
	scene_need(w->is_root, "not root: there is nobody to look as");
	all = list(w, "list --json --all-netns --all", run_as_nobody);
	assert_null(row_of(all, w->there.situations[0].pid));
	assert_non_null(scene_gap(all, "netns_hidden"));
	json_decref(all);
}

static void a_container_has_a_name(void **state)
{
	struct world *w = *state;
	json_t *all, *row, *container;

	scene_need(w->is_ready && w->is_root, "not root, or no private network namespace");
	scene_need(*unit, "no cgroup2 directory can be made here");
	start_daemon(w, ANSWER("web"));
	all = list(w, "list --json --all-netns", NULL);
	row = row_of(all, w->contained.situations[0].pid);
	assert_non_null(row);
	assert_string_equal(text_at(json_object_get(row, "netns"), "label"), "web");
	assert_string_equal(text_at(json_object_get(row, "owner"), "container"), "web");
	container = json_object_get(json_array_get(json_object_get(row, "holders"), 0), "container");
	assert_string_equal(text_at(container, "name"), "web");
	assert_string_equal(text_at(container, "id"), ID);
	json_decref(all);
}

static void what_stands_behind_a_port(void **state)
{
	struct world *w = *state;
	json_t *all, *published, *why;

	scene_need(w->is_ready && w->proxy > 0, "not root, or no private network namespace");
	start_daemon(w, ANSWER("web"));
	all = list(w, "list --json", NULL);
	published = json_object_get(row_of(all, w->proxy), "published");
	assert_string_equal(text_at(published, "container"), "web");
	assert_string_equal(text_at(published, "image"), "nginx");
	assert_int_equal(json_integer_value(json_object_get(published, "port")), 80);
	json_decref(all);
	why = scene_why("why --json 26000", NULL);
	assert_string_equal(scene_answer(why), "v4_loopback");
	json_decref(why);
}

static int64_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Then there are ids instead of names, and nothing else is missing. */
static void a_daemon_that_hangs(void **state)
{
	struct world *w = *state;
	int64_t began_s = now_s();
	json_t *all;

	scene_need(w->is_ready && w->proxy > 0, "not root, or no private network namespace");
	start_daemon(w, NULL);
	all = list(w, "list --json --all-netns", NULL);
	assert_non_null(row_of(all, w->proxy));
	assert_true(json_is_null(json_object_get(row_of(all, w->proxy), "published")));
	if (*unit)
		assert_string_equal(text_at(json_object_get(row_of(all, w->contained.situations[0].pid),
							    "owner"), "container"), "0123456789ab");
	assert_true(now_s() - began_s < LONGEST_S);
	json_decref(all);
}

static void a_name_that_would_harm(void **state)
{
	struct world *w = *state;
	struct run r;

	scene_need(w->is_ready && w->proxy > 0, "not root, or no private network namespace");
	start_daemon(w, ANSWER("\\u001b[2J\\u202e"));
	r = run_lotop("list 26000", NULL);
	assert_null(strchr(r.output, 0x1b));
	assert_non_null(strstr(r.output, "\\x1b[2J\\u{202e}"));
	run_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elsewhere_is_not_here),
		cmocka_unit_test(elsewhere_is_watched_streamed_and_counted),
		cmocka_unit_test(who_is_meant_by_a_kill),
		cmocka_unit_test(what_is_hidden_is_told),
		cmocka_unit_test(a_container_has_a_name),
		cmocka_unit_test(what_stands_behind_a_port),
		cmocka_unit_test(a_daemon_that_hangs),
		cmocka_unit_test(a_name_that_would_harm),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
