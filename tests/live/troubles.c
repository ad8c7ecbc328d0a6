/* Owns the making of troubles. Refuses to know what lotop says about them. */
#include "troubles.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fatal.h"
#include "policy.h"
#include "sockets.h"

enum { BACKLOG = 16 };

/* Keeps each connection for half a second: long enough to be seen. */
static void *accept_for_ever(void *argument)
{
	int listener = (int)(intptr_t)argument;

	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		poll(NULL, 0, 500);
		close(fd);
	}
	return NULL;
}

static void *accept_all(void *argument)
{
	int listener = (int)(intptr_t)argument;

	while (accept4(listener, NULL, NULL, SOCK_CLOEXEC) >= 0)
		continue;
	return NULL;
}

static void serve_at(const char *address, uint16_t port, unsigned flags)
{
	int listener = socket_listening(address, port, flags, BACKLOG);
	pthread_t thread;

	if (pthread_create(&thread, NULL, accept_for_ever, (void *)(intptr_t)listener))
		cannot("pthread_create");
}

/* Well: accepts at once, at both addresses. */
static void serve(uint16_t port)
{
	serve_at("127.0.0.1", port, 0);
	serve_at("::1", port, SOCK_V6_ONLY);
}

static void serve_v4(uint16_t port)
{
	serve_at("127.0.0.1", port, 0);
}

static void serve_beside(uint16_t port)
{
	serve_at("127.0.0.1", (uint16_t)(port + 1), 0);
}

static void never_accept(uint16_t port)
{
	socket_listening("127.0.0.1", port, 0, BACKLOG);
}

/* Accepts everybody and reads nothing; a client has sent something. */
static void never_read(uint16_t port)
{
	int listener = socket_listening("127.0.0.1", port, 0, BACKLOG);
	int client = socket_connected("127.0.0.1", port, 0);
	pthread_t thread;

	if (write(client, "GET /", 5) != 5)
		cannot("write");
	if (pthread_create(&thread, NULL, accept_all, (void *)(intptr_t)listener))
		cannot("pthread_create");
}

static void *hang_up_on_all(void *argument)
{
	int listener = (int)(intptr_t)argument, fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		close(fd);
	return NULL;
}

/* As a tunnel to nowhere does: its socket is gone before anybody can look at it. */
static void hang_up(uint16_t port)
{
	int listener = socket_listening("127.0.0.1", port, 0, BACKLOG);
	pthread_t thread;

	if (pthread_create(&thread, NULL, hang_up_on_all, (void *)(intptr_t)listener))
		cannot("pthread_create");
}

static void bind_udp(uint16_t port)
{
	socket_bound("127.0.0.1", port, SOCK_UDP);
}

/* In a control group to which nothing comes in, as by systemd's IPAddressDeny=any. */
static void be_deaf(uint16_t port)
{
	char name[32];

	snprintf(name, sizeof name, "lotop-%u", port);
	if (!policy_enter_deaf(name))
		cannot("a control group with a filter");
	serve_at("127.0.0.1", port, 0);
}

static void defer_accept(uint16_t port)
{
	int fd = socket_bound("127.0.0.1", port, 0), seconds = 30;

	if (setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds) || listen(fd, BACKLOG))
		cannot("TCP_DEFER_ACCEPT");
}

static void want_md5(uint16_t port)
{
	int fd = socket_listening("127.0.0.1", port, 0, BACKLOG);
	struct tcp_md5sig key = { .tcpm_keylen = 3, .tcpm_key = "key" };
	struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };

	memcpy(&key.tcpm_addr, &peer, sizeof peer);
	if (setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof key))
		cannot("TCP_MD5SIG");
}

static void filter_all(uint16_t port)
{
	int fd = socket_listening("127.0.0.1", port, 0, BACKLOG);
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &nothing };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program))
		cannot("SO_ATTACH_FILTER");
}

static void fill_queue(uint16_t port)
{
	socket_listening("127.0.0.1", port, 0, 1);
	for (int i = 0; i < 2; i++)
		socket_connected("127.0.0.1", port, 0);
}

static void use_all_descriptors(uint16_t port)
{
	struct rlimit limit = { 32, 32 };

	socket_listening("127.0.0.1", port, 0, BACKLOG);
	if (setrlimit(RLIMIT_NOFILE, &limit))
		cannot("setrlimit");
	while (dup(STDERR_FILENO) >= 0)
		continue;
}

