/* A load generator: many processes with many descriptors, of which some are sockets in every state that lotop
 * lists. Run it in a network namespace of its own; it ends its children when its standard input closes.
 *
 *   bench_load S|M|L|C prints "ready" when everything stands, then obeys lines on stdin, each answered by "ok":
 *     tw               fills the TIME-WAIT sockets up again (they last 60 s)
 *     fork             one process starts and ends
 *     open PORT        a new process listens on PORT; close ends the newest of these
 *     churn N M        until `calm`: N forks and M short-lived listeners a second
 *     calm
 *     grow KIND COUNT  COUNT more of: processes, descriptors, connections, listeners (in one more process, but for the first)
 * Knows nothing of lotop. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct workload {
	const char *name;
	int processes, descriptors;          /* descriptors of each process */
	int holders;                         /* how many of the processes hold the sockets */
	int listeners, established, time_wait, udp, bound, close_wait;
	int cgroups;                         /* spread the processes over that many */
};

static const struct workload workloads[] = {
	/* name procs fds  holders listen  estab     tw  udp bound cw cgroups */
	{ "S",  300,  40,   40,     40,    500,    100,  20,   5,   5, 0 },
	{ "M", 1000, 100,  300,    300,  10000,   2000,  50,  10,  20, 0 },
	{ "L", 2000, 100, 2000,   2000,  30000,  20000, 100,  10,  50, 0 },
	{ "C", 2000, 100,   60,   2000,  30000,  20000, 100,  10,  50, 150 },
};

enum { FIRST_PORT = 10000, FIRST_WAIT_PORT = 5000, WAITS_PER_PORT = 100, EXTRA_THREADS = 2, ORDINARY = 65534,
       PIECE = 8000 };             /* sockets of one more process, which may have 20,000 descriptors only */

static void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int checked(int result, const char *what)
{
	if (result < 0)
		fail(what);
	return result;
}

/* The part of `total` that falls to number `i` of `n`. */
static int share(int total, int i, int n)
{
	return (int)((int64_t)total * (i + 1) / n - (int64_t)total * i / n);
}

static socklen_t address_for(int i, int port, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof *out);
	if (i % 4 == 3) {
		v6->sin6_family = AF_INET6;
		v6->sin6_addr = in6addr_loopback;
		v6->sin6_port = htons((uint16_t)port);
		return sizeof *v6;
	}
	v4->sin_family = AF_INET;
	v4->sin_addr.s_addr = htonl(i % 4 == 2 ? INADDR_ANY : INADDR_LOOPBACK);
	v4->sin_port = htons((uint16_t)port);
	return sizeof *v4;
}

static int bound_socket(int i, int port, int type)
{
	struct sockaddr_storage address;
	socklen_t len = address_for(i, port, &address);
	int fd = checked(socket(address.ss_family, type, 0), "socket"), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	checked(bind(fd, (struct sockaddr *)&address, len), "bind");
	return fd;
}

static int listening_socket(int i, int port)
{
	int fd = bound_socket(i, port, SOCK_STREAM);

	checked(listen(fd, 512), "listen");
	return fd;
}

