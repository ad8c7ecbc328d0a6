/* Owns the two kept descriptors of sockstat and how they are read. Knows nothing of what depends on the
 * answer. */
#include "platform/linux/sockstat.h"
#include <fcntl.h>
#include <unistd.h>

void sockstat_open(struct sockstat *s)
{
	s->v4 = open("/proc/net/sockstat", O_RDONLY | O_CLOEXEC);
	s->v6 = open("/proc/net/sockstat6", O_RDONLY | O_CLOEXEC);
}

void sockstat_close(struct sockstat *s)
{
	if (s->v4 >= 0)
		close(s->v4);
	if (s->v6 >= 0)
		close(s->v6);
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

static struct slice reread(int fd, char *buffer, size_t size)
{
	ssize_t got = fd < 0 ? -1 : pread(fd, buffer, size, 0);

	return (struct slice){buffer, got > 0 ? (size_t)got : 0};
}

bool sockstat_has_only(const struct sockstat *s, size_t listening)
{
	char buffer[1024];
	struct slice text = reread(s->v4, buffer, sizeof buffer);
	uint64_t inuse, orphan, time_wait, inuse6 = 0;

	if (!sockstat_parse(text, "TCP:", "inuse", &inuse) ||
	    !sockstat_parse(text, "TCP:", "orphan", &orphan) ||
	    !sockstat_parse(text, "TCP:", "tw", &time_wait))
		return false;
	if (s->v6 >= 0 && !sockstat_parse(reread(s->v6, buffer, sizeof buffer), "TCP6:", "inuse", &inuse6))
		return false;
	return orphan == 0 && time_wait == 0 && inuse + inuse6 <= listening;
}
