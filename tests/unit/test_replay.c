/* Recordings: what is read is what was written, for scans of any content; broken ones are refused with
 * their line; and a recording that is played is a machine on which nothing can be signalled. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "model/snapshot.h"
#include "platform/platform.h"
#include "platform/replay/recording.h"
#include "tests/fake/same.h"

static const char header[] = "{\"lotop_recording\":1,\"version\":\"0.1.0\"}\n";

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Numbers of all sizes, the ends of the ranges among them. */
static uint64_t random_number(uint64_t *seed)
{
	static const uint64_t ends[] = { 0, 1, UINT8_MAX, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX };
	uint64_t kind = next_random(seed) % 10;

	return kind < sizeof ends / sizeof *ends ? ends[kind] : next_random(seed) >> next_random(seed) % 64;
}

static int64_t random_time(uint64_t *seed)
{
	const int64_t last = INT64_C(253402300799999);
	uint64_t kind = next_random(seed) % 5;

	return kind == 0 ? -last : kind == 1 ? last : (int64_t)(next_random(seed) % (uint64_t)last);
}

static struct slice random_text(uint64_t *seed, char *bytes, size_t max)
{
	static const char alphabet[] = "ab/ \"\\\n\x1b\x7f\0\0\xc3\xa9\xe2\x80\xae\xf0\x9f\x98\x80\xff\xed\xa0\x80";
	size_t len = next_random(seed) % (max + 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] = next_random(seed) % 3 ? alphabet[next_random(seed) % (sizeof alphabet - 1)]
						 : (char)next_random(seed);
	return (struct slice){ len ? bytes : NULL, len };
}

static struct endpoint random_endpoint(uint64_t *seed)
{
	struct endpoint e = {
		.protocol = next_random(seed) % 2 ? PROTOCOL_TCP : PROTOCOL_UDP,
		.family = next_random(seed) % 2 ? FAMILY_IPV4 : FAMILY_IPV6,
		.port = (uint16_t)random_number(seed),
		.device = next_random(seed) % 3 ? 0 : (uint32_t)random_number(seed),
		.netns = next_random(seed) % 3 ? 0 : (uint32_t)random_number(seed),
	};

	for (size_t i = 0; i < (e.family == FAMILY_IPV4 ? 4 : 16); i++)
		e.address[i] = next_random(seed) % 2 ? 0 : (uint8_t)next_random(seed);
	return e;
}

static void add_random_socket(struct facts *f, uint64_t *seed)
{
	static const uint8_t states[] = { 0, 1, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 255 };
	struct socket_fact *s = facts_add_socket(f);

	s->local = random_endpoint(seed);
	if (next_random(seed) % 2)
		s->remote = random_endpoint(seed);
	s->cookie = random_number(seed);
	s->cgroup_id = random_number(seed);
	s->inode = (uint32_t)random_number(seed);
	s->uid = (uint32_t)random_number(seed);
	s->queue_length = (uint32_t)random_number(seed);
	s->queue_limit = (uint32_t)random_number(seed);
	s->drops = (uint32_t)random_number(seed);
	s->expires_ms = (int32_t)random_number(seed);
	s->state = states[next_random(seed) % sizeof states];
	s->v6only = (int8_t)((int)(next_random(seed) % 3) - 1);
	s->timer = (uint8_t)random_number(seed);
	s->is_mptcp = next_random(seed) % 2;
}

static void add_random_process(struct facts *f, uint64_t *seed)
{
	char comm[15], exe[40], command[200], cwd[40], tty[8], cgroup[60], environment[60];
	struct process_fact p = {
		.pid = (int32_t)random_number(seed), .ppid = (int32_t)random_number(seed),
		.group = (int32_t)random_number(seed), .session = (int32_t)random_number(seed),
		.uid = (uint32_t)random_number(seed), .tty_device = (uint32_t)random_number(seed),
		.start_time = random_number(seed), .started_wall_ms = random_time(seed),
		.state = (char)next_random(seed), .unknown = (uint8_t)random_number(seed),
		.comm = random_text(seed, comm, sizeof comm), .exe = random_text(seed, exe, sizeof exe),
		.command = random_text(seed, command, sizeof command), .cwd = random_text(seed, cwd, sizeof cwd),
		.tty = random_text(seed, tty, sizeof tty), .cgroup = random_text(seed, cgroup, sizeof cgroup),
		.environment = random_text(seed, environment, sizeof environment),
	};

	facts_add_process(f, &p);
}