static void stop_by_tracer(uint16_t port)
{
	int fd = socket_listening("127.0.0.1", port, 0, BACKLOG);
	pid_t child = fork();

	if (child < 0)
		cannot("fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(child, NULL, WUNTRACED);
	close(fd);
}

static void connect_to_itself(uint16_t port)
{
	socket_connect_from(socket_bound("127.0.0.1", port, 0), "127.0.0.1", port);
}

static void outlive_listener(uint16_t port)
{
	int listener = socket_listening("127.0.0.1", port, SOCK_REUSE_ADDRESS, BACKLOG);

	socket_connected("127.0.0.1", port, 0);
	socket_accepted(listener);
	close(listener);
}

/* A client that chose its own port, of a server that is there. */
static void connect_from_own_port(uint16_t port)
{
	serve_beside(port);
	socket_connect_from(socket_bound("127.0.0.1", port, 0), "127.0.0.1", (uint16_t)(port + 1));
}

/* A connection out of this machine, as a browser has: from an address that is not loopback. */
static void go_out(uint16_t port)
{
	socket_listening("10.77.0.1", 443, 0, BACKLOG);
	socket_connect_from(socket_bound("10.77.0.1", port, 0), "10.77.0.1", 443);
}

static void strict_time_wait(uint16_t port)
{
	int listener = socket_listening("127.0.0.1", port, 0, BACKLOG);
	int client = socket_connected("127.0.0.1", port, 0), server = socket_accepted(listener);

	close(listener);
	close(server);
	socket_await_state(client, TCP_CLOSE_WAIT);
	close(client);
}

static void connect_udp(uint16_t port)
{
	socket_connect_from(socket_bound("127.0.0.1", port, SOCK_UDP), "127.0.0.1", 9);
}

/* A namespace as a container has: this process stays in it. */
static void listen_elsewhere(uint16_t port)
{
	if (unshare(CLONE_NEWNET))
		cannot("unshare(CLONE_NEWNET)");
	socket_listening("0.0.0.0", port, 0, BACKLOG);
}

static void half_open(uint16_t port)
{
	socket_listening("127.0.0.1", port, 0, 1);
}

#define NFT_INPUT(rule) "nft 'add table inet f; add chain inet f c { type filter hook input priority 0; }; " \
	"add rule inet f c tcp dport '$P' " rule "'"
#define NFT_OUTPUT(rule)                                                                                     \
	"nft 'add table inet f; add chain inet f c { type filter hook output priority 0; }; "                \
	"add rule inet f c tcp " rule "'"
#define NFT_FLUSH "nft flush ruleset"
/* A new cgroup of its own; the process goes back before it is removed. */
#define CGROUP2 "C=$(findmnt -n -o TARGET -t cgroup2 | head -n 1); [ -n \"$C\" ] || exit 1; "
#define FREEZE2 CGROUP2 "mkdir $C/lotop-$P && echo $PID >$C/lotop-$P/cgroup.procs && " \
	"echo 1 >$C/lotop-$P/cgroup.freeze && sleep 0.1"
#define THAW2 CGROUP2 "echo 0 >$C/lotop-$P/cgroup.freeze; echo $PID >$C/cgroup.procs; rmdir $C/lotop-$P"
#define LEAVE2 CGROUP2 "echo $PID >$C/cgroup.procs; rmdir $C/lotop-$P"
#define CGROUP1 "C=/sys/fs/cgroup/freezer; [ -e $C/cgroup.procs ] || exit 1; "
#define FREEZE1 CGROUP1 "mkdir $C/lotop-$P && echo $PID >$C/lotop-$P/cgroup.procs && " \
	"echo FROZEN >$C/lotop-$P/freezer.state && sleep 0.1"
#define THAW1 CGROUP1 "echo THAWED >$C/lotop-$P/freezer.state; echo $PID >$C/cgroup.procs; rmdir $C/lotop-$P"

const struct trouble troubles[] = {
	{ "well", serve, NULL, NULL, false },
	{ "nothing", NULL, NULL, NULL, false },
	{ "never_accepts", never_accept, NULL, NULL, false },
	{ "never_reads", never_read, NULL, NULL, false },
	{ "hangs_up", hang_up, NULL, NULL, false },
	{ "stopped", never_accept, "kill -STOP $PID && sleep 0.1", NULL, true },
	{ "deaf_group", be_deaf, NULL, LEAVE2, false },
	{ "udp_beside", bind_udp, NULL, NULL, false },
	{ "defer_accept", defer_accept, NULL, NULL, false },
	{ "md5", want_md5, NULL, NULL, false },
	{ "socket_filter", filter_all, NULL, NULL, false },
	{ "queue_full", fill_queue, NULL, NULL, false },
	{ "descriptor_limit", use_all_descriptors, NULL, NULL, false },
	{ "traced", stop_by_tracer, NULL, NULL, false },
	{ "frozen", never_accept, FREEZE2, THAW2, true },
	{ "frozen_v1", never_accept, FREEZE1, THAW1, true },
	{ "self_connect", connect_to_itself, NULL, NULL, false },
	{ "survivor", outlive_listener, NULL, NULL, false },
	{ "own_port", connect_from_own_port, NULL, NULL, false },
	{ "outgoing", go_out, "ip addr add 10.77.0.1/32 dev lo", "ip addr del 10.77.0.1/32 dev lo", false },
	{ "strict_time_wait", strict_time_wait, NULL, NULL, false },
	{ "udp_connected", connect_udp, NULL, NULL, false },
	{ "elsewhere", listen_elsewhere, NULL, NULL, false },
	{ "lo_down", serve, "ip link set lo down", "ip link set lo up", true },
	{ "address_removed", serve, "ip addr del 127.0.0.1/8 dev lo", "ip addr add 127.0.0.1/8 dev lo",
	  true },
	{ "ipv6_off", serve_v4, "sysctl -qw net.ipv6.conf.lo.disable_ipv6=1",
	  "sysctl -qw net.ipv6.conf.lo.disable_ipv6=0", false },
	{ "syn_backlog", half_open,
	  "sysctl -qw net.ipv4.tcp_syncookies=0 net.ipv4.tcp_max_syn_backlog=4096 && "
	  "nft 'add table inet f; add chain inet f c { type filter hook output priority 0; }; "
	  "add rule inet f c tcp sport '$P' drop'; for i in 1 2 3 4; do "
	  "timeout 0.05 bash -c \"exec 3<>/dev/tcp/127.0.0.1/$P\" 2>/dev/null; done; true",
	  "nft flush ruleset; sysctl -qw net.ipv4.tcp_syncookies=1", true },
	{ "input_drop", serve, NFT_INPUT("drop"), NFT_FLUSH, false },
	{ "output_drop", serve, NFT_OUTPUT("dport '$P' drop"), NFT_FLUSH, false },
	{ "reply_drop", serve, NFT_OUTPUT("sport '$P' drop"), NFT_FLUSH, false },
	{ "reject", serve, NFT_INPUT("reject"), NFT_FLUSH, false },
	{ "reject_reset", serve, NFT_INPUT("reject with tcp reset"), NFT_FLUSH, false },
	{ "reject_admin", serve, NFT_INPUT("reject with icmpx type admin-prohibited"), NFT_FLUSH, false },
	{ "reject_host", serve, NFT_INPUT("reject with icmpx type host-unreachable"), NFT_FLUSH, false },
	{ "reject_route", serve, NFT_INPUT("reject with icmpx type no-route"), NFT_FLUSH, false },
	{ "redirect", serve_beside,
	  "nft 'add table ip f; add chain ip f c { type nat hook output priority -100; }; "
	  "add rule ip f c tcp dport '$P' redirect to :'$((P + 1))", NFT_FLUSH, false },
	{ "prohibit_route", NULL, "ip route add prohibit 10.99.0.1", "ip route del prohibit 10.99.0.1",
	  false },
	{ "unreachable_route", NULL, "ip route add unreachable 10.99.0.1",
	  "ip route del unreachable 10.99.0.1", false },
	{ "blackhole_route", NULL, "ip route add blackhole 10.99.0.1", "ip route del blackhole 10.99.0.1",
	  false },
	{ "no_source_port", serve, "sysctl -qw net.ipv4.ip_local_port_range='46000 46000' && "
	  "{ sleep 3 <>/dev/tcp/127.0.0.1/$P & } 2>/dev/null; sleep 0.2",
	  "sysctl -qw net.ipv4.ip_local_port_range='32768 60999'", true },
	{ 0 },
};

static bool run_commands(const char *commands, uint16_t port, pid_t pid)
{
	char line[1024];

	if (!commands)
		return true;
	snprintf(line, sizeof line, "export P=%u PID=%d; %s", port, (int)pid, commands);
	pid_t shell = fork();
	if (shell < 0)
		fatal("troubles: no process");
	if (!shell) {
		execlp("bash", "bash", "-c", line, (char *)NULL);
		_exit(127);
	}
	int status;
	while (waitpid(shell, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0;
}

static _Noreturn void child(const struct trouble *t, uint16_t port, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	t->make(port);
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* Waits until it stands; false when the process ended instead. */
static bool is_ready(int ready)
{
	char byte;

	return read(ready, &byte, 1) == 1;
}

static pid_t start_process(const struct trouble *t, uint16_t port)
{
	int ready[2];

	if (pipe(ready))
		fatal("troubles: no pipe");
	fflush(stdout);
	pid_t pid = fork();
	if (pid < 0)
		fatal("troubles: no process");
	if (!pid)
		child(t, port, ready[1]);
	close(ready[1]);
	bool is_made = is_ready(ready[0]);
	close(ready[0]);
	if (is_made)
		return pid;
	waitpid(pid, NULL, 0);
	return -1;
}

pid_t trouble_start(const struct trouble *t, uint16_t port)
{
	pid_t pid = 0;

	if (!t->is_late && !run_commands(t->commands, port, 0))
		goto failed;
	if (t->make && (pid = start_process(t, port)) < 0)
		goto failed;
	if (t->is_late && !run_commands(t->commands, port, pid))
		goto failed;
	return pid;
failed:
	trouble_end(t, port, pid > 0 ? pid : 0);
	printf("not made: %s\n", t->name);
	return -1;
}

void trouble_end(const struct trouble *t, uint16_t port, pid_t pid)
{
	run_commands(t->undo, port, pid);
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
