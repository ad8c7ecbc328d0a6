/* Owns the way out: is it a terminal, how wide, and does it take UTF-8. Knows nothing of what is written. */
#include "cli/output.h"

#include <errno.h>
#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "cli/complain.h"

enum { DEFAULT_WIDTH = 80 };     /* a terminal that does not tell: serial lines, some editors */

struct output output_probe(int fd)
{
	struct output out = {
		.is_terminal = isatty(fd),
		.is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
	};
	struct winsize size;

	if (out.is_terminal)
		out.width = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : DEFAULT_WIDTH;
	return out;
}

static int give_up(int error)
{
	if (error == EPIPE)
		return 0;
	complain_errno("writing the answer", -error, NULL);
	return -error;
}

int output_write(int fd, const struct buf *text)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t count = write(fd, text->data + done, text->len - done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return give_up(errno);
		done += (size_t)count;
	}
	return 0;
}
