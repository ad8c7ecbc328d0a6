/* The dear tables: read at their own pace, and while nothing happens only now and then; what does happen
 * is seen at the next time all the same. Time passes by what is written into the paces. */
#include "kernel.h"
#include "platform/linux/slowtables.h"

static const struct scan_request all = {.bound_only = true, .leftovers = true, .clients = true};

struct world {
	struct kernel kernel;
	struct socket_list listeners;
	struct slow_tables slow;
};

static struct world *open_world(void)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	kernel_open(&w->kernel);
	w->slow = (struct slow_tables){.tables = &w->kernel.tables, .stat = &w->kernel.stat};
	return w;
}

static void close_world(struct world *w)
{
	slowtables_done(&w->slow);
	socket_list_done(&w->listeners);
	kernel_close(&w->kernel);
	free(w);
}

static void pass(struct world *w, int64_t us)
{
	for (int i = 0; i < SLOW_COUNT; i++) {
		struct slow_table *t = &w->slow.items[i];

		t->pace.looked_us -= t->pace.looked_us ? us : 0;
		t->still_us -= t->still_us ? us : 0;
	}
}

/* What became due by then. True when the table `kind` was read. */
static bool look_after(struct world *w, int64_t us, enum slow_kind kind)
{
	const struct sockdiag_query tcp = {.protocol = PROTOCOL_TCP, .states = sockdiag_state_bit(SOCKET_LISTEN)};
	int64_t before_us;

	pass(w, us);
	before_us = w->slow.items[kind].pace.looked_us;
	facts_reset(w->kernel.facts);
	socket_list_clear(&w->listeners, NULL);
	tables_dump(&w->kernel.tables, &tcp, &w->listeners, w->kernel.facts);
	slowtables_add(&w->slow, &all, &w->listeners, &(struct slow_hint){.has_died = false}, w->kernel.facts);
	return w->slow.items[kind].pace.looked_us != before_us;
}

/* A table is dear when the machine is busy: it is due by then at the latest. */
static int64_t until_due(const struct world *w, enum slow_kind kind)
{
	int64_t dear_us = w->slow.items[kind].pace.cost_us * PACE_SHARE;

	return dear_us > PACE_CALM_US ? dear_us : PACE_CALM_US;
}

static void come_to_rest(struct world *w, enum slow_kind kind)
{
	for (int i = 0; look_after(w, until_due(w, kind), kind); i++) {
		assert_in_range(i, 0, PATIENCE_MS);
		usleep(1000);
	}
}

static void test_they_are_read_now_and_then(void **state)
{
	struct world *w = open_world();

	(void)state;
	for (int kind = SLOW_LEFTOVERS; kind < SLOW_COUNT; kind++) {
		if (kind == SLOW_CONNECTIONS)
			continue;
		come_to_rest(w, kind);
		assert_true(look_after(w, SLOWTABLES_STILL_US, kind));
	}
	close_world(w);
}

static void test_a_bound_socket_is_seen(void **state)
{
	struct world *w = open_world();
	int fd;

	(void)state;
	look_after(w, 0, SLOW_BOUND);
	if (has_gap(w->kernel.facts, GAP_BOUND_ONLY)) {
		close_world(w);
		skip();
	}
	for (int i = 0; i < 3; i++) {
		come_to_rest(w, SLOW_BOUND);
		assert_null(find_port(w->kernel.facts, 3000, SOCKET_BOUND));
		fd = make_socket(SOCK_STREAM, "127.0.0.1", 3000);
		assert_true(look_after(w, until_due(w, SLOW_BOUND), SLOW_BOUND));
		assert_non_null(find_port(w->kernel.facts, 3000, SOCKET_BOUND));
		come_to_rest(w, SLOW_BOUND);
		assert_non_null(find_port(w->kernel.facts, 3000, SOCKET_BOUND));
		close(fd);
		await(look_after(w, until_due(w, SLOW_BOUND), SLOW_BOUND) && !w->slow.items[SLOW_BOUND].rows.count);
	}
	close_world(w);
}

