/* Owns the cutting of paths. Refuses to know which of them exist. */
#include "base/path.h"

#include <string.h>

static const char *last_slash(struct slice path)
{
	return path.len ? memrchr(path.ptr, '/', path.len) : NULL;
}

struct slice path_last(struct slice path)
{
	const char *slash = last_slash(path);

	return slash ? slice_from(path, (size_t)(slash - path.ptr) + 1) : path;
}

struct slice path_parent(struct slice path)
{
	const char *slash = last_slash(path);

	return (struct slice){ path.ptr, slash ? (size_t)(slash - path.ptr) : 0 };
}

struct slice path_without_deleted(struct slice link)
{
	static const char deleted[] = " (deleted)";

	if (slice_ends(link, deleted))
		link.len -= sizeof deleted - 1;
	return link;
}
