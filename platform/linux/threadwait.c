/* Owns the two tables: which system calls wait for what, and which functions of the kernel do. Refuses
 * to know what the others of its process wait for, and what descriptors are. A call that no table has
 * says nothing. */
#include "platform/linux/threadwait.h"
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "platform/linux/procfs.h"

enum {
	CALL_BYTES = 256, STATUS_BYTES = 4096, STAT_BYTES = 1024,
	POLLING_S = 2                /* whoever sleeps for longer between two looks is no server */
};

struct call {
	long number;
	const char *name;
	uint8_t kind;
	bool is_timed;
};

#define CALL(name, kind, is_timed) {SYS_##name, #name, kind, is_timed}

static const struct call calls[] = {
	CALL(accept, WAIT_CONNECTION, false),
	CALL(accept4, WAIT_CONNECTION, false),
	CALL(epoll_pwait, WAIT_EVENTS, false),
	CALL(epoll_pwait2, WAIT_EVENTS, false),
	CALL(ppoll, WAIT_PERHAPS, true),
	CALL(pselect6, WAIT_PERHAPS, true),
	CALL(io_uring_enter, WAIT_PERHAPS, false),
	CALL(io_uring_setup, WAIT_PERHAPS, false),   /* threads that work for a ring */
	CALL(io_getevents, WAIT_PERHAPS, false),
#ifdef SYS_poll
	CALL(epoll_wait, WAIT_EVENTS, false),
	CALL(poll, WAIT_PERHAPS, true),
	CALL(select, WAIT_PERHAPS, true),
	CALL(pause, WAIT_SIGNAL, false),
#endif
	CALL(nanosleep, WAIT_SLEEP, true),
	CALL(clock_nanosleep, WAIT_SLEEP, true),
	CALL(futex, WAIT_LOCK, false),
	CALL(rt_sigsuspend, WAIT_SIGNAL, false),
	CALL(rt_sigtimedwait, WAIT_SIGNAL, true),
	CALL(wait4, WAIT_CHILD, false),
	CALL(waitid, WAIT_CHILD, false),
	CALL(read, WAIT_READ, false),
	CALL(readv, WAIT_READ, false),
	CALL(recvfrom, WAIT_READ, false),
	CALL(recvmsg, WAIT_READ, false),
	CALL(write, WAIT_WRITE, false),
	CALL(writev, WAIT_WRITE, false),
	CALL(sendto, WAIT_WRITE, false),
	CALL(sendmsg, WAIT_WRITE, false),
	CALL(connect, WAIT_CONNECT, false),
	CALL(flock, WAIT_FILE_LOCK, false),
	CALL(fsync, WAIT_DISK, false),
};

/* As kernels from 4.19 to 6.18 call them; compilers append ".constprop.0" and the like. */
static const struct function {
	const char *name;
	uint8_t kind;
	bool is_timed;
} functions[] = {
	{"inet_csk_accept", WAIT_PERHAPS, false},    /* on which socket is not told */
	{"poll_schedule_timeout", WAIT_PERHAPS, true},
	{"do_epoll_wait", WAIT_EVENTS, false},
	{"ep_poll", WAIT_EVENTS, false},
	{"hrtimer_nanosleep", WAIT_SLEEP, true},
	{"do_nanosleep", WAIT_SLEEP, true},
	{"futex_do_wait", WAIT_LOCK, false},
	{"futex_wait_queue", WAIT_LOCK, false},
	{"do_sigtimedwait", WAIT_SIGNAL, true},
	{"sigsuspend", WAIT_SIGNAL, false},
	{"__do_sys_pause", WAIT_SIGNAL, false},
	{"__x64_sys_pause", WAIT_SIGNAL, false},
	{"do_wait", WAIT_CHILD, false},
	{"pipe_read", WAIT_READ, false},
	{"anon_pipe_read", WAIT_READ, false},
	{"pipe_wait_readable", WAIT_READ, false},
	{"unix_stream_read_generic", WAIT_READ, false},
	{"n_tty_read", WAIT_READ, false},
	{"wait_woken", WAIT_READ, false},            /* a terminal, or a socket that was accepted */
	{"pipe_write", WAIT_WRITE, false},
	{"anon_pipe_write", WAIT_WRITE, false},
};