/* A connection to `listener`: both ends in this process. */
static void connection(int listener, int *client, int *server)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;

	checked(getsockname(listener, (struct sockaddr *)&address, &len), "getsockname");
	if (address.ss_family == AF_INET)
		((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*client = checked(socket(address.ss_family, SOCK_STREAM, 0), "socket");
	checked(connect(*client, (struct sockaddr *)&address, len), "connect");
	*server = checked(accept(listener, NULL, NULL), "accept");
}

static void connections(int listener, int sockets)
{
	int client, server;

	for (int i = 0; i < sockets / 2; i++)
		connection(listener, &client, &server);
}

static void close_waits(int listener, int count)
{
	int client, server;

	for (int i = 0; i < count; i++) {
		connection(listener, &client, &server);
		close(client);               /* the server's end stays in CLOSE-WAIT */
	}
}

/* The server closes first: its end becomes TIME-WAIT, on a port where nobody listens afterwards. */
static void time_waits(int count)
{
	int client, server, listener;

	for (int made = 0; made < count; made += WAITS_PER_PORT) {
		listener = listening_socket(0, FIRST_WAIT_PORT + made / WAITS_PER_PORT);
		for (int i = made; i < count && i < made + WAITS_PER_PORT; i++) {
			connection(listener, &client, &server);
			close(server);
			close(client);
		}
		close(listener);
	}
}

static int time_wait_count(void)
{
	char line[256];
	int count = 0;
	FILE *f = fopen("/proc/net/sockstat", "r");

	if (!f)
		fail("/proc/net/sockstat");
	while (fgets(line, sizeof line, f))
		if (strstr(line, " tw "))
			count = atoi(strstr(line, " tw ") + 4);
	fclose(f);
	return count;
}

static void *idle_thread(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void extra_threads(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 32768);
	for (int i = 0; i < EXTRA_THREADS; i++)
		if ((errno = pthread_create(&thread, &attributes, idle_thread, NULL)))
			fail("pthread_create");
}

/* Ordinary descriptors: files, event counters and unix sockets in equal parts. */
static void fill_descriptors(int count)
{
	int fd = checked(open("/dev/null", O_RDONLY), "open");

	for (int i = fd + 1; i < count; i++)
		checked(i % 3 == 0 ? eventfd(0, 0) : i % 3 == 1 ? socket(AF_UNIX, SOCK_DGRAM, 0) : open("/dev/null", O_RDONLY),
			"descriptors");
}

static void hold_sockets(const struct workload *w, int i)
{
	int listener = -1, first = (int)((int64_t)w->listeners * i / w->holders);

	for (int k = 0; k < share(w->listeners, i, w->holders); k++)
		listener = listening_socket(first + k, FIRST_PORT + first + k);
	for (int k = 0; k < share(w->udp, i, w->holders); k++)
		bound_socket(i, 0, SOCK_DGRAM);
	for (int k = 0; k < share(w->bound, i, w->holders); k++)
		bound_socket(i, 0, SOCK_STREAM);
	connections(listener, 2 * share(w->established / 2, i, w->holders));
	close_waits(listener, share(w->close_wait, i, w->holders));
}

static void join_cgroup(int number)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "/sys/fs/cgroup/load-%d", number);
	mkdir(path, 0755);
	strcat(path, "/cgroup.procs");
	fd = open(path, O_WRONLY);
	if (fd >= 0 && write(fd, "0", 1) < 0)
		perror(path);
	if (fd >= 0)
		close(fd);
}

/* Starts a process that runs `prepare`, tells that it stands, and lasts until its parent ends. */
static pid_t start(void (*prepare)(const struct workload *w, int i), const struct workload *w, int i)
{
	int pipe_fds[2];
	char byte;
	pid_t pid;

	checked(pipe2(pipe_fds, O_CLOEXEC), "pipe");
	pid = checked(fork(), "fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pipe_fds[0]);
		prepare(w, i);
		if (write(pipe_fds[1], "r", 1) != 1)
			_exit(1);
		close(pipe_fds[1]);
		for (;;)
			pause();
	}
	close(pipe_fds[1]);
	if (read(pipe_fds[0], &byte, 1) != 1) {
		fprintf(stderr, "load: process %d did not come up\n", i);
		exit(1);
	}
	close(pipe_fds[0]);
	return pid;
}

/* A quarter of the processes belongs to an ordinary user, who may look at them. */
static void become_ordinary(void)
{
	if (getuid() != 0 || setgid(ORDINARY) < 0 || setuid(ORDINARY) < 0)
		return;
	prctl(PR_SET_DUMPABLE, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);    /* setuid cleared it: prctl(2) */
}