/* Made when the counters have moved already, bound only when they were read. */
static void test_a_socket_that_is_bound_late_is_seen(void **state)
{
	struct world *w = open_world();
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(3000)};
	int fd;

	(void)state;
	come_to_rest(w, SLOW_BOUND);
	if (has_gap(w->kernel.facts, GAP_BOUND_ONLY)) {
		close_world(w);
		skip();
	}
	fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	assert_true(look_after(w, until_due(w, SLOW_BOUND), SLOW_BOUND));
	must(bind_soon(fd, (struct sockaddr *)&to, sizeof to));
	assert_true(look_after(w, until_due(w, SLOW_BOUND), SLOW_BOUND));
	assert_non_null(find_port(w->kernel.facts, 3000, SOCKET_BOUND));
	close(fd);
	close_world(w);
}

static size_t count_clients(const struct facts *f, uint16_t port)
{
	size_t count = 0;

	for (size_t i = 0; i < f->client_count; i++)
		count += f->clients[i].local.port == port ? f->clients[i].count : 0;
	return count;
}

static void test_connections_and_what_they_leave_are_seen(void **state)
{
	struct world *w = open_world();
	int listener = make_listener("127.0.0.1", 3000), client, server;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(3000),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	(void)state;
	come_to_rest(w, SLOW_CLIENTS);
	assert_int_equal(count_clients(w->kernel.facts, 3000), 0);
	client = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	must(connect(client, (struct sockaddr *)&to, sizeof to));
	server = must(accept(listener, NULL, NULL));
	assert_true(look_after(w, until_due(w, SLOW_CLIENTS), SLOW_CLIENTS));
	assert_int_equal(count_clients(w->kernel.facts, 3000), 1);
	come_to_rest(w, SLOW_CLIENTS);
	assert_int_equal(count_clients(w->kernel.facts, 3000), 1);
	come_to_rest(w, SLOW_LEFTOVERS);
	assert_null(find_port(w->kernel.facts, 3000, SOCKET_CLOSE_WAIT));
	close(client);
	await(look_after(w, until_due(w, SLOW_LEFTOVERS), SLOW_LEFTOVERS) &&
	      find_port(w->kernel.facts, 3000, SOCKET_CLOSE_WAIT));
	close(server);
	close(listener);
	close_world(w);
}

/* Whoever looks at connections is told each that is left over, at once. */
static void test_leftovers_are_told_when_connections_are(void **state)
{
	const struct slow_hint hint = {.limits = {.ephemeral_low = 32768, .ephemeral_high = 60999}};
	const struct scan_request counted = {.leftovers = true, .shares_leftovers = true};
	const struct scan_request each = {.leftovers = true, .shares_leftovers = true, .connections = true};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(3000),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct world *w = open_world();
	int listener = make_listener("127.0.0.1", 3000);
	size_t told;

	(void)state;
	for (int i = 0; i < 3; i++) {
		int client = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), server;

		must(connect(client, (struct sockaddr *)&to, sizeof to));
		server = must(accept(listener, NULL, NULL));
		close(server);
		close(client);
	}
	slowtables_add(&w->slow, &counted, &w->listeners, &hint, w->kernel.facts);
	told = w->slow.leftovers->count;
	facts_reset(w->kernel.facts);
	slowtables_add(&w->slow, &each, &w->listeners, &hint, w->kernel.facts);
	assert_true(w->slow.leftovers->count >= told + 2);
	close(listener);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_they_are_read_now_and_then),
		cmocka_unit_test(test_a_bound_socket_is_seen),
		cmocka_unit_test(test_a_socket_that_is_bound_late_is_seen),
		cmocka_unit_test(test_connections_and_what_they_leave_are_seen),
		cmocka_unit_test(test_leftovers_are_told_when_connections_are),
	};

	if (!machine_enter())
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