static void take_call(struct thread_wait *out, int64_t number)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].number == number) {
			out->kind = calls[i].kind;
			out->is_timed = calls[i].is_timed;
			out->call = calls[i].name;
			return;
		}
}

static bool parse_argument(struct slice word, uint64_t *out)
{
	return slice_starts(word, "0x") && slice_to_u64(slice_from(word, 2), 16, out);
}

bool threadwait_parse_syscall(struct slice text, struct thread_wait *out)
{
	struct thread_wait found = {.has_arguments = true};
	uint64_t number;

	text = slice_trim(text);
	if (slice_is(text, "running")) {
		*out = (struct thread_wait){.kind = WAIT_RUNS};
		return true;
	}
	if (!slice_to_u64(slice_word(&text), 10, &number))
		return false;
	for (int i = 0; i < THREADWAIT_ARGUMENTS; i++)
		if (!parse_argument(slice_word(&text), &found.arguments[i]))
			return false;
	take_call(&found, (int64_t)number);
	*out = found;
	return true;
}

bool threadwait_parse_function(struct slice text, struct thread_wait *out)
{
	struct slice name = slice_cut(&text, '.');

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (slice_is(name, functions[i].name)) {
			*out = (struct thread_wait){
				.kind = functions[i].kind, .is_timed = functions[i].is_timed,
				.call = functions[i].name,
			};
			return true;
		}
	return false;
}

bool threadwait_parse_switches(struct slice status, uint64_t *out)
{
	return procfs_number(status, "voluntary_ctxt_switches:", 10, out);
}

static struct slice read_file(int proc, int32_t pid, int32_t task, const char *name, char *bytes, size_t size,
			      int *error)
{
	char path[PROCFS_PATH];

	procfs_path(path, pid, task, name);
	return procfs_read(proc, path, bytes, size, error);
}

void threadwait_read(int proc, int32_t pid, int32_t task, struct thread_wait *out)
{
	char bytes[CALL_BYTES];
	int error, refusal;
	struct slice text = read_file(proc, pid, task, "syscall", bytes, sizeof bytes, &error);

	*out = (struct thread_wait){.kind = WAIT_UNKNOWN};
	if (!error && threadwait_parse_syscall(text, out) && (out->call || out->kind == WAIT_RUNS))
		return;
	refusal = error;
	text = read_file(proc, pid, task, "wchan", bytes, sizeof bytes, &error);
	if ((error || !threadwait_parse_function(text, out)) && refusal)
		out->error = refusal;
}

bool threadwait_switches(int proc, int32_t pid, int32_t task, uint64_t *out)
{
	char bytes[STATUS_BYTES];
	int error;
	struct slice text = read_file(proc, pid, task, "status", bytes, sizeof bytes, &error);

	return !error && threadwait_parse_switches(text, out);
}

static uint64_t now_ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * (uint64_t)sysconf(_SC_CLK_TCK);
}

bool threadwait_is_rare(int proc, int32_t pid, int32_t task)
{
	char bytes[STAT_BYTES];
	struct proc_stat stat;
	uint64_t switches, now = now_ticks();
	struct slice text;
	int error;

	if (!threadwait_switches(proc, pid, task, &switches))
		return false;
	text = read_file(proc, pid, task, "stat", bytes, sizeof bytes, &error);
	return !error && !procfs_parse_stat(text, &stat) && stat.start_time < now &&
	       (now - stat.start_time) / (uint64_t)sysconf(_SC_CLK_TCK) > switches * POLLING_S;
}
