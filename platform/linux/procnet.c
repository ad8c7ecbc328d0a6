/* Owns the reading of /proc/net/{tcp,tcp6,udp,udp6}: one line to one socket. Refuses to choose which of
 * them are wanted: sockets.c does. */
#include "platform/linux/procnet.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fatal.h"

enum { KERNEL_CLOSE = 7, TIMER_TIME_WAIT = 3, CLOCK_TICK_MS = 10, READ_BYTES = 64 * 1024, PATH_BYTES = 48 };

static bool number(struct slice text, unsigned base, uint64_t max, uint64_t *out)
{
	uint64_t value;

	if (!slice_to_u64(text, base, &value) || value > max)
		return false;
	*out = value;
	return true;
}

/* "0100007F:1F90": the address as native 32-bit words, the port as a number. */
static bool parse_endpoint(struct slice text, struct endpoint *e)
{
	struct slice address = slice_cut(&text, ':');
	size_t words = e->family == FAMILY_IPV6 ? 4 : 1;
	uint64_t value;

	if (address.len != words * 8 || !number(text, 16, UINT16_MAX, &value))
		return false;
	e->port = (uint16_t)value;
	for (size_t i = 0; i < words; i++) {
		uint32_t native;

		if (!number((struct slice){address.ptr + i * 8, 8}, 16, UINT32_MAX, &value))
			return false;
		native = (uint32_t)value;
		memcpy(e->address + i * 4, &native, 4);
	}
	return true;
}

static bool parse_state(struct slice text, struct socket_fact *s)
{
	uint64_t state;

	if (!number(text, 16, 15, &state))
		return false;
	s->state = state == KERNEL_CLOSE ? s->local.protocol == PROTOCOL_UDP ? SOCKET_UNCONN : SOCKET_BOUND
					 : (uint8_t)state;
	return true;
}

/* "tx:rx"; a listener's tx is always 0: the backlog is not told. */
static bool parse_queues(struct slice text, struct socket_fact *s)
{
	uint64_t tx, rx;

	if (!number(slice_cut(&text, ':'), 16, UINT32_MAX, &tx) || !number(text, 16, UINT32_MAX, &rx))
		return false;
	s->queue_length = (uint32_t)rx;
	s->queue_limit = s->state == SOCKET_LISTEN || s->state == SOCKET_TIME_WAIT ? QUEUE_UNKNOWN
										   : (uint32_t)tx;
	return true;
}

static bool parse_timer(struct slice text, struct socket_fact *s)
{
	uint64_t timer, when;

	if (!number(slice_cut(&text, ':'), 16, UINT8_MAX, &timer) || !number(text, 16, UINT32_MAX, &when))
		return false;
	s->timer = (uint8_t)timer;
	if (timer == TIMER_TIME_WAIT && when < INT32_MAX / CLOCK_TICK_MS)
		s->expires_ms = (int32_t)when * CLOCK_TICK_MS;
	return true;
}

/* uid, a probe count, inode */
static bool parse_owner(struct slice *rest, struct socket_fact *s)
{
	uint64_t uid, inode;
	struct slice uid_text = slice_word(rest);

	slice_word(rest);
	if (!number(uid_text, 10, UINT32_MAX, &uid) || !number(slice_word(rest), 10, UINT32_MAX, &inode))
		return false;
	s->inode = (uint32_t)inode;
	s->uid = inode ? (uint32_t)uid : UID_UNKNOWN;
	return true;
}

/* UDP: "references pointer drops" stand last. */
static void parse_drops(struct slice rest, struct socket_fact *s)
{
	uint64_t drops;

	if (s->local.protocol != PROTOCOL_UDP)
		return;
	slice_word(&rest);
	slice_word(&rest);
	if (number(slice_word(&rest), 10, UINT32_MAX, &drops))
		s->drops = (uint32_t)drops;
}

int procnet_parse(struct slice line, uint8_t protocol, uint8_t family, struct socket_fact *out)
{
	struct socket_fact s = {.local = {.protocol = protocol, .family = family}, .v6only = TRISTATE_UNKNOWN,
				.expires_ms = EXPIRES_UNKNOWN};

	s.remote = s.local;
	if (!slice_ends(slice_word(&line), ":") || !parse_endpoint(slice_word(&line), &s.local) ||
	    !parse_endpoint(slice_word(&line), &s.remote) || !parse_state(slice_word(&line), &s) ||
	    !parse_queues(slice_word(&line), &s) || !parse_timer(slice_word(&line), &s))
		return -EBADMSG;
	slice_word(&line);
	if (!parse_owner(&line, &s))
		return -EBADMSG;
	parse_drops(line, &s);
	*out = s;
	return 0;
}

static const char *table_name(uint8_t protocol, uint8_t family)
{
	if (protocol == PROTOCOL_UDP)
		return family == FAMILY_IPV6 ? "udp6" : "udp";
	return family == FAMILY_IPV6 ? "tcp6" : "tcp";
}

struct reading {
	uint8_t protocol, family;
	void (*each)(void *context, const struct socket_fact *s);
	void *context;
};

/* Hands out every complete line and returns how many bytes they took. */
static size_t read_lines(const struct reading *r, struct slice bytes)
{
	size_t len = bytes.len;
	const char *end;

	while (bytes.len && (end = memchr(bytes.ptr, '\n', bytes.len))) {
		struct socket_fact s;

		if (procnet_parse(slice_cut(&bytes, '\n'), r->protocol, r->family, &s) == 0)
			r->each(r->context, &s);
	}
	return len - bytes.len;
}

static int read_table(const char *folder, const struct reading *r)
{
	char path[PATH_BYTES];
	int fd;
	char *buffer;
	size_t kept = 0;
	ssize_t got;

	snprintf(path, sizeof path, "%s/%s", folder, table_name(r->protocol, r->family));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	buffer = fatal_alloc(READ_BYTES);
	while ((got = read(fd, buffer + kept, READ_BYTES - kept)) > 0) {
		size_t len = kept + (size_t)got, used = read_lines(r, (struct slice){buffer, len});

		kept = used ? len - used : 0;    /* a line longer than the buffer is no socket: forget it */
		memmove(buffer, buffer + used, kept);
	}
	free(buffer);
	close(fd);
	return got < 0 ? -errno : 0;
}

int procnet_read(uint8_t protocol, uint8_t family, void (*each)(void *context, const struct socket_fact *s),
		 void *context)
{
	const struct reading r = {protocol, family, each, context};

	return read_table("/proc/net", &r);
}

int procnet_read_of(int32_t pid, uint8_t protocol, uint8_t family,
		    void (*each)(void *context, const struct socket_fact *s), void *context)
{
	const struct reading r = {protocol, family, each, context};
	char folder[PATH_BYTES / 2];

	snprintf(folder, sizeof folder, "/proc/%d/net", (int)pid);
	return read_table(folder, &r);
}
