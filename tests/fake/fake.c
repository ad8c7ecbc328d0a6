/* Owns the scripted platform. Everything that both threads see lies behind one lock, which is never held
 * while a scan hangs or a callback runs. Knows nothing of what the frames mean, except where to look up
 * a socket in them. */
#include "fake.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "base/array.h"
#include "base/clock.h"
#include "base/fatal.h"

struct frame {
	void (*fill)(void *context, struct facts *facts);
	void *context;
};

struct target {
	struct target_id id;
};

struct fake {
	struct platform platform;            /* first: the platform is the script */
	pthread_mutex_t lock;
	pthread_cond_t changed;              /* a call was counted, a hang released */
	struct frame *frames;
	size_t frame_count, frame_cap;
	struct scan_request request;
	struct facts *facts;                 /* borrowed: the scan in flight */
	unsigned steps, steps_left;
	int hang_ms;
	bool is_released;
	int scan_error;
	unsigned scan_failures;
	int wake;                            /* eventfd */
	struct fake_target target;
	struct target_id last_id;
	int last_signal;
	void (*react)(void *context, struct fake *f, int signal);
	void *react_context;
	struct probe probe;
	int probe_error;
	struct probe_request last_probe;
	int run_result;
	struct buf run_argv, run_input;
	unsigned counts[FAKE_CALL_COUNT];
};

static struct fake *script_of(struct platform *p)
{
	return (struct fake *)p;
}

static struct timespec deadline(int ms)
{
	int64_t at_us = clock_monotonic_us() + (int64_t)ms * 1000;

	return (struct timespec){ .tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000 };
}

/* With the lock held. */
static void count_call(struct fake *f, enum fake_call call)
{
	f->counts[call]++;
	pthread_cond_broadcast(&f->changed);
}

static void hang(struct fake *f)
{
	struct timespec until = deadline(f->hang_ms);

	f->hang_ms = 0;
	f->is_released = false;
	while (!f->is_released && pthread_cond_timedwait(&f->changed, &f->lock, &until) != ETIMEDOUT)
		continue;
}

/* The frame that the machine is in: the newest scan's. */
static struct frame current_frame(const struct fake *f)
{
	size_t index = f->counts[FAKE_SCAN] ? f->counts[FAKE_SCAN] - 1 : 0;

	if (!f->frame_count)
		return (struct frame){ NULL, NULL };
	return f->frames[index < f->frame_count ? index : f->frame_count - 1];
}

static void fill_facts(struct frame frame, struct facts *facts)
{
	facts->owners_complete = true;
	if (frame.fill)
		frame.fill(frame.context, facts);
	if (!facts->wall_ms)
		facts->wall_ms = clock_wall_ms();
}

static void forget_owners(struct facts *facts)
{
	facts->holder_count = facts->process_count = 0;
	facts->owners_complete = false;
	facts_add_gap(facts, GAP_OWNERS_PENDING, 0, 0);
}

static int fake_scan_begin(struct platform *p, const struct scan_request *request, struct facts *facts)
{
	struct fake *f = script_of(p);

	pthread_mutex_lock(&f->lock);
	f->request = *request;
	f->facts = facts;
	f->steps_left = f->steps;
	count_call(f, FAKE_SCAN);
	pthread_mutex_unlock(&f->lock);
	return 0;
}

/* With the lock held: 1 more steps, -errno, or 0: the frame is due. */
static int take_step(struct fake *f)
{
	count_call(f, FAKE_STEP);
	if (f->hang_ms)
		hang(f);
	if (f->scan_failures) {
		f->scan_failures--;
		return f->scan_error;
	}
	return f->steps_left > 1 ? f->steps_left--, 1 : 0;
}

static int fake_scan_step(struct platform *p, int64_t budget_us)
{
	struct fake *f = script_of(p);
	struct frame frame;
	int result;

	(void)budget_us;
	pthread_mutex_lock(&f->lock);
	result = take_step(f);
	frame = current_frame(f);
	pthread_mutex_unlock(&f->lock);
	if (result)
		return result;
	fill_facts(frame, f->facts);
	if (!f->request.owners)
		forget_owners(f->facts);
	return 0;
}

static const struct socket_fact *find_socket(const struct facts *f, const struct endpoint *local,
					     const struct endpoint *remote, uint8_t state)
{
	for (size_t i = 0; i < f->socket_count; i++) {
		const struct socket_fact *s = &f->sockets[i];

		if (s->state == state && endpoint_equal(&s->local, local) &&
		    (!remote || endpoint_equal(&s->remote, remote)))
			return s;
	}
	return NULL;
}

/* As the kernel does it: where no listener has the address, a wildcard answers. */
static const struct socket_fact *find_answer(const struct facts *f, const struct endpoint *local,
					     const struct endpoint *remote, uint8_t state)
{
	const struct socket_fact *s = find_socket(f, local, remote, state);
	struct endpoint wildcard = *local;

	memset(wildcard.address, 0, sizeof wildcard.address);
	return s || state != SOCKET_LISTEN ? s : find_socket(f, &wildcard, remote, state);
}

