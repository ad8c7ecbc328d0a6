/* lotop kill --socket on real remains of connections: they are gone, the listener beside them is not touched */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>
#include "netns.h"
#include "run.h"

enum { PORT = 27000, CLIENTS = 3, DONE = 0, NOTHING = 1, REFUSED = 4 };

static struct sockaddr_in address(void)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int listen_here(void)
{
	struct sockaddr_in at = address();
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 5), 0);
	return fd;
}

static int connect_here(void)
{
	struct sockaddr_in at = address();
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

/* The server closes first: TIME-WAIT stays at its port. */
static void leave_time_wait(int listener)
{
	char byte;

	for (int i = 0; i < CLIENTS; i++) {
		int client = connect_here(), server = accept(listener, NULL, NULL);

		close(server);
		assert_int_equal(read(client, &byte, 1), 0);
		close(client);
	}
}

/* As a server does that sets no option: it needs the port all for itself. */
static bool can_bind(void)
{
	struct sockaddr_in at = address();
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_bound = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;

	close(fd);
	return is_bound;
}

static json_t *remnants(const char *arguments, void (*prepare)(void), int status)
{
	char line[128];
	struct run r;
	json_t *json;

	snprintf(line, sizeof line, "kill --json --socket %s", arguments);
	r = run_lotop(line, prepare);
	json = json_loads(r.output, 0, NULL);
	if (r.status != status || !json)
		fail_msg("%s: status %d; %s; %s", line, r.status, r.errors, r.output);
	run_done(&r);
	return json;
}

static const char *text_of(json_t *json, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(json, "remnants"), i), key));
}

static int number_of(json_t *json, size_t i, const char *key)
{
	return (int)json_integer_value(json_object_get(json_array_get(json_object_get(json, "remnants"), i), key));
}

static void the_port_is_free_at_once(void **state)
{
	int listener = listen_here();
	json_t *json;
	(void)state;

	leave_time_wait(listener);
	close(listener);
	assert_false(can_bind());
	json_decref(remnants("-n 27000", NULL, DONE));
	assert_false(can_bind());
	json = remnants("-y 27000", NULL, DONE);
	assert_string_equal(text_of(json, 0, "state"), "TIME-WAIT");
	assert_string_equal(text_of(json, 0, "outcome"), "released");
	assert_int_equal(number_of(json, 0, "closed"), CLIENTS);
	json_decref(json);
	assert_true(can_bind());
	json_decref(remnants("-y 27000", NULL, NOTHING));
}

static void a_listener_is_never_closed(void **state)
{
	int listener = listen_here(), client;
	json_t *json = remnants("-y 27000", NULL, REFUSED);
	(void)state;

	assert_string_equal(text_of(json, 0, "outcome"), "refused");
	assert_non_null(strstr(text_of(json, 0, "text"), "deaf"));
	json_decref(json);
	client = connect_here();
	close(accept(listener, NULL, NULL));
	close(client);
	close(listener);
	json_decref(remnants("-y 27000", NULL, DONE));
}

/* It needs CAP_NET_ADMIN. */
static void without_rights_it_is_said(void **state)
{
	int listener = listen_here();
	json_t *json;
	(void)state;

	leave_time_wait(listener);
	close(listener);
	json = remnants("-y 27000", run_as_nobody, REFUSED);
	assert_string_equal(text_of(json, 0, "outcome"), "failed");
	assert_non_null(strstr(text_of(json, 0, "text"), "sudo"));
	json_decref(json);
	assert_false(can_bind());
	struct run r = run_lotop("kill --socket -y --read-only 27000", NULL);
	assert_int_equal(r.status, REFUSED);
	run_done(&r);
	assert_false(can_bind());
}

/* A kernel without CONFIG_INET_DIAG_DESTROY says so. */
static bool kernel_can(void)
{
	int listener = listen_here();
	struct run r;
	bool can;

	leave_time_wait(listener);
	close(listener);
	r = run_lotop("kill --socket -y 27000", NULL);
	can = !strstr(r.output, "CONFIG_INET_DIAG_DESTROY");
	run_done(&r);
	return can;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_is_free_at_once),
		cmocka_unit_test(a_listener_is_never_closed),
		cmocka_unit_test(without_rights_it_is_said),
	};

	if (getuid() || netns_enter() || !kernel_can())
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
