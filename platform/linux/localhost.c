/* Owns the question to getaddrinfo(3), asked aside with a deadline (getaddrinfo_a of glibc): files answer at
 * once, a name server may not. Refuses to know which address of a family it is: 127.0.0.1 and ::1 are meant.
 */
#include "platform/linux/localhost.h"
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"

struct question {                        /* belongs to the resolver until it has answered */
	struct gaicb request;
	struct addrinfo hints;
};

static void take(const struct addrinfo *found, struct probe *out)
{
	for (; found; found = found->ai_next) {
		uint8_t family = found->ai_family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4;

		if (memchr(out->localhost, family, out->localhost_count))
			continue;
		if (out->localhost_count < PROBE_FAMILIES)
			out->localhost[out->localhost_count++] = family;
	}
}

void localhost_read(struct probe *out)
{
	const struct timespec patience = {.tv_nsec = LOCALHOST_MS * 1000000L};
	struct question *q = fatal_calloc(1, sizeof *q);
	struct gaicb *list[] = {&q->request};

	q->hints.ai_socktype = SOCK_STREAM;
	q->request = (struct gaicb){.ar_name = "localhost", .ar_request = &q->hints};
	if (getaddrinfo_a(GAI_NOWAIT, list, 1, NULL) == 0)
		gai_suspend((const struct gaicb *const *)list, 1, &patience);
	if (gai_error(&q->request) == EAI_INPROGRESS && gai_cancel(&q->request) != EAI_CANCELED)
		return;              /* the resolver's thread still writes to it: it stays */
	if (gai_error(&q->request) == 0 && q->request.ar_result) {
		take(q->request.ar_result, out);
		freeaddrinfo(q->request.ar_result);
	}
	free(q);
}