static int fake_lookup(struct platform *p, const struct endpoint *local, const struct endpoint *remote,
		       uint8_t state, struct socket_fact *out)
{
	struct fake *f = script_of(p);
	struct facts *facts = facts_new();
	const struct socket_fact *found;
	struct frame frame;

	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_LOOKUP);
	frame = current_frame(f);
	pthread_mutex_unlock(&f->lock);
	fill_facts(frame, facts);
	found = find_answer(facts, local, remote, state);
	if (found)
		*out = *found;
	facts_free(facts);
	return found ? 0 : -ENOENT;
}

static int fake_processes(struct platform *p, struct facts *out)
{
	struct fake *f = script_of(p);
	struct frame frame;

	pthread_mutex_lock(&f->lock);
	frame = current_frame(f);
	pthread_mutex_unlock(&f->lock);
	fill_facts(frame, out);
	return 0;
}

/* Everybody of the frame: who looks for ancestors finds them by their pids. */
static int fake_lineage(struct platform *p, int32_t pid, struct facts *out)
{
	(void)pid;
	return fake_processes(p, out);
}

static int fake_probe(struct platform *p, const struct probe_request *request, struct probe *out)
{
	struct fake *f = script_of(p);
	int error;

	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_PROBE);
	f->last_probe = *request;
	error = f->probe_error;
	if (!error)
		*out = f->probe;
	pthread_mutex_unlock(&f->lock);
	return error;
}

static int fake_wake_fd(struct platform *p)
{
	return script_of(p)->wake;
}

static void fake_wake_drain(struct platform *p)
{
	struct fake *f = script_of(p);
	uint64_t count;

	if (read(f->wake, &count, sizeof count) < 0 && errno != EAGAIN)
		fatal("fake: eventfd");
	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_DRAIN);
	pthread_mutex_unlock(&f->lock);
}

static int fake_target_open(struct platform *p, const struct target_id *id, struct target **out)
{
	struct fake *f = script_of(p);
	int error;

	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_OPEN);
	f->last_id = *id;
	error = f->target.open_error;
	pthread_mutex_unlock(&f->lock);
	if (error)
		return error;
	*out = fatal_calloc(1, sizeof **out);
	(*out)->id = *id;
	return 0;
}

static int fake_target_check(struct platform *p, struct target *t, struct target_status *out)
{
	struct fake *f = script_of(p);
	int error;

	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_CHECK);
	error = f->target.check_error;
	if (!error) {
		*out = f->target.status;
		out->start_time = out->is_same_process ? t->id.start_time : t->id.start_time + 1;
	}
	pthread_mutex_unlock(&f->lock);
	return error;
}

static int fake_target_signal(struct platform *p, struct target *t, int signal)
{
	struct fake *f = script_of(p);
	void (*react)(void *, struct fake *, int);
	void *context;
	int error;

	(void)t;
	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_SIGNAL);
	error = f->target.signal_error;
	if (!error)
		f->last_signal = signal;
	react = error ? NULL : f->react;
	context = f->react_context;
	pthread_mutex_unlock(&f->lock);
	if (react)
		react(context, f, signal);
	return error;
}

static void fake_target_close(struct platform *p, struct target *t)
{
	struct fake *f = script_of(p);

	free(t);
	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_CLOSE);
	pthread_mutex_unlock(&f->lock);
}

static int fake_run(struct platform *p, const char *const argv[], struct slice input, int timeout_ms)
{
	struct fake *f = script_of(p);
	int result;

	(void)timeout_ms;
	pthread_mutex_lock(&f->lock);
	buf_clear(&f->run_argv);
	for (size_t i = 0; argv[i]; i++)
		buf_printf(&f->run_argv, "%s%s", i ? " " : "", argv[i]);
	buf_clear(&f->run_input);
	buf_add_slice(&f->run_input, input);
	count_call(f, FAKE_RUN);
	result = f->run_result;
	pthread_mutex_unlock(&f->lock);
	return result;
}

static void fake_platform_free(struct platform *p)
{
	struct fake *f = script_of(p);

	pthread_mutex_lock(&f->lock);
	count_call(f, FAKE_FREE);
	pthread_mutex_unlock(&f->lock);
}

static int fake_destroy(struct platform *p, const struct socket_fact *socket)
{
	(void)p;
	(void)socket;
	return -EOPNOTSUPP;
}

static int fake_run_own(struct platform *p, const char *const argv[], int timeout_ms)
{
	return fake_run(p, argv, (struct slice){ NULL, 0 }, timeout_ms);
}

static const struct platform_ops fake_ops = {
	.name = "fake",
	.scan_begin = fake_scan_begin,
	.scan_step = fake_scan_step,
	.lookup = fake_lookup,
	.probe = fake_probe,
	.destroy = fake_destroy,
	.processes = fake_processes,
	.lineage = fake_lineage,
	.wake_fd = fake_wake_fd,
	.wake_drain = fake_wake_drain,
	.target_open = fake_target_open,
	.target_check = fake_target_check,
	.target_signal = fake_target_signal,
	.target_close = fake_target_close,
	.run = fake_run,
	.run_own = fake_run_own,
	.free = fake_platform_free,
};

