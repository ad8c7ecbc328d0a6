/* Owns the grammars, as far as they are needed: each file may be cut anywhere and hold anything. Opens
 * nothing. */
#include "platform/linux/project_parse.h"
#include "base/path.h"

enum { COMMIT_SHOWN = 7, SHA1_HEX = 40, SHA256_HEX = 64 };

static bool is_hex(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return true;
}

/* With the reftable format HEAD says "refs/heads/.invalid": the branch is elsewhere. */
bool project_parse_head(struct slice bytes, struct slice *branch, bool *is_detached)
{
	static const char heads[] = "refs/heads/", reference[] = "ref:";
	struct slice line = slice_trim(slice_cut(&bytes, '\n'));
	bool is_reference = slice_starts(line, reference);

	if (is_reference)
		line = slice_trim(slice_from(line, sizeof reference - 1));
	else if ((line.len != SHA1_HEX && line.len != SHA256_HEX) || !is_hex(line))
		return false;
	else
		line.len = COMMIT_SHOWN;
	if (slice_starts(line, heads))
		line = slice_from(line, sizeof heads - 1);
	if (!line.len || slice_is(line, ".invalid"))
		return false;
	*branch = line;
	*is_detached = !is_reference;
	return true;
}

bool project_parse_gitdir(struct slice bytes, struct slice *path)
{
	static const char key[] = "gitdir:";
	struct slice line = slice_cut(&bytes, '\n');

	if (!slice_starts(line, key))
		return false;
	line = slice_trim(slice_from(line, sizeof key - 1));
	if (!line.len)
		return false;
	*path = line;
	return true;
}

static struct slice without_slashes(struct slice path)
{
	while (slice_ends(path, "/"))
		path.len--;
	return path;
}

bool project_parse_worktree(struct slice path, struct slice *worktree, struct slice *repository)
{
	struct slice name, above, git;

	path = without_slashes(path);
	name = path_last(path);
	above = path_parent(path);
	git = path_parent(above);
	if (!name.len || !slice_is(path_last(above), "worktrees") || !git.len)
		return false;
	if (slice_is(path_last(git), ".git"))
		git = path_parent(git);          /* else a bare repository: "shop.git" */
	*worktree = name;
	*repository = slice_is(path_last(git), "..") ? (struct slice){0} : path_last(git);
	return true;
}

static void skip(struct slice *rest, size_t len)
{
	*rest = slice_from(*rest, len);
}

/* What stands before the closing quote, which is taken off, too. False without one. */
static bool take_string(struct slice *rest, struct slice *text, bool *is_plain)
{
	size_t len = 0;

	*is_plain = true;
	while (len < rest->len && rest->ptr[len] != '"') {
		*is_plain &= rest->ptr[len] != '\\' && (unsigned char)rest->ptr[len] >= ' ';
		len += rest->ptr[len] == '\\' ? 2 : 1;
	}
	if (len >= rest->len)
		return false;
	*text = (struct slice){rest->ptr, len};
	skip(rest, len + 1);
	return true;
}

static bool take_member(struct slice rest, struct slice *value)
{
	bool is_plain;

	rest = slice_trim(rest);
	if (!slice_starts(rest, ":"))
		return false;
	rest = slice_trim(slice_from(rest, 1));
	return slice_starts(rest, "\"") && (skip(&rest, 1), take_string(&rest, value, &is_plain)) && is_plain;
}

/* A comment, as .jsonc files have them; `rest` begins behind its first slash. */
static void skip_comment(struct slice *rest)
{
	if (slice_starts(*rest, "/")) {
		slice_cut(rest, '\n');
		return;
	}
	if (!slice_starts(*rest, "*"))
		return;
	for (skip(rest, 1); rest->len && !slice_starts(*rest, "*/"); skip(rest, 1))
		;
	skip(rest, 2);
}

/* The member "name" of the outermost object. No other member is read, no nesting is remembered. */
static bool parse_json(struct slice rest, struct slice *name)
{
	size_t depth = 0;
	bool is_key = false, is_plain;

	while (rest.len) {
		char c = rest.ptr[0];
		struct slice text;

		skip(&rest, 1);
		if (c == '"') {
			if (!take_string(&rest, &text, &is_plain))
				return false;
			if (is_key && depth == 1 && slice_is(text, "name"))
				return take_member(rest, name);
			is_key = false;
		} else if (c == '{' || c == '[') {
			if (!depth && c == '[')
				return false;
			depth++;
			is_key = c == '{';
		} else if (c == '}' || c == ']') {
			if (!depth || !--depth)
				return false;
		} else if (c == ',') {
			is_key = true;
		} else if (c == '/') {
			skip_comment(&rest);
		}
	}
	return false;
}

/* 'x' or "x" */
static bool unquote(struct slice text, struct slice *out)
{
	char quote = text.len ? text.ptr[0] : 0;
	struct slice rest = slice_from(text, 1), inner;

	if (quote != '"' && quote != '\'')
		return false;
	inner = slice_cut(&rest, quote);
	if (inner.len + 2 > text.len || !inner.len)
		return false;
	for (size_t i = 0; i < inner.len; i++)
		if (inner.ptr[i] == '\\')
			return false;
	*out = inner;
	return true;
}

/* "name" of the first table that names the project. */
static bool parse_toml(struct slice rest, struct slice *name)
{
	bool is_table = false;

	while (rest.len) {
		struct slice line = slice_trim(slice_cut(&rest, '\n')), key;

		if (slice_starts(line, "[")) {
			is_table = slice_starts(line, "[package]") || slice_starts(line, "[project]") ||
				   slice_starts(line, "[tool.poetry]");
			continue;
		}
		key = slice_trim(slice_cut(&line, '='));
		if (is_table && slice_is(key, "name"))
			return unquote(slice_trim(line), name);
	}
	return false;
}

/* "v2": the major version is a part of a module's path, but of nobody's name for it. */
static bool is_major_version(struct slice part)
{
	uint64_t number;

	return slice_starts(part, "v") && slice_to_u64(slice_from(part, 1), 10, &number);
}

static bool parse_go(struct slice rest, struct slice *name)
{
	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n'), path;

		if (!slice_is(slice_word(&line), "module"))
			continue;
		path = slice_word(&line);
		unquote(path, &path);
		if (is_major_version(path_last(path)) && path_parent(path).len)
			path = path_parent(path);
		if (!path_last(path).len)
			return false;
		*name = path_last(path);
		return true;
	}
	return false;
}

bool project_parse_name(enum project_manifest manifest, struct slice bytes, struct slice *name)
{
	struct slice found = {0};

	if (!(manifest == MANIFEST_JSON && parse_json(bytes, &found)) &&
	    !(manifest == MANIFEST_TOML && parse_toml(bytes, &found)) &&
	    !(manifest == MANIFEST_GO && parse_go(bytes, &found)))
		return false;
	if (!found.len)
		return false;
	*name = found;
	return true;
}
