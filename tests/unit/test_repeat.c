/* model/repeat: every part of a scan counts, a tracker that is told repeats shows what one shows that is told whole
 * snapshots, and on this very kernel a scan in which nothing happened is a repeat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>
#include "model/repeat.h"
#include "model/shared.h"
#include "model/tracker.h"
#include "tests/unit/machine.h"

static struct owners *owners;

/* One of everything. */
static struct facts *make_facts(int64_t wall_ms)
{
	struct facts *f = facts_new();
	struct directory_fact directory = { .path = slice_of("/home/maya/shop"), .uid = 1000 };
	struct cgroup_fact cgroup = { .id = 7, .path = slice_of("/a.slice"), .name = slice_of("init") };
	struct container_fact container = { .id = slice_of("0123"), .name = slice_of("web"), .inner_port = 80 };
	struct netns_fact netns = { .inode = 5, .name = slice_of("blue") };
	struct socket_fact *s;
	const struct wait_fact wait = { .inode = 12, .pid = 4211, .call = slice_of("poll") };

	f->wall_ms = wall_ms;
	f->owners_complete = true;
	f->host = slice_of("box");
	s = facts_add_socket(f);
	s->local = (struct endpoint){ .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .port = 3000,
				      .address = { 127, 0, 0, 1 } };
	s->state = SOCKET_LISTEN;
	s->cookie = 11;
	s->inode = 12;
	facts_add_client(f, &s->local, 3);
	facts_share_owners(f, owners);
	facts_add_user(f, 1000, slice_of("maya"));
	facts_add_device(f, 1, slice_of("lo"));
	facts_add_service(f, PROTOCOL_TCP, 3000, slice_of("shop"));
	facts_add_ancestor(f, 1);
	facts_add_directory(f, &directory);
	facts_add_cgroup(f, &cgroup);
	facts_add_container(f, &container);
	facts_add_netns(f, &netns);
	facts_add_address(f, &s->local);
	facts_add_frozen(f, 4211);
	facts_add_wait(f, &wait);
	facts_add_gap(f, GAP_OWNERS_DENIED, 2, 13);
	return f;
}

static void change_owners(struct facts *f)
{
	struct owners *others = owners_new();

	owners_unref(f->owners);
	f->owners = others;
}

static void change_socket(struct facts *f) { f->sockets[0].queue_length++; }
static void change_cookie(struct facts *f) { f->sockets[0].cookie++; }
static void change_client(struct facts *f) { f->clients[0].count++; }
static void add_socket(struct facts *f) { facts_add_sockets(f, f->sockets, 1); }
static void drop_client(struct facts *f) { f->client_count = 0; }
static void change_user(struct facts *f) { f->users[0].name = slice_of("noah"); }
static void change_device(struct facts *f) { f->devices[0].key++; }
static void drop_service(struct facts *f) { f->service_count = 0; }
static void change_ancestor(struct facts *f) { f->ancestors[0]++; }
static void change_directory(struct facts *f) { f->directories[0].state++; }
static void change_project(struct facts *f) { f->directories[0].project.branch = slice_of("main"); }
static void change_cgroup(struct facts *f) { f->cgroups[0].name = slice_of("sshd"); }
static void change_container(struct facts *f) { f->containers[0].name = slice_of("db"); }
static void change_published(struct facts *f) { f->containers[0].published.port++; }
static void change_netns(struct facts *f) { f->namespaces[0].pid++; }
static void change_address(struct facts *f) { f->addresses[0].address[3]++; }
static void drop_address(struct facts *f) { f->address_count = 0; }
static void change_frozen(struct facts *f) { f->frozen[0]++; }
static void change_wait(struct facts *f) { f->waits[0].is_waiting = TRISTATE_TRUE; }
static void change_call(struct facts *f) { f->waits[0].call = slice_of("accept4"); }
static void drop_wait(struct facts *f) { f->wait_count = 0; }
static void thaw(struct facts *f) { f->frozen_count = 0; }
static void change_gap(struct facts *f) { f->gaps[0].count++; }
static void add_gap(struct facts *f) { facts_add_gap(f, GAP_PROTOCOL, 0, 1); }
static void change_host(struct facts *f) { f->host = slice_of("tower"); }
static void change_limits(struct facts *f) { f->limits.ephemeral_low++; }
static void change_source(struct facts *f) { f->source = SOURCE_PROCFS; }
static void change_completeness(struct facts *f) { f->owners_complete = false; }
static void change_scope(struct facts *f) { f->lacks_bound = true; }
static void change_connections(struct facts *f) { f->has_connections = !f->has_connections; }

static void (*const changes[])(struct facts *f) = {
	change_owners, change_socket, change_cookie, change_client, add_socket, drop_client, change_user,
	change_device, drop_service, change_ancestor, change_directory, change_project, change_cgroup,
	change_container, change_published, change_netns, change_gap, add_gap, change_host, change_limits, change_source, change_completeness,
	change_connections, change_scope, change_address, drop_address, change_frozen, thaw,
	change_wait, change_call, drop_wait,
};