struct fake *fake_new(void)
{
	struct fake *f = fatal_calloc(1, sizeof *f);
	pthread_condattr_t attributes;

	f->platform.ops = &fake_ops;
	probe_init(&f->probe);
	f->steps = 1;
	f->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	f->target.status = (struct target_status){
		.is_same_process = true, .holds_socket = true, .socket_exists = true, .may_signal = true,
		.state = 'S'
	};
	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&f->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return f;
}

struct platform *fake_platform(struct fake *f)
{
	return &f->platform;
}

void fake_free(struct fake *f)
{
	close(f->wake);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	buf_done(&f->run_argv);
	buf_done(&f->run_input);
	free(f->frames);
	free(f);
}

void fake_add_frame(struct fake *f, void (*fill)(void *context, struct facts *facts), void *context)
{
	pthread_mutex_lock(&f->lock);
	ARRAY_PUSH(f->frames, f->frame_count, f->frame_cap) = (struct frame){ fill, context };
	pthread_mutex_unlock(&f->lock);
}

void fake_set_steps(struct fake *f, unsigned steps)
{
	pthread_mutex_lock(&f->lock);
	f->steps = steps;
	pthread_mutex_unlock(&f->lock);
}

void fake_hang(struct fake *f, int ms)
{
	pthread_mutex_lock(&f->lock);
	f->hang_ms = ms;
	pthread_mutex_unlock(&f->lock);
}

void fake_release(struct fake *f)
{
	pthread_mutex_lock(&f->lock);
	f->is_released = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

void fake_fail_scans(struct fake *f, int error, unsigned count)
{
	pthread_mutex_lock(&f->lock);
	f->scan_error = error;
	f->scan_failures = count;
	pthread_mutex_unlock(&f->lock);
}

void fake_wake(struct fake *f)
{
	if (eventfd_write(f->wake, 1))
		fatal("fake: eventfd");
}

void fake_set_target(struct fake *f, const struct fake_target *target)
{
	pthread_mutex_lock(&f->lock);
	f->target = *target;
	pthread_mutex_unlock(&f->lock);
}

void fake_get_target(struct fake *f, struct fake_target *out)
{
	pthread_mutex_lock(&f->lock);
	*out = f->target;
	pthread_mutex_unlock(&f->lock);
}

void fake_on_signal(struct fake *f, void (*react)(void *context, struct fake *f, int signal), void *context)
{
	pthread_mutex_lock(&f->lock);
	f->react = react;
	f->react_context = context;
	pthread_mutex_unlock(&f->lock);
}

int fake_last_signal(struct fake *f)
{
	int signal;

	pthread_mutex_lock(&f->lock);
	signal = f->last_signal;
	pthread_mutex_unlock(&f->lock);
	return signal;
}

struct target_id fake_last_id(struct fake *f)
{
	struct target_id id;

	pthread_mutex_lock(&f->lock);
	id = f->last_id;
	pthread_mutex_unlock(&f->lock);
	return id;
}

void fake_set_probe(struct fake *f, const struct probe *probe, int error)
{
	pthread_mutex_lock(&f->lock);
	f->probe = *probe;
	f->probe_error = error;
	pthread_mutex_unlock(&f->lock);
}

struct probe_request fake_last_probe(struct fake *f)
{
	struct probe_request request;

	pthread_mutex_lock(&f->lock);
	request = f->last_probe;
	pthread_mutex_unlock(&f->lock);
	return request;
}

void fake_set_run(struct fake *f, int result)
{
	pthread_mutex_lock(&f->lock);
	f->run_result = result;
	pthread_mutex_unlock(&f->lock);
}

void fake_last_run(struct fake *f, struct buf *argv, struct buf *input)
{
	pthread_mutex_lock(&f->lock);
	buf_clear(argv);
	buf_add_slice(argv, buf_slice(&f->run_argv));
	buf_clear(input);
	buf_add_slice(input, buf_slice(&f->run_input));
	pthread_mutex_unlock(&f->lock);
}

unsigned fake_count(struct fake *f, enum fake_call call)
{
	unsigned count;

	pthread_mutex_lock(&f->lock);
	count = f->counts[call];
	pthread_mutex_unlock(&f->lock);
	return count;
}

struct scan_request fake_last_request(struct fake *f)
{
	struct scan_request request;

	pthread_mutex_lock(&f->lock);
	request = f->request;
	pthread_mutex_unlock(&f->lock);
	return request;
}

bool fake_wait(struct fake *f, enum fake_call call, unsigned count, int ms)
{
	struct timespec until = deadline(ms);
	bool is_enough;

	pthread_mutex_lock(&f->lock);
	while (f->counts[call] < count && pthread_cond_timedwait(&f->changed, &f->lock, &until) != ETIMEDOUT)
		continue;
	is_enough = f->counts[call] >= count;
	pthread_mutex_unlock(&f->lock);
	return is_enough;
}
