/* Owns the record of what was made and the children that hold it. Refuses to know how a situation comes
 * about. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "made.h"
#include "process.h"
#include "sockets.h"

static struct made_row *row_new(struct made *m, const char *state)
{
	struct made_row *row = &m->rows[m->row_count++];

	*row = (struct made_row){ .v6only = -1, .sockets = 1, .queue_length = -1, .queue_limit = -1 };
	snprintf(row->protocol, sizeof row->protocol, "tcp");
	snprintf(row->state, sizeof row->state, "%s", state);
	return row;
}

static int get_option(int fd, int level, int name)
{
	int value = -1;
	socklen_t length = sizeof value;

	getsockopt(fd, level, name, &value, &length);
	return value;
}

static void read_address(struct made_row *row, int fd)
{
	struct sockaddr_storage local = { 0 };
	socklen_t length = sizeof local;

	if (getsockname(fd, (struct sockaddr *)&local, &length))
		cannot("getsockname");
	if (local.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&local)->sin6_addr, row->address,
			  sizeof row->address);
		row->v6only = get_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	} else {
		inet_ntop(AF_INET, &((struct sockaddr_in *)&local)->sin_addr, row->address,
			  sizeof row->address);
	}
	row->port = socket_port(fd);
}

struct made_row *made_socket(struct made *m, int fd, const char *state)
{
	struct made_row *row = row_new(m, state);
	socklen_t length = sizeof row->device;
	struct stat status;

	read_address(row, fd);
	if (get_option(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM)
		snprintf(row->protocol, sizeof row->protocol, "udp");
	getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, row->device, &length);
	if (fstat(fd, &status))
		cannot("fstat");
	row->inode = (uint32_t)status.st_ino;
	return row;
}

struct made_row *made_bare(struct made *m, const char *address, uint16_t port, const char *state)
{
	struct made_row *row = row_new(m, state);

	snprintf(row->address, sizeof row->address, "%s", address);
	row->port = port;
	return row;
}

void made_holder(struct made_row *row, pid_t pid, int fd)
{
	row->holders[row->holder_count].pid = pid;
	row->holders[row->holder_count++].fd = fd;
}

static void print_row(const struct made_row *row, FILE *out)
{
	fprintf(out,
		"{\"protocol\":\"%s\",\"address\":\"%s\",\"port\":%u,\"state\":\"%s\",\"inode\":%u,"
		"\"sockets\":%d",
		row->protocol, row->address, row->port, row->state, row->inode, row->sockets);
	if (row->device[0])
		fprintf(out, ",\"device\":\"%s\"", row->device);
	if (row->v6only >= 0)
		fprintf(out, ",\"v6only\":%s", row->v6only ? "true" : "false");
	if (row->queue_length >= 0)
		fprintf(out, ",\"queue\":{\"length\":%d,\"limit\":%d}", row->queue_length, row->queue_limit);
	fputs(",\"holders\":[", out);
	for (int i = 0; i < row->holder_count; i++)
		fprintf(out, "%s[%d,%d]", i ? "," : "", row->holders[i].pid, row->holders[i].fd);
	fputs("]}", out);
}

void made_print(const struct made *m, FILE *out)
{
	fprintf(out, "{\"pid\":%d,\"absent_port\":%d,\"rows\":[", getpid(), m->absent_port);
	for (int i = 0; i < m->row_count; i++) {
		if (i)
			fputc(',', out);
		print_row(&m->rows[i], out);
	}
	fputs("]}", out);
}

static void close_all_but(int fd)
{
	if (fd > 0)
		close_range(0, (unsigned)fd - 1, 0);
	close_range((unsigned)(fd + 1), ~0u, 0);
}

/* End of file says that the child has closed its copies of everything else: only then is what
 * the kernel shows exact. */
static pid_t wait_closed(pid_t pid, const int ends[2])
{
	char byte;

	close(ends[1]);
	while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(ends[0]);
	return pid;
}

pid_t holder_start(int fd, void (*body)(int fd))
{
	int ends[2];

	if (pipe(ends))
		cannot("pipe");
	pid_t pid = fork();
	if (pid < 0)
		cannot("fork");
	if (pid)
		return wait_closed(pid, ends);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_all_but(fd);
	if (body)
		body(fd);
	for (;;)
		pause();
}

pid_t holder_give(struct made_row *row, int fd, void (*body)(int fd))
{
	pid_t pid = holder_start(fd, body);

	made_holder(row, pid, fd);
	close(fd);
	return pid;
}

static int kill_children(void)
{
	FILE *children = fopen("/proc/thread-self/children", "r");
	int pid, count = 0;

	while (children && fscanf(children, "%d", &pid) == 1)
		count += !kill(pid, SIGKILL);
	if (children)
		fclose(children);
	return count;
}

/* Children of the dead come to this process: until there are none. */
void holders_end(void)
{
	while (kill_children())
		while (waitpid(-1, NULL, 0) < 0 && errno == EINTR)
			;
}

void holder_await_state(pid_t pid, char state)
{
	for (int tries = 0; tries < 200; tries++) {
		if (process_state(pid) == state)
			return;
		poll(NULL, 0, 10);
	}
	errno = ETIMEDOUT;
	cannot("process state");
}
