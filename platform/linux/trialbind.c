/* Owns the trial binds. listen() is never tried: it asks bind's question once more (inet_csk_listen_start
 * calls get_port again), and for a moment it would answer other people's clients. For the same reason
 * SO_REUSEADDR is tried only where a TCP port is in use: over UDP such a socket would take the datagrams of
 * the one that it stands beside. */
#include "platform/linux/trialbind.h"
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>
#include "platform/linux/sockaddr.h"

static const struct form {
	struct endpoint at;
	int v6only;
} forms[FORM_GIVEN] = {
	[FORM_LOOPBACK_V4] = {{.family = FAMILY_IPV4, .address = {127, 0, 0, 1}}, 0},
	[FORM_ANY_V4] = {{.family = FAMILY_IPV4}, 0},
	[FORM_LOOPBACK_V6] = {{.family = FAMILY_IPV6, .address = {[15] = 1}}, 0},
	[FORM_ANY_V6] = {{.family = FAMILY_IPV6}, 1},
	[FORM_DUAL] = {{.family = FAMILY_IPV6}, 0},
};

static int try_bind(const struct endpoint *e, int v6only, int reuse)
{
	int type = e->protocol == PROTOCOL_UDP ? SOCK_DGRAM : SOCK_STREAM;
	int fd = socket(e->family == FAMILY_IPV6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
	struct sockaddr_storage address;
	socklen_t len = sockaddr_of(e, &address);
	int error = 0;

	if (fd < 0)
		return errno;
	if (e->family == FAMILY_IPV6)
		error = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only);
	if (!error && reuse)
		error = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
	if (error || bind(fd, (struct sockaddr *)&address, len))
		error = errno;
	close(fd);
	return error;
}

static struct bind_trial trial(const struct form *form, const struct endpoint *at)
{
	struct endpoint e = form->at;
	struct bind_trial t;

	e.protocol = at->protocol;
	e.port = at->port;
	t.plain = t.reuse = (int16_t)try_bind(&e, form->v6only, 0);
	if (t.plain == EADDRINUSE)
		t.reuse = e.protocol == PROTOCOL_TCP ? (int16_t)try_bind(&e, form->v6only, 1) : PROBE_UNTRIED;
	return t;
}

void trialbind_all(const struct endpoint *at, struct probe *out)
{
	const struct form given = {*at, 0};


	for (int i = 0; i < FORM_GIVEN; i++)
		out->binds[i] = trial(&forms[i], at);
	if (at->family)
		out->binds[FORM_GIVEN] = trial(&given, at);
}

/* At one address only: elsewhere others may be free. */
void trialbind_any(uint8_t protocol, struct probe *out)
{
	struct endpoint e = forms[FORM_LOOPBACK_V4].at;

	e.protocol = protocol;
	out->any_port = (int16_t)try_bind(&e, 0, 0);
}