static void add_random_netns(struct facts *f, uint64_t *seed)
{
	char name[30], comm[15], cgroup[60];
	const struct netns_fact netns = {
		.inode = (uint32_t)random_number(seed), .pid = (int32_t)random_number(seed),
		.name = random_text(seed, name, sizeof name), .comm = random_text(seed, comm, sizeof comm),
		.cgroup = random_text(seed, cgroup, sizeof cgroup),
	};

	facts_add_netns(f, &netns);
}

static void add_random_container(struct facts *f, uint64_t *seed)
{
	char id[64], name[30], image[30];
	struct container_fact container = {
		.id = random_text(seed, id, sizeof id), .name = random_text(seed, name, sizeof name),
		.image = random_text(seed, image, sizeof image), .inner_port = (uint16_t)random_number(seed),
	};

	if (next_random(seed) % 2)
		container.published = random_endpoint(seed);
	facts_add_container(f, &container);
}

static void add_random_directory(struct facts *f, uint64_t *seed)
{
	char path[40], root[40], name[20], branch[20];
	const struct directory_fact directory = {
		.path = random_text(seed, path, sizeof path), .uid = (uint32_t)random_number(seed),
		.state = (uint8_t)(next_random(seed) % 5),
		.project.root = random_text(seed, root, sizeof root),
		.project.name = random_text(seed, name, sizeof name),
		.project.branch = random_text(seed, branch, sizeof branch),
		.project.files = (uint8_t)random_number(seed), .project.is_detached = next_random(seed) % 2,
	};

	facts_add_directory(f, &directory);
}

static void add_random_cgroup(struct facts *f, uint64_t *seed)
{
	char path[60], name[15];
	const struct cgroup_fact cgroup = {
		.id = random_number(seed), .path = random_text(seed, path, sizeof path),
		.count = (uint32_t)random_number(seed), .pid = (int32_t)random_number(seed),
		.name = random_text(seed, name, sizeof name),
	};

	facts_add_cgroup(f, &cgroup);
}

static void add_random_client(struct facts *f, uint64_t *seed)
{
	struct endpoint local = random_endpoint(seed);

	facts_add_client(f, &local, (uint32_t)random_number(seed));
}

static void add_random_wait(struct facts *f, uint64_t *seed)
{
	char call[30];
	struct wait_fact wait = {
		.inode = (uint32_t)random_number(seed), .pid = (int32_t)random_number(seed),
		.is_waiting = (int8_t)random_number(seed), .is_inheritable = (int8_t)random_number(seed),
		.is_adopted = next_random(seed) % 2, .kind = (uint8_t)(next_random(seed) % WAIT_COUNT),
		.error = (int16_t)random_number(seed), .call = random_text(seed, call, sizeof call),
	};

	facts_add_wait(f, &wait);
}

static struct facts *random_facts(uint64_t *seed)
{
	struct facts *f = facts_new();
	char name[30];

