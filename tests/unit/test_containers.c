/* platform/linux/containers: a daemon of our own at DOCKER_HOST. It is asked when somebody needs it, with
 * one question that only reads; and whatever it answers, or does not, nobody waits longer than the limit. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "platform/linux/containers.h"
#include "platform/linux/engine.h"
#include "tests/fake/build.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define OK "HTTP/1.0 200 OK\r\n\r\n"
#define WEB "{\"Id\":\"" ID "\",\"Names\":[\"/web\"],\"Image\":\"nginx\",\"Ports\":[{\"IP\":\"0.0.0.0\"," \
	    "\"PrivatePort\":80,\"PublicPort\":8080,\"Type\":\"tcp\"}]}"

enum {
	REQUEST_MAX = 256,
	LATER_US = 31 * 1000 * 1000, /* long enough to try again */
	SLACK_US = 5 * 1000 * 1000   /* for a machine with too much to do */
};

/* Answers each connection with `answer`; NULL: it never answers. */
struct daemon {
	pthread_t thread;
	int fd;
	const char *_Atomic answer;
	_Atomic size_t repeats;      /* and then that often a megabyte of blanks */
	atomic_int asked;
	char request[REQUEST_MAX];   /* the newest, written before `asked` is counted up */
	char folder[64], path[ENGINE_PATH_MAX];
};

static void answer(const struct daemon *d, int fd)
{
	static char blanks[1024 * 1024];
	const char *text = d->answer;
	bool is_sent = send(fd, text, strlen(text), MSG_NOSIGNAL) >= 0;

	memset(blanks, ' ', sizeof blanks);
	for (size_t i = 0; is_sent && i < d->repeats; i++)
		is_sent = send(fd, blanks, sizeof blanks, MSG_NOSIGNAL) >= 0;
	close(fd);
}

static void *serve(void *context)
{
	struct daemon *d = context;
	int fd, silent[8], count = 0;

	while ((fd = accept(d->fd, NULL, NULL)) >= 0) {
		ssize_t len = recv(fd, d->request, sizeof d->request - 1, 0);

		d->request[len > 0 ? len : 0] = '\0';
		d->asked++;
		if (d->answer)
			answer(d, fd);
		else if (count < 8)
			silent[count++] = fd;
	}
	while (count)
		close(silent[--count]);
	return NULL;
}

static int begin(void **state)
{
	struct daemon *d = calloc(1, sizeof *d);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char host[ENGINE_PATH_MAX + 8];

	strcpy(d->folder, "/tmp/lotop-engine-XXXXXX");
	assert_non_null(mkdtemp(d->folder));
	snprintf(d->path, sizeof d->path, "%s/docker.sock", d->folder);
	strcpy(at.sun_path, d->path);
	d->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(d->fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(d->fd, 8), 0);
	snprintf(host, sizeof host, "unix://%s", d->path);
	setenv("DOCKER_HOST", host, 1);
	unsetenv("XDG_RUNTIME_DIR");
	d->answer = OK "[" WEB "]";
	assert_int_equal(pthread_create(&d->thread, NULL, serve, d), 0);
	*state = d;
	return 0;
}

static int end(void **state)
{
	struct daemon *d = *state;

	shutdown(d->fd, SHUT_RDWR);
	pthread_join(d->thread, NULL);
	close(d->fd);
	unlink(d->path);
	rmdir(d->folder);
	free(d);
	return 0;
}

static const char in_container[] =
	"process 10 nginx root cgroup /system.slice/docker-" ID ".scope\ntcp 127.0.0.1:80 by 10 nginx root\n";
static const char proxied[] = "tcp 0.0.0.0:8080 by 5 docker-proxy root\n";
static const char proxied_anew[] = "tcp 0.0.0.0:8080 by 6 docker-proxy root\n";
static const char plain[] = "tcp 127.0.0.1:3000 by 7 node alice\n";
static const char hidden[] = "tcp 127.0.0.1:3000\ngap owners 1\n";

/* One scan at that time; waits for an answer, as the first frame does. */
static struct facts *scan(struct containers *c, const char *scene, int64_t now_us)
{
	struct facts *f = build_facts(1, scene);

