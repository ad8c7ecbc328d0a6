/* Listeners from scan to scan: while nothing happens they are not read again, and whatever opens is there
 * at the next look all the same. */
#include "kernel.h"
#include "platform/linux/listeners.h"

static bool nobody_holds(void *context, uint32_t inode)
{
	(void)context;
	(void)inode;
	return false;
}

struct world {
	struct kernel kernel;
	struct socket_list bound;
	struct listeners listeners;
};

static struct world *open_world(void)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	kernel_open(&w->kernel);
	w->listeners = (struct listeners){.tables = &w->kernel.tables, .stat = &w->kernel.stat, .bound = &w->bound,
					  .hooks.is_held = nobody_holds};
	return w;
}

static void close_world(struct world *w)
{
	listeners_done(&w->listeners);
	socket_list_done(&w->bound);
	kernel_close(&w->kernel);
	free(w);
}

/* True when they were read anew. */
static bool look(struct world *w, bool may_rest)
{
	const struct scan_request request = {.owners = true};
	unsigned rests = w->listeners.rests;

	facts_reset(w->kernel.facts);
	assert_int_equal(listeners_read(&w->listeners, &request, may_rest, w->kernel.facts), 0);
	return w->listeners.rests <= rests;
}

/* Until it would be read no more. The counters of a machine on which others work may move now and then. */
static void come_to_rest(struct world *w)
{
	for (int i = 0; look(w, true); i++) {
		assert_in_range(i, 0, PATIENCE_MS);
		usleep(1000);
	}
}

static const struct socket_fact *find(const struct world *w, int fd)
{
	uint32_t inode = inode_of(fd);

	for (size_t i = 0; i < w->listeners.now.count; i++)
		if (w->listeners.now.items[i].inode == inode)
			return &w->listeners.now.items[i];
	return NULL;
}

static void test_they_rest_while_nothing_happens(void **state)
{
	struct world *w = open_world();
	int fd = make_listener("127.0.0.1", 3000), rests = 0, reads = 0;

	(void)state;
	come_to_rest(w);
	for (int i = 0; i < 100; i++) {
		bool was_read = look(w, true);

		reads += was_read;
		rests += !was_read;
		assert_non_null(find(w, fd));
		assert_true(w->listeners.rests <= LISTENERS_RESTS);
	}
	assert_true(rests > 50);
	assert_true(reads >= 100 / (LISTENERS_RESTS + 1));
	close(fd);
	close_world(w);
}

static void test_they_do_not_where_they_may_not(void **state)
{
	struct world *w = open_world();

	(void)state;
	come_to_rest(w);
	for (int i = 0; i < 10; i++)
		assert_true(look(w, false));
	close_world(w);
}

static void test_what_opens_is_there_at_the_next_look(void **state)
{
	static const struct {
		int type;
		const char *address;
	} kinds[] = {
		{SOCK_STREAM, "127.0.0.1"}, {SOCK_STREAM, "0.0.0.0"}, {SOCK_STREAM, "::1"}, {SOCK_STREAM, "::"},
		{SOCK_DGRAM, "127.0.0.1"}, {SOCK_DGRAM, "0.0.0.0"}, {SOCK_DGRAM, "::1"}, {SOCK_DGRAM, "::"},
	};
	struct world *w = open_world();

	(void)state;
	for (size_t i = 0; i < 5 * sizeof kinds / sizeof *kinds; i++) {
		size_t kind = i % (sizeof kinds / sizeof *kinds);
		int fd;

		come_to_rest(w);
		fd = make_socket(kinds[kind].type, kinds[kind].address, 3000);
		if (kinds[kind].type == SOCK_STREAM)
			must(listen(fd, 5));
		assert_true(look(w, true));
		assert_true(w->listeners.has_changed);
		assert_non_null(find(w, fd));
		close(fd);
		await(look(w, false) && !w->listeners.now.count);
	}
	close_world(w);
}

/* One closes, another opens: the counts are those of before, and only the announcement tells. */
static void test_a_restart_is_seen_with_the_announcement(void **state)
{
	struct world *w = open_world();
	int fd = make_listener("127.0.0.1", 3000), other;

	(void)state;
	come_to_rest(w);
	close(fd);
	other = make_listener("127.0.0.1", 3000);
	assert_true(look(w, false));
	assert_non_null(find(w, other));
	assert_int_equal(w->listeners.now.count, 1);
	close(other);
	close_world(w);
}

/* Of two that swap without a word, at least the next reading tells. */
static void test_what_nobody_tells_waits_for_the_next_reading(void **state)
{
	struct world *w = open_world();
	int fd = make_listener("127.0.0.1", 3000), other = make_socket(SOCK_STREAM, "127.0.0.1", 3001);
	int looks = 0;

	(void)state;
	come_to_rest(w);
	must(shutdown(fd, SHUT_RD));
	must(listen(other, 5));
	while (!find(w, other)) {
		look(w, true);
		assert_in_range(looks++, 0, LISTENERS_RESTS + 1);
	}
	close(fd);
	close(other);
	close_world(w);
}

static void connect_to(int *client, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	*client = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	must(connect(*client, (struct sockaddr *)&to, sizeof to));
}

static void test_a_queue_is_followed(void **state)
{
	struct world *w = open_world();
	int fd = make_listener("127.0.0.1", 3000), client, server;

	(void)state;
	come_to_rest(w);
	connect_to(&client, 3000);
	assert_true(look(w, true));
	assert_int_equal(find(w, fd)->queue_length, 1);
	for (int i = 0; i < 20; i++)
		assert_true(look(w, true));
	server = must(accept(fd, NULL, NULL));
	assert_true(look(w, true));
	assert_int_equal(find(w, fd)->queue_length, 0);
	come_to_rest(w);
	close(client);
	close(server);
	close(fd);
	close_world(w);
}

/* Where something happens all the time the counters are left alone, and come back with the calm. */
static void test_unrest(void **state)
{
	struct world *w = open_world();
	int receiver = make_socket(SOCK_DGRAM, "127.0.0.1", 3000), asked = 0;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(3001),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	(void)state;
	for (int i = 0; i < 64; i++) {
		sendto(receiver, "x", 1, 0, (struct sockaddr *)&to, sizeof to);      /* to nobody: an ICMP answers */
		assert_true(look(w, true));
		asked += w->listeners.has_counts;
	}
	assert_true(asked <= 64 / 2);
	come_to_rest(w);
	close(receiver);
	close_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_they_rest_while_nothing_happens),
		cmocka_unit_test(test_they_do_not_where_they_may_not),
		cmocka_unit_test(test_what_opens_is_there_at_the_next_look),
		cmocka_unit_test(test_a_restart_is_seen_with_the_announcement),
		cmocka_unit_test(test_what_nobody_tells_waits_for_the_next_reading),
		cmocka_unit_test(test_a_queue_is_followed),
		cmocka_unit_test(test_unrest),
	};

	if (!machine_enter())
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