	f->source = (uint8_t)(next_random(seed) % 3);
	f->owners_complete = next_random(seed) % 2;
	f->has_connections = next_random(seed) % 2;
	f->has_other_netns = next_random(seed) % 2;
	f->wall_ms = random_time(seed);
	f->host = arena_slice(&f->arena, random_text(seed, name, sizeof name));
	f->limits = (struct kernel_limits){
		(uint16_t)random_number(seed), (uint16_t)random_number(seed), (uint16_t)random_number(seed),
		(uint32_t)random_number(seed), (uint32_t)random_number(seed)
	};
	for (uint64_t i = next_random(seed) % 8; i; i--)
		add_random_socket(f, seed);
	for (uint64_t i = next_random(seed) % 8; i; i--)
		facts_add_holder(f, (uint32_t)random_number(seed), (int32_t)random_number(seed),
				 (int32_t)random_number(seed));
	for (uint64_t i = next_random(seed) % 4; i; i--)
		add_random_process(f, seed);
	for (uint64_t i = next_random(seed) % 3; i; i--)
		add_random_netns(f, seed);
	for (uint64_t i = next_random(seed) % 3; i; i--)
		add_random_container(f, seed);
	for (uint64_t i = next_random(seed) % 3; i; i--) {
		add_random_client(f, seed);
		add_random_directory(f, seed);
		add_random_cgroup(f, seed);
	}
	for (uint64_t i = next_random(seed) % 4; i; i--) {
		struct endpoint e = random_endpoint(seed);

		facts_add_address(f, &e);
	}
	for (uint64_t i = next_random(seed) % 4; i; i--)
		facts_add_frozen(f, (int32_t)random_number(seed));
	for (uint64_t i = next_random(seed) % 4; i; i--)
		add_random_wait(f, seed);
	for (uint64_t i = next_random(seed) % 4; i; i--)
		facts_add_ancestor(f, (int32_t)random_number(seed));
	for (uint64_t i = next_random(seed) % 3; i; i--) {
		facts_add_user(f, (uint32_t)random_number(seed), random_text(seed, name, sizeof name));
		facts_add_device(f, (uint32_t)random_number(seed), random_text(seed, name, sizeof name));
		facts_add_service(f, (uint8_t)next_random(seed), (uint16_t)next_random(seed),
				  random_text(seed, name, sizeof name));
	}
	for (unsigned kind = 0; kind < GAP_COUNT; kind++)
		if (next_random(seed) % 2)
			facts_add_gap(f, kind, (uint32_t)next_random(seed), (int)(next_random(seed) % 200));
	return f;
}

static bool is_plain_line(struct slice line)
{
	for (size_t i = 0; i + 1 < line.len; i++)
		if (line.ptr[i] < ' ' || line.ptr[i] > '~')
			return false;
	return line.len && line.ptr[line.len - 1] == '\n';
}

static void what_is_read_is_what_was_written(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct facts *written = random_facts(&seed), *read = facts_new();
		const char *different;
		struct buf line = { 0 };

		recording_add_frame(&line, written);
		assert_true(is_plain_line(buf_slice(&line)));
		line.len--;                                  /* its newline is the file's */
		assert_int_equal(recording_decode(buf_slice(&line), read), 0);
		different = same_facts(written, read);
		if (different)
			fail_msg("round %d: %s differs in %s", i, different, buf_string(&line));
		buf_done(&line);
		facts_free(written);
		facts_free(read);
	}
}

static void reads_what_people_write(void **state)
{
	static const char line[] =
		"{\"wall_ms\":5,\"later\":{\"x\":[1]},\"sockets\":[{\"local\":[\"tcp\",\"::1\",80],\"state\":\"LISTEN\","
		"\"new\":null},{\"local\":[\"udp\",\"fe80::1\",53,2],\"state\":14}],\"processes\":[{\"pid\":1,"
		"\"command\":[\"a\",{\"b64\":\"/w==\"},\"\"],\"cookie\":1}]}";
	struct facts *f = facts_new();

	(void)state;
	assert_int_equal(recording_decode(slice_of(line), f), 0);
	assert_int_equal(f->socket_count, 2);
	assert_int_equal(f->sockets[0].state, SOCKET_LISTEN);
	assert_int_equal(f->sockets[0].queue_limit, QUEUE_UNKNOWN);
	assert_int_equal(f->sockets[0].uid, UID_UNKNOWN);
	assert_int_equal(f->sockets[1].state, SOCKET_UNCONN);
	assert_int_equal(f->sockets[1].local.device, 2);
	assert_int_equal(f->limits.unprivileged_start, 1024);
	assert_int_equal(f->processes[0].command.len, 4);
	assert_memory_equal(f->processes[0].command.ptr, "a\0\xff\0", 4);
	assert_int_equal(f->processes[0].state, '?');
	assert_int_equal(f->address_count, 0);
	facts_free(f);
}