static void prepare_process(const struct workload *w, int i)
{
	if (w->cgroups)
		join_cgroup(i % w->cgroups);
	if (i % 4 == 3)
		become_ordinary();
	if (i < w->holders)
		hold_sockets(w, i);
	fill_descriptors(w->descriptors);
	extra_threads();
}

static void prepare_descriptors(const struct workload *w, int count)
{
	(void)w;
	fill_descriptors(count);
}

static void prepare_connections(const struct workload *w, int count)
{
	(void)w;
	connections(listening_socket(0, 0), count);
}

static void prepare_listeners(const struct workload *w, int count)
{
	(void)w;
	for (int i = 0; i < count; i++)
		listening_socket(i, 0);
}

static void prepare_port(const struct workload *w, int port)
{
	(void)w;
	listening_socket(0, port);
}

static void grow(const struct workload *w, const char *kind, int count)
{
	if (!strcmp(kind, "processes"))
		for (int i = 0; i < count; i++)
			start(prepare_descriptors, w, 10);
	else if (!strcmp(kind, "descriptors"))
		start(prepare_descriptors, w, count);
	else if (!strcmp(kind, "connections"))
		for (int left = count; left > 0; left -= PIECE)
			start(prepare_connections, w, left < PIECE ? left : PIECE);
	else if (!strcmp(kind, "listeners"))
		start(prepare_listeners, w, count);
	else
		fprintf(stderr, "load: cannot grow %s\n", kind);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void fork_once(void)
{
	pid_t pid = checked(fork(), "fork");

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static void sleep_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* Each twentieth of a second its part of the forks and listeners; a listener lives for a second. */
static void churn(const struct workload *w, int forks, int listeners)
{
	enum { STEPS = 20 };
	pid_t living[1024] = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int step = 0;; step = (step + 1) % STEPS) {
		int first = listeners * step / STEPS, last = listeners * (step + 1) / STEPS;

		for (int i = 0; i < share(forks, step, STEPS); i++)
			fork_once();
		for (int i = first; i < last && i < 1024; i++) {
			if (living[i])
				end(living[i]);
			living[i] = start(prepare_port, w, 0);
		}
		sleep_ms(1000 / STEPS);
	}
}

struct state {
	const struct workload *workload;
	pid_t churner;
	pid_t opened[256];
	int opened_count;
};

static void obey(struct state *s, char *line)
{
	char kind[32];
	int a = 0, b = 0;

	if (!strncmp(line, "tw", 2)) {
		time_waits(s->workload->time_wait - time_wait_count());
	} else if (!strncmp(line, "fork", 4)) {
		fork_once();
	} else if (sscanf(line, "open %d", &a) == 1 && s->opened_count < 256) {
		s->opened[s->opened_count++] = start(prepare_port, s->workload, a);
	} else if (!strncmp(line, "close", 5) && s->opened_count) {
		end(s->opened[--s->opened_count]);
	} else if (sscanf(line, "churn %d %d", &a, &b) == 2) {
		s->churner = checked(fork(), "fork");
		if (s->churner == 0)
			churn(s->workload, a, b);
	} else if (!strncmp(line, "calm", 4) && s->churner) {
		end(s->churner);
		s->churner = 0;
	} else if (sscanf(line, "grow %31s %d", kind, &a) == 2) {
		grow(s->workload, kind, a);
	}
	puts("ok");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct state state = { .workload = NULL };
	struct rlimit files = { 65536, 65536 };
	char line[128];

	for (size_t i = 0; argc == 2 && i < sizeof workloads / sizeof *workloads; i++)
		if (!strcmp(argv[1], workloads[i].name))
			state.workload = &workloads[i];
	if (!state.workload) {
		fprintf(stderr, "usage: %s S|M|L|C\n", argv[0]);
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	for (int i = 0; i < state.workload->processes; i++)
		start(prepare_process, state.workload, i);
	time_waits(state.workload->time_wait);
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin))
		obey(&state, line);
	return 0;                            /* PR_SET_PDEATHSIG ends the children */
}
