/* Owns the question whether this kernel lists bound-only sockets. Knows nothing of when they are read. */
#include "platform/linux/boundprobe.h"
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* A socket bound to a port of the kernel's choice. Its inode, or 0. */
static uint32_t make_own(int *fd)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	struct stat st;

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&any, sizeof any) || fstat(*fd, &st))
		return 0;
	return (uint32_t)st.st_ino;
}

static bool remove_own(struct socket_list *list, uint32_t inode)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].inode == inode) {
			socket_list_remove(list, i);
			return true;
		}
	return false;
}

int boundprobe_dump(struct boundprobe *b, struct tables *tables, const struct sockdiag_query *query,
		    struct socket_list *out)
{
	uint32_t own = 0;
	int fd = -1, error;

	if (tables_open(tables))
		return 0;
	if (b->support == BOUND_UNLISTED)
		return -EOPNOTSUPP;
	if (b->support == BOUND_UNTRIED)
		own = make_own(&fd);
	error = tables_dump(tables, query, out, NULL);
	if (!error && own)
		b->support = remove_own(out, own) ? BOUND_LISTED : BOUND_UNLISTED;
	if (fd >= 0)
		close(fd);
	return error ? error : b->support == BOUND_UNLISTED ? -EOPNOTSUPP : 0;
}