static void refuses_broken_frames(void **state)
{
	static const char *const lines[] = {
		"", "x", "[]", "1", "{", "{}x", "{\"wall_ms\":1,\"wall_ms\":2}", "{\"wall_ms\":\"1\"}", "{\"wall_ms\":1.5}",
		"{\"wall_ms\":99999999999999999999}", "{\"wall_ms\":253402300800000}",
		"{\"owners_complete\":1}", "{\"host\":1}", "{\"host\":\"a\\u0000b\"}",
		"{\"host\":{\"b64\":\"x\"}}", "{\"host\":{\"b64\":1}}", "{\"host\":[[\"a\"]]}", "{\"host\":\"\xff\"}",
		"{\"source\":\"radio\"}", "{\"limits.self_pid\":-1}", "{\"limits.ephemeral_low\":65536}",
		"{\"sockets\":{}}", "{\"frozen\":[\"7\"]}", "{\"frozen\":[2147483648]}", "{\"addresses\":[1]}", "{\"addresses\":[\"\"]}", "{\"addresses\":[\"10.0.0\"]}",
		"{\"addresses\":[\"10.0.0.1\\u0000\"]}", "{\"addresses\":\"10.0.0.1\"}",
		"{\"sockets\":[1]}", "{\"sockets\":[{\"local\":1}]}", "{\"sockets\":[{\"local\":[]}]}",
		"{\"sockets\":[{\"local\":[\"tcp\",\"1.2.3\",1]}]}", "{\"sockets\":[{\"local\":[\"tcp\",\"::g\",1]}]}",
		"{\"sockets\":[{\"local\":[\"sctp\",\"::\",1]}]}", "{\"sockets\":[{\"local\":[\"tcp\",\"::\",65536]}]}",
		"{\"sockets\":[{\"local\":[\"tcp\",\"::\",-1]}]}", "{\"sockets\":[{\"local\":[\"tcp\",\"::\",1,-1]}]}",
		"{\"sockets\":[{\"local\":[\"tcp\",\"::\",1,4294967296]}]}", "{\"sockets\":[{\"state\":\"LISTENING\"}]}",
		"{\"sockets\":[{\"state\":256}]}", "{\"sockets\":[{\"inode\":4294967296}]}",
		"{\"sockets\":[{\"inode\":-1}]}",
		"{\"sockets\":[{\"cookie\":\"18446744073709551616\"}]}", "{\"sockets\":[{\"cookie\":\"-1\"}]}",
		"{\"sockets\":[{\"expires_ms\":2147483648}]}", "{\"sockets\":[{\"v6only\":128}]}",
		"{\"holders\":[[1,2]]}", "{\"holders\":[[1,2,3,4]]}", "{\"holders\":[[-1,2,3]]}",
		"{\"holders\":[[1,2147483648,3]]}", "{\"holders\":[[1,2,null]]}", "{\"holders\":[3]}",
		"{\"waits\":[{\"kind\":\"dances\"}]}", "{\"waits\":[{\"kind\":200}]}", "{\"waits\":[{\"is_waiting\":128}]}",
		"{\"waits\":[{\"call\":7}]}",
		"{\"frozen\":[[7]]}", "{\"frozen\":[null]}", "{\"clients\":[{\"count\":-1}]}",
		"{\"holders\":[{}]}", "{\"processes\":[{\"state\":\"SS\"}]}", "{\"processes\":[{\"state\":\"\"}]}",
		"{\"processes\":[{\"pid\":2147483648}]}", "{\"ancestors\":[\"1\"]}", "{\"ancestors\":[2147483648]}",
		"{\"users\":[[1]]}", "{\"users\":[[-1,\"a\"]]}", "{\"users\":[[\"a\",1]]}", "{\"devices\":[[1,2]]}",
		"{\"services\":[[4294967295,\"a\"]]}", "{\"gaps\":[{}]}", "{\"gaps\":[{\"kind\":\"nothing\"}]}",
		"{\"gaps\":[{\"kind\":200}]}", "{\"gaps\":[[]]}",
	};
	struct facts *f = facts_new();

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct facts *empty = facts_new();

		if (recording_decode(slice_of(lines[i]), f) != -EINVAL)
			fail_msg("taken: %s", lines[i]);
		assert_null(same_facts(f, empty));
		facts_free(empty);
	}
	facts_free(f);
}