	if (containers_step(c, f, now_us))
		containers_wait(c, clock_monotonic_us() + SLACK_US);
	containers_emit(c, f);
	return f;
}

static size_t told(struct facts *f)
{
	size_t count = f->container_count;

	facts_free(f);
	return count;
}

static void a_name_and_a_port(void **state)
{
	struct daemon *d = *state;
	struct containers *c = containers_new();
	struct facts *f = scan(c, in_container, clock_monotonic_us());

	assert_int_equal(f->container_count, 2);
	assert_true(slice_is(f->containers[0].id, ID) && slice_is(f->containers[0].name, "web"));
	assert_int_equal(f->containers[1].inner_port, 80);
	assert_int_equal(d->asked, 1);
	assert_string_equal(d->request, "GET /containers/json HTTP/1.0\r\nHost: localhost\r\n\r\n");
	facts_free(f);
	/* What is known is not asked again, until it is old. */
	assert_int_equal(told(scan(c, in_container, clock_monotonic_us())), 2);
	assert_int_equal(d->asked, 1);
	assert_int_equal(told(scan(c, in_container, clock_monotonic_us() + LATER_US)), 2);
	assert_int_equal(d->asked, 1);
	assert_int_equal(told(scan(c, in_container, clock_monotonic_us() + 10 * LATER_US)), 2);
	assert_int_equal(d->asked, 2);
	containers_free(c);
}

static void nobody_needs_it(void **state)
{
	struct daemon *d = *state;
	struct containers *c = containers_new();

	assert_int_equal(told(scan(c, plain, clock_monotonic_us())), 0);
	assert_int_equal(told(scan(c, "", clock_monotonic_us())), 0);
	assert_int_equal(d->asked, 0);
	containers_free(c);
}

/* Whoever may be behind a hidden owner, a container is among them. */
static void an_owner_is_hidden(void **state)
{
	struct daemon *d = *state;
	struct containers *c = containers_new();

	assert_int_equal(told(scan(c, hidden, clock_monotonic_us())), 2);
	assert_int_equal(d->asked, 1);
	containers_free(c);
}

/* The user's own engine is not woken for those who cannot be in it. */
static void the_users_own_engine(void **state)
{
	struct daemon *d = *state;
	struct containers *c = containers_new();
	char folder[80], link[96];

	snprintf(folder, sizeof folder, "%s/podman", d->folder);
	snprintf(link, sizeof link, "%s/podman.sock", folder);
	assert_int_equal(mkdir(folder, 0700) | symlink(d->path, link), 0);
	unsetenv("DOCKER_HOST");
	setenv("XDG_RUNTIME_DIR", d->folder, 1);
	assert_int_equal(told(scan(c, hidden, clock_monotonic_us())), 0);
	assert_int_equal(d->asked, 0);
	assert_int_equal(told(scan(c, in_container, clock_monotonic_us() + LATER_US)), 2);
	assert_int_equal(d->asked, 1);
	containers_free(c);
	unlink(link);
	rmdir(folder);
}

static void a_port_is_not_told_across_an_owner_change(void **state)
{
	struct daemon *d = *state;
	struct containers *c = containers_new();
	int64_t now_us = clock_monotonic_us();
	struct facts *f;

	f = scan(c, proxied, now_us);            /* of a container nobody of which is seen: only its port */
	assert_int_equal(f->container_count, 1);
	assert_int_equal(f->containers[0].published.port, 8080);
	facts_free(f);
	/* Another owner: nothing, until the engine is asked anew. */
	assert_int_equal(told(scan(c, proxied_anew, now_us)), 0);
	d->answer = OK "[{\"Id\":\"" OTHER "\",\"Names\":[\"/api\"],\"Ports\":[{\"PrivatePort\":81,"
		       "\"PublicPort\":8080,\"Type\":\"tcp\"}]}]";
	f = scan(c, proxied_anew, now_us + 2 * 1000 * 1000);
	assert_int_equal(f->container_count, 1);
	assert_true(slice_is(f->containers[0].name, "api"));
	assert_int_equal(f->containers[0].inner_port, 81);
	facts_free(f);
	containers_free(c);
}

