/* Owns the listeners that come and go, and the clock readings around it. Refuses to know who watches. */
#include "churn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"

enum { OPEN_MAX_COUNT = 1000, LIFE_MAX_MS = 10000, WAIT_MS = 10 };

struct live {
	int fd;
	unsigned index;
	int64_t until_ms;            /* monotonic */
};

struct churn {
	struct churned all[CHURN_ENDPOINTS];
	_Atomic(unsigned) next, changes_per_s;       /* 0: not yet */
	_Atomic(bool) is_over;
	pid_t process;
	unsigned seed;               /* of the process, as what follows */
	struct live live[OPEN_MAX_COUNT];
	unsigned live_count;
};

/* -1: a connection has the port just now. */
static int listen_at(unsigned index)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)(CHURN_FIRST_PORT + index / CHURN_ADDRESSES)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK + index % CHURN_ADDRESSES) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fatal("churn: no socket");
	if (!bind(fd, (struct sockaddr *)&at, sizeof at) && !listen(fd, 1))
		return fd;
	if (errno != EADDRINUSE)
		fatal("churn: no listener");
	close(fd);
	return -1;
}

static void open_one(struct churn *c)
{
	unsigned index = c->next++;
	int fd;

	if (index >= CHURN_ENDPOINTS)
		fatal("churn: no more endpoints");
	c->all[index].opening_ms = clock_wall_ms();
	fd = listen_at(index);
	if (fd < 0)
		return;
	c->all[index].open_ms = clock_wall_ms();
	c->live[c->live_count++] = (struct live){
		.fd = fd, .index = index, .until_ms = clock_monotonic_ms() + rand_r(&c->seed) % LIFE_MAX_MS,
	};
}

static void close_one(struct churn *c, unsigned i)
{
	c->all[c->live[i].index].closing_ms = clock_wall_ms();
	close(c->live[i].fd);
	c->live[i] = c->live[--c->live_count];
}

/* One that is due, or any where there are too many. */
static void close_due(struct churn *c, unsigned most)
{
	int64_t now_ms = clock_monotonic_ms();

	for (unsigned i = 0; i < c->live_count; i++)
		if (c->live[i].until_ms <= now_ms || c->live_count >= most) {
			close_one(c, i);
			break;
		}
}

static void change(struct churn *c)
{
	unsigned most = c->changes_per_s * (LIFE_MAX_MS / 1000) / 2;

	open_one(c);
	close_due(c, most < OPEN_MAX_COUNT ? most : OPEN_MAX_COUNT);
	poll(NULL, 0, (int)(2000 / c->changes_per_s));
}

static _Noreturn void run(struct churn *c)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	while (!c->is_over && !c->changes_per_s)
		poll(NULL, 0, WAIT_MS);
	while (!c->is_over)
		change(c);
	while (c->live_count)
		close_one(c, 0);
	_exit(0);
}

struct churn *churn_new(void)
{
	struct churn *c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (c == MAP_FAILED)
		fatal("churn: no memory");
	c->seed = 1;
	c->process = fork();
	if (c->process < 0)
		fatal("churn: no process");
	if (!c->process)
		run(c);
	return c;
}

void churn_begin(struct churn *c, unsigned changes_per_s)
{
	c->changes_per_s = changes_per_s;
}

void churn_stop(struct churn *c)
{
	c->is_over = true;
	waitpid(c->process, NULL, 0);
}

void churn_free(struct churn *c)
{
	munmap(c, sizeof *c);
}

unsigned churn_count(const struct churn *c)
{
	return c->next;
}

const struct churned *churn_get(const struct churn *c, unsigned index)
{
	return &c->all[index];
}

bool churn_find(unsigned host, unsigned port, unsigned *index)
{
	if (host - 1 >= CHURN_ADDRESSES || port < CHURN_FIRST_PORT || port - CHURN_FIRST_PORT >= CHURN_PORTS)
		return false;
	*index = (port - CHURN_FIRST_PORT) * CHURN_ADDRESSES + host - 1;
	return true;
}