static void refuses_too_many_items(void **state)
{
	struct facts *f = facts_new();
	struct buf line = { 0 };

	(void)state;
	buf_add_string(&line, "{\"ancestors\":[0");
	for (int i = 0; i < 1 << 20; i++)
		buf_add_string(&line, ",0");
	buf_add_string(&line, "]}");
	assert_int_equal(recording_decode(buf_slice(&line), f), -EINVAL);
	buf_done(&line);
	facts_free(f);
}

/* A file with these bytes; its name, to be freed and unlinked. */
static char *make_file(struct slice bytes)
{
	char *path = strdup("/tmp/lotop-replay-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
	close(fd);
	return path;
}

static int open_text(const char *text, struct platform **out, unsigned *line)
{
	char *path = make_file(slice_of(text));
	int error = platform_replay_new(path, out, line);

	unlink(path);
	free(path);
	return error;
}

static void says_which_line_is_broken(void **state)
{
	static const struct {
		const char *text;
		int error;
		unsigned line;
	} cases[] = {
		{ "", -EINVAL, 1 },
		{ "\n", -EINVAL, 1 },
		{ "no recording\n", -EINVAL, 1 },
		{ "{\"listeners\":[]}\n", -EINVAL, 1 },
		{ "{\"lotop_recording\":0}\n{}\n", -EINVAL, 1 },
		{ "{\"lotop_recording\":\"1\"}\n{}\n", -EINVAL, 1 },
		{ "{\"lotop_recording\":2}\n{}\n", -EPROTONOSUPPORT, 1 },
		{ "{\"lotop_recording\":1}\n", -ENODATA, 2 },
		{ "{\"lotop_recording\":1}\n{}\n{\"host\":1}\n{}\n", -EINVAL, 3 },
		{ "{\"lotop_recording\":1}\n{}\n\n{}\n", -EINVAL, 3 },
		{ "{\"lotop_recording\":1}\n{\"ho", -EINVAL, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct platform *p = NULL;
		unsigned line = 99;

		assert_int_equal(open_text(cases[i].text, &p, &line), cases[i].error);
		assert_int_equal(line, cases[i].line);
		assert_null(p);
	}
}

static void refuses_what_is_no_plain_file(void **state)
{
	char fifo[] = "/tmp/lotop-fifo-XXXXXX";
	struct platform *p = NULL;
	unsigned line = 99;

	(void)state;
	assert_int_equal(platform_replay_new("/nonexistent/recording", &p, &line), -ENOENT);
	assert_int_equal(platform_replay_new("/tmp", &p, &line), -EISDIR);
	assert_int_equal(platform_replay_new("/dev/zero", &p, &line), -ESPIPE);
	assert_non_null(mkdtemp(fifo));
	rmdir(fifo);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(platform_replay_new(fifo, &p, &line), -ESPIPE);
	unlink(fifo);
	assert_int_equal(line, 0);
	assert_null(p);
}

static void a_line_without_end_is_refused(void **state)
{
	char *path = make_file(slice_of(header));
	struct platform *p = NULL;
	unsigned line = 0;

	(void)state;
	assert_int_equal(truncate(path, (off_t)RECORDING_LINE_MAX + 100), 0);    /* a sparse sea of NULs */
	assert_int_equal(platform_replay_new(path, &p, &line), -EFBIG);
	assert_int_equal(line, 2);
	unlink(path);
	free(path);
}

/* One scan on `p`; the caller's facts. */
static struct facts *scan(struct platform *p, bool owners)
{
	const struct scan_request request = { .bound_only = true, .leftovers = true, .owners = owners };
	struct facts *f = facts_new();

	assert_int_equal(platform_scan_begin(p, &request, f), 0);
	assert_int_equal(platform_scan_step(p, 2000), 0);
	return f;
}

static void plays_frame_by_frame_and_holds_the_last(void **state)
{
	static const int64_t expected[] = { 10, 20, 30, 30, 30 };
	struct platform *p;
	unsigned line;

	(void)state;
	assert_int_equal(open_text("{\"lotop_recording\":1}\n{\"wall_ms\":10}\n{\"wall_ms\":20}\n"
				   "{\"wall_ms\":30}\n{\"wall", &p, &line), 0);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		struct facts *f = scan(p, i > 0);

		assert_int_equal(f->wall_ms, expected[i]);
		assert_int_equal(f->source, SOURCE_REPLAY);
		facts_free(f);
	}
	platform_free(p);
}

static void a_file_that_changes_under_it_fails_the_scan_only(void **state)
{
	const struct scan_request request = { .owners = true };
	char *path = make_file(slice_of("{\"lotop_recording\":1}\n{\"wall_ms\":10}\n"));
	struct facts *f = facts_new();
	struct platform *p;
	unsigned line;

	(void)state;
	assert_int_equal(platform_replay_new(path, &p, &line), 0);
	assert_int_equal(truncate(path, 22), 0);
	platform_scan_begin(p, &request, f);
	assert_int_equal(platform_scan_step(p, 2000), -EINVAL);
	facts_free(f);
	platform_free(p);
	unlink(path);
	free(path);
}

static void nothing_is_signalled_or_run(void **state)
{
	static const char *const argv[] = { "true", NULL };
	const struct target_id id = { .pid = getpid() };
	struct socket_fact socket;
	struct target *target = NULL;
	struct platform *p;
	unsigned line;

	(void)state;
	assert_int_equal(platform_replay_new(LOTOP_FIXTURES "/desk.ndjson", &p, &line), 0);
	assert_int_equal(p->ops->target_open(p, &id, &target), -EOPNOTSUPP);
	assert_null(target);
	assert_int_equal(p->ops->run(p, argv, slice_of(""), 100), -EOPNOTSUPP);
	assert_int_equal(platform_lookup(p, &id.local, NULL, SOCKET_LISTEN, &socket), -EOPNOTSUPP);
	assert_int_equal(p->ops->wake_fd(p), -1);
	platform_free(p);
}

static void the_fixtures_play(void **state)
{
	static const struct {
		const char *path;
		size_t frames, rows_at_least;
	} cases[] = {
		{ LOTOP_FIXTURES "/desk.ndjson", 6, 25 },
		{ LOTOP_FIXTURES "/hostile.ndjson", 3, 30 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct platform *p = NULL;
		int64_t last = 0;
		unsigned line;

		assert_int_equal(platform_replay_new(cases[i].path, &p, &line), 0);
		for (size_t n = 0; n < cases[i].frames; n++) {
			const struct snapshot *s = snapshot_build(scan(p, true));

			assert_true(s->listener_count >= cases[i].rows_at_least);
			assert_true(s->facts->wall_ms > last);
			last = s->facts->wall_ms;
			snapshot_unref(s);
		}
		platform_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_is_what_was_written),
		cmocka_unit_test(reads_what_people_write),
		cmocka_unit_test(refuses_broken_frames),
		cmocka_unit_test(refuses_too_many_items),
		cmocka_unit_test(says_which_line_is_broken),
		cmocka_unit_test(refuses_what_is_no_plain_file),
		cmocka_unit_test(a_line_without_end_is_refused),
		cmocka_unit_test(plays_frame_by_frame_and_holds_the_last),
		cmocka_unit_test(a_file_that_changes_under_it_fails_the_scan_only),
		cmocka_unit_test(nothing_is_signalled_or_run),
		cmocka_unit_test(the_fixtures_play),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