/* What it answers instead. NULL is never. */
static const struct {
	const char *answer;
	size_t repeats;
} bad[] = {
	{ NULL, 0 },
	{ "", 0 },
	{ OK "[" WEB, 3 },
	{ OK "[" WEB, 0 },
	{ OK "nonsense", 0 },
	{ "HTTP/1.0 403 Forbidden\r\n\r\n", 0 },
	{ "\x1b[31m", 1 },
};

static void nobody_waits_for_long(void **state)
{
	struct daemon *d = *state;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct containers *c = containers_new();
		int64_t began_us = clock_monotonic_us();

		d->answer = bad[i].answer;
		d->repeats = bad[i].repeats;
		assert_int_equal(told(scan(c, in_container, began_us)), 0);
		assert_true(clock_monotonic_us() - began_us < ENGINE_LIMIT_US + SLACK_US - 1000000);
		d->answer = OK "[" WEB "]";
		d->repeats = 0;                  /* it is well again: seen with the next question */
		assert_int_equal(told(scan(c, in_container, clock_monotonic_us() + LATER_US)), 2);
		containers_free(c);
	}
}

/* A step is not a wait, however silent the daemon. */
static void a_step_never_waits(void **state)
{
	struct daemon *d = *state;
	struct containers *c = containers_new();
	struct facts *f = build_facts(1, in_container);
	int64_t began_us = clock_monotonic_us();

	d->answer = NULL;
	for (int i = 0; i < 100; i++)
		assert_true(containers_step(c, f, began_us));
	assert_true(clock_monotonic_us() - began_us < ENGINE_LIMIT_US);
	assert_false(containers_step(c, f, began_us + ENGINE_LIMIT_US));     /* given up */
	facts_free(f);
	containers_free(c);
}

static void nobody_is_there(void **state)
{
	struct containers *c = containers_new();

	(void)state;
	setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock", 1);
	if (access("/run/docker.sock", F_OK) && access("/run/podman/podman.sock", F_OK))
		assert_int_equal(told(scan(c, in_container, clock_monotonic_us())), 0);
	containers_free(c);
}

static const struct {
	const char *docker_host, *runtime, *first, *third;
} places[] = {
	{ "unix:///x/d.sock", "/run/user/7", "/x/d.sock", "/run/user/7/podman/podman.sock" },
	{ "tcp://1.2.3.4:2375", NULL, "", "" },
	{ "ssh://host", "relative", "", "" },
	{ "unix://relative", "", "", "" },
	{ NULL, NULL, "", "" },
};

static void only_unix_sockets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char path[ENGINE_PATH_MAX];

		unsetenv("DOCKER_HOST");
		unsetenv("XDG_RUNTIME_DIR");
		if (places[i].docker_host)
			setenv("DOCKER_HOST", places[i].docker_host, 1);
		if (places[i].runtime)
			setenv("XDG_RUNTIME_DIR", places[i].runtime, 1);
		engine_path(ENGINE_GIVEN, path);
		assert_string_equal(path, places[i].first);
		engine_path(ENGINE_DOCKER, path);
		assert_string_equal(path, "/run/docker.sock");
		engine_path(ENGINE_PODMAN_OF_USER, path);
		assert_string_equal(path, places[i].third);
		engine_path(ENGINE_PODMAN, path);
		assert_string_equal(path, "/run/podman/podman.sock");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_name_and_a_port, begin, end),
		cmocka_unit_test_setup_teardown(nobody_needs_it, begin, end),
		cmocka_unit_test_setup_teardown(an_owner_is_hidden, begin, end),
		cmocka_unit_test_setup_teardown(the_users_own_engine, begin, end),
		cmocka_unit_test_setup_teardown(a_port_is_not_told_across_an_owner_change, begin, end),
		cmocka_unit_test_setup_teardown(nobody_waits_for_long, begin, end),
		cmocka_unit_test_setup_teardown(a_step_never_waits, begin, end),
		cmocka_unit_test_setup_teardown(nobody_is_there, begin, end),
		cmocka_unit_test(only_unix_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