static void every_part_counts(void **state)
{
	const struct snapshot *before = snapshot_build(make_facts(1000)), *after;
	struct facts *same = make_facts(2000);

	(void)state;
	after = snapshot_repeat(before, same);
	assert_non_null(after);
	assert_int_equal(after->facts->wall_ms, 2000);
	assert_int_equal(before->facts->wall_ms, 1000);
	assert_ptr_equal(after->listeners, before->listeners);
	same->wall_ms += 900;
	assert_ptr_equal(snapshot_repeat(after, same), after);   /* the same second looks the same */
	snapshot_unref(after);
	snapshot_unref(before);                  /* the repeat keeps what it shows */
	assert_int_equal(after->listeners[0].sockets[0]->cookie, 11);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct facts *other = make_facts(3000);

		changes[i](other);
		if (snapshot_repeat(after, other))
			fail_msg("change %zu was not seen", i);
		facts_free(other);
	}
	facts_free(same);
	snapshot_unref(after);
}

static struct facts *without_clients(int64_t wall_ms)
{
	struct facts *f = make_facts(wall_ms);

	f->has_connections = true;
	f->client_count = 0;
	return f;
}

static const char *newest_event(const struct tracker *t)
{
	const struct event *e = tracker_event(t, 0);

	return e ? e->text : "";
}

/* Fresh for five seconds and idle after seven, whichever way the frames come. */
static void a_tracker_follows_repeats(void **state)
{
	struct tracker *repeated = tracker_new(), *built = tracker_new();
	struct facts *empty = make_facts(500);
	const struct snapshot *first, *before = NULL;

	(void)state;
	empty->socket_count = empty->client_count = 0;
	first = snapshot_build(empty);
	tracker_idle_after(repeated, 7000);
	tracker_idle_after(built, 7000);
	tracker_update(repeated, first);
	tracker_update(built, first);
	snapshot_unref(first);
	for (int64_t at_ms = 1000; at_ms < 11000; at_ms += 1000) {
		struct facts *facts = without_clients(at_ms);
		const struct snapshot *s = before ? snapshot_repeat(before, facts) : NULL;
		const struct snapshot *whole = snapshot_build(without_clients(at_ms));
		const struct row *a, *b;
		size_t count, other;

		if (s)
			facts_free(facts);
		else
			s = snapshot_build(facts);
		tracker_update(repeated, s);
		tracker_update(built, whole);
		a = tracker_rows(repeated, &count);
		b = tracker_rows(built, &other);
		assert_int_equal(count, 1);
		assert_int_equal(other, 1);
		assert_int_equal(a->change, b->change);
		assert_int_equal(a->since_ms, b->since_ms);
		assert_int_equal(row_marks(a), row_marks(b));
		assert_int_equal(row_marks(a) >> MARK_IDLE & 1, at_ms >= 8000);
		assert_string_equal(newest_event(repeated), newest_event(built));
		assert_int_equal(a->now_ms, at_ms);
		assert_ptr_equal(a->listener, &s->listeners[0]);
		/* a frame in which a mark comes or goes is none that may be taken for the same picture */
		assert_int_equal(tracker_is_repeated(repeated), before && at_ms != 6000 && at_ms != 8000);
		assert_false(tracker_is_repeated(built));
		snapshot_unref(whole);
		snapshot_unref(before);
		before = s;
	}
	snapshot_unref(before);
	tracker_free(repeated);
	tracker_free(built);
}

static const struct snapshot *scan_after(struct platform *p, const struct snapshot *before)
{
	static const struct scan_request request = { .bound_only = true, .leftovers = true, .clients = true,
						     .owners = true, .shares_leftovers = true };
	struct facts *facts = facts_new();
	const struct snapshot *s;

	machine_scan(p, &request, facts);
	s = before ? snapshot_repeat(before, facts) : NULL;
	if (s)
		facts_free(facts);
	else
		s = snapshot_build_after(facts, before);
	snapshot_unref(before);
	return s;
}

static bool comes_to_rest(struct platform *p, const struct snapshot **s)
{
	for (int i = 0; i < 100; i++) {
		const struct snapshot *before = snapshot_ref(*s);
		bool is_repeat;

		*s = scan_after(p, *s);
		is_repeat = snapshot_is_repeat(*s, before);
		snapshot_unref(before);
		if (is_repeat)
			return true;
	}
	return false;
}

static void nothing_new_is_a_repeat(void **state)
{
	struct platform *p = machine_open();
	int fds[] = { make_listener("127.0.0.1", 4000), make_listener("127.0.0.1", 4001) };
	const struct snapshot *s = scan_after(p, NULL);
	size_t rows;

	(void)state;
	assert_true(comes_to_rest(p, &s));
	rows = s->listener_count;
	for (int i = 0; i < 2; i++) {
		close(fds[i]);
		s = scan_after(p, s);
		assert_int_equal(s->listener_count, rows - 1 - (size_t)i);
		assert_true(comes_to_rest(p, &s));
		assert_int_equal(s->listener_count, rows - 1 - (size_t)i);
	}
	snapshot_unref(s);
	platform_free(p);
}

static int make_owners(void **state)
{
	(void)state;
	owners = owners_new();
	return 0;
}

static int drop_owners(void **state)
{
	(void)state;
	owners_unref(owners);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_counts),
		cmocka_unit_test(a_tracker_follows_repeats),
		cmocka_unit_test(nothing_new_is_a_repeat),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, make_owners, drop_owners) : SKIPPED;
}
