/* platform/linux/project_parse on any bytes: what it finds lies within them, is not empty, and is the same
 * when the bytes are followed by others that a parser must not look at. The first byte chooses the parser. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "platform/linux/project_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void demand_within(struct slice part, struct slice whole)
{
	demand(part.len && part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

static void parse_git(struct slice bytes)
{
	struct slice branch, path, worktree, repository;
	bool is_detached;

	if (project_parse_head(bytes, &branch, &is_detached)) {
		demand_within(branch, bytes);
		demand(!memchr(branch.ptr, '\n', branch.len));
	}
	if (!project_parse_gitdir(bytes, &path))
		return;
	demand_within(path, bytes);
	if (!project_parse_worktree(path, &worktree, &repository))
		return;
	demand_within(worktree, path);
	demand(!memchr(worktree.ptr, '/', worktree.len));
	if (repository.len)
		demand_within(repository, path);
}

static void parse_manifest(enum project_manifest manifest, struct slice bytes)
{
	struct slice name;

	if (!project_parse_name(manifest, bytes, &name))
		return;
	demand_within(name, bytes);
	demand(!memchr(name.ptr, '\n', name.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const enum project_manifest manifests[] = { MANIFEST_JSON, MANIFEST_TOML, MANIFEST_GO };
	struct slice rest;

	if (!len)
		return 0;
	rest = (struct slice){ (const char *)bytes + 1, len - 1 };
	if (bytes[0] % 4 == 3)
		parse_git(rest);
	else
		parse_manifest(manifests[bytes[0] % 4], rest);
	return 0;
}
