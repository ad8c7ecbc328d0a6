/* Owns the question to getaddrinfo(3), asked by a thread with a deadline: files answer at once, a name server may
 * not. A pipe is all that the two share, so that a thread that is left to its name server has nothing to give back
 * but its end of it. Refuses to know which address of a family it is: 127.0.0.1 and ::1 are meant. */
#include "platform/linux/localhost.h"
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static size_t families_of(const struct addrinfo *found, uint8_t families[PROBE_FAMILIES])
{
	size_t count = 0;

	for (; found && count < PROBE_FAMILIES; found = found->ai_next) {
		uint8_t family = found->ai_family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4;

		if (!memchr(families, family, count))
			families[count++] = family;
	}
	return count;
}

/* Who asked may be gone: then the bytes are nobody's. */
static void *ask(void *context)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	uint8_t families[PROBE_FAMILIES];
	int answer = (int)(intptr_t)context;
	struct addrinfo *found;

	if (getaddrinfo("localhost", NULL, &hints, &found) == 0) {
		size_t count = families_of(found, families);

		freeaddrinfo(found);
		if (write(answer, families, count) < 0)
			count = 0;
	}
	close(answer);
	return NULL;
}

/* Signals, that of a pipe without a reader too, are for the threads that expect them. */
static int begin(pthread_t *thread, int answer)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(thread, NULL, ask, (void *)(intptr_t)answer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

static void take_answer(int answer, pthread_t thread, struct probe *out)
{
	struct pollfd p = {.fd = answer, .events = POLLIN};
	ssize_t count;

	if (poll(&p, 1, LOCALHOST_MS) != 1) {
		pthread_detach(thread);
		return;
	}
	count = read(answer, out->localhost, sizeof out->localhost);
	out->localhost_count = count > 0 ? (uint32_t)count : 0;
	pthread_join(thread, NULL);
}

void localhost_read(struct probe *out)
{
	pthread_t thread;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return;
	if (begin(&thread, ends[1]))
		close(ends[1]);
	else
		take_answer(ends[0], thread, out);
	close(ends[0]);
}
