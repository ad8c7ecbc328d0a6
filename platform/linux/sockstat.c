/* Owns the kept descriptors of the kernel's counters and how they are read. Knows nothing of what depends
 * on the answer. Sources: proc(5), net/ipv4/proc.c. */
#include "platform/linux/sockstat.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { SOCKSTAT_BYTES = 1024, TRAFFIC_BYTES = 4096 };

void sockstat_open(struct sockstat *s)
{
	s->v4 = open("/proc/net/sockstat", O_RDONLY | O_CLOEXEC);
	s->v6 = open("/proc/net/sockstat6", O_RDONLY | O_CLOEXEC);
	s->traffic = open("/proc/net/snmp", O_RDONLY | O_CLOEXEC);
}

void sockstat_close(struct sockstat *s)
{
	const int kept[] = {s->v4, s->v6, s->traffic};

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (kept[i] >= 0)
			close(kept[i]);
}

bool sockstat_parse(struct slice text, const char *title, const char *key, uint64_t *out)
{
	while (text.len) {
		struct slice line = slice_cut(&text, '\n'), word;

		if (!slice_is(slice_word(&line), title))
			continue;
		while ((word = slice_word(&line)).len)
			if (slice_is(word, key))
				return slice_to_u64(slice_word(&line), 10, out);
	}
	return false;
}

/* Empty where it cannot be read, or not as a whole. */
static struct slice reread(int fd, char *buffer, size_t size)
{
	ssize_t got = fd < 0 ? -1 : pread(fd, buffer, size, 0);

	return (struct slice){buffer, got > 0 && (size_t)got < size ? (size_t)got : 0};
}

static bool read_v4(const struct sockstat *s, struct sockstat_counts *c)
{
	char buffer[SOCKSTAT_BYTES];
	struct slice text = reread(s->v4, buffer, sizeof buffer);

	return sockstat_parse(text, "TCP:", "inuse", &c->tcp) &&
	       sockstat_parse(text, "TCP:", "orphan", &c->orphan) &&
	       sockstat_parse(text, "TCP:", "tw", &c->time_wait) &&
	       sockstat_parse(text, "TCP:", "alloc", &c->allocated) &&
	       sockstat_parse(text, "UDP:", "inuse", &c->udp);
}

/* A machine without IPv6 has no such file: that hides nothing. */
static bool read_v6(const struct sockstat *s, struct sockstat_counts *c)
{
	char buffer[SOCKSTAT_BYTES];
	struct slice text;

	if (s->v6 < 0)
		return true;
	text = reread(s->v6, buffer, sizeof buffer);
	return sockstat_parse(text, "TCP6:", "inuse", &c->tcp6) && sockstat_parse(text, "UDP6:", "inuse", &c->udp6);
}

static bool read_traffic(const struct sockstat *s, struct sockstat_counts *c)
{
	char buffer[TRAFFIC_BYTES];
	struct slice text = reread(s->traffic, buffer, sizeof buffer);

	c->traffic = 14695981039346656037u;
	for (size_t i = 0; i < text.len; i++)                /* FNV-1a */
		c->traffic = (c->traffic ^ (unsigned char)text.ptr[i]) * 1099511628211u;
	return text.len;
}

bool sockstat_read(const struct sockstat *s, struct sockstat_counts *out)
{
	struct sockstat_counts c = {0};

	if (!read_v4(s, &c) || !read_v6(s, &c) || !read_traffic(s, &c))
		return false;
	*out = c;
	return true;
}

bool sockstat_has_only(const struct sockstat_counts *c, size_t listening)
{
	return c->orphan == 0 && c->time_wait == 0 && c->tcp + c->tcp6 <= listening;
}

bool sockstat_is_still(const struct sockstat_counts *before, const struct sockstat_counts *now)
{
	return before->tcp == now->tcp && before->tcp6 == now->tcp6 && before->orphan == now->orphan &&
	       before->time_wait == now->time_wait && before->udp == now->udp && before->udp6 == now->udp6 &&
	       before->traffic == now->traffic;
}
