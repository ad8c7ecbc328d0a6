/* Owns the socket of a conversation and its limits. Refuses to know what an answer says (engine_parse.c).
 * The paths are the system's, or of lotop's own environment: never those of another process. */
#include "platform/linux/engine.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

/* It reads, and nothing else: no other request than this one is ever made. */
static const char question[] = "GET /containers/json HTTP/1.0\r\nHost: localhost\r\n\r\n";

void engine_init(struct engine *e)
{
	*e = (struct engine){.fd = -1};
}

static void hang_up(struct engine *e)
{
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
}

void engine_done(struct engine *e)
{
	hang_up(e);
	buf_done(&e->answer);
}

int engine_ask(struct engine *e, const char *path, int64_t now_us)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int error = 0;

	if (snprintf(at.sun_path, sizeof at.sun_path, "%s", path) >= (int)sizeof at.sun_path)
		return -ENAMETOOLONG;
	hang_up(e);
	buf_clear(&e->answer);
	e->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (e->fd < 0)
		return -errno;
	if (connect(e->fd, (const struct sockaddr *)&at, sizeof at) ||
	    send(e->fd, question, sizeof question - 1, MSG_NOSIGNAL) != sizeof question - 1)
		error = -errno;
	if (error)
		hang_up(e);
	e->until_us = now_us + ENGINE_LIMIT_US;
	return error;
}

static int receive(struct engine *e)
{
	char bytes[CHUNK];
	ssize_t got;

	while ((got = recv(e->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
		if (e->answer.len + (size_t)got > ENGINE_ANSWER_MAX)
			return -EMSGSIZE;
		buf_add(&e->answer, bytes, (size_t)got);
	}
	if (got == 0)
		return 0;
	return errno == EINTR ? -EAGAIN : -errno;
}

int engine_step(struct engine *e, int64_t now_us)
{
	int error = e->fd < 0 ? -ENOTCONN : receive(e);

	if (error == -EAGAIN && now_us >= e->until_us)
		error = -ETIMEDOUT;
	if (error != -EAGAIN)
		hang_up(e);
	return error;
}

/* "" where it is not given, relative, or too long. */
static void given_path(const char *value, const char *scheme, const char *behind, char out[ENGINE_PATH_MAX])
{
	size_t len = strlen(scheme);

	*out = '\0';
	if (!value || strncmp(value, scheme, len) || value[len] != '/')
		return;
	if (snprintf(out, ENGINE_PATH_MAX, "%s%s", value + len, behind) >= ENGINE_PATH_MAX)
		*out = '\0';
}

void engine_path(unsigned n, char out[ENGINE_PATH_MAX])
{
	switch (n) {
	case ENGINE_GIVEN:
		given_path(getenv("DOCKER_HOST"), "unix://", "", out);
		break;
	case ENGINE_DOCKER:
		given_path("/run/docker.sock", "", "", out);
		break;
	case ENGINE_PODMAN_OF_USER:
		given_path(getenv("XDG_RUNTIME_DIR"), "", "/podman/podman.sock", out);
		break;
	default:
		given_path("/run/podman/podman.sock", "", "", out);
	}
}
