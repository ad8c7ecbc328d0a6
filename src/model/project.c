/* Owns the table of files by which a project is known, and how it is named. Looks at no directory. */
#include "model/project.h"

#include "base/path.h"
#include "base/text.h"

static const struct project_file_name files[] = {
	{ ".git", PROJECT_GIT, MANIFEST_NONE, true },
	{ "package.json", PROJECT_PACKAGE, MANIFEST_JSON, true },
	{ "deno.json", PROJECT_DENO, MANIFEST_JSON, true },
	{ "deno.jsonc", PROJECT_DENO, MANIFEST_JSON, true },
	{ "Cargo.toml", PROJECT_CARGO, MANIFEST_TOML, true },
	{ "go.mod", PROJECT_GO, MANIFEST_GO, true },
	{ "pyproject.toml", PROJECT_PYTHON, MANIFEST_TOML, true },
	{ "requirements.txt", PROJECT_PYTHON, MANIFEST_NONE, true },
	{ "setup.py", PROJECT_PYTHON, MANIFEST_NONE, true },
	{ "Pipfile", PROJECT_PYTHON, MANIFEST_NONE, true },
	{ "manage.py", PROJECT_DJANGO, MANIFEST_NONE, true },
	{ "Gemfile", PROJECT_RUBY, MANIFEST_NONE, true },
	{ "bin/rails", PROJECT_RAILS, MANIFEST_NONE, false },
	{ "composer.json", PROJECT_COMPOSER, MANIFEST_JSON, true },
	{ "artisan", PROJECT_LARAVEL, MANIFEST_NONE, false },
	{ "bin/console", PROJECT_SYMFONY, MANIFEST_NONE, false },
	{ "pom.xml", PROJECT_MAVEN, MANIFEST_NONE, true },
	{ "build.gradle", PROJECT_GRADLE, MANIFEST_NONE, true },
	{ "build.gradle.kts", PROJECT_GRADLE, MANIFEST_NONE, true },
	{ "mix.exs", PROJECT_MIX, MANIFEST_NONE, true },
	{ "next.config.js", PROJECT_NEXT, MANIFEST_NONE, false },
	{ "next.config.mjs", PROJECT_NEXT, MANIFEST_NONE, false },
	{ "next.config.ts", PROJECT_NEXT, MANIFEST_NONE, false },
	{ "nuxt.config.ts", PROJECT_NUXT, MANIFEST_NONE, false },
	{ "nuxt.config.js", PROJECT_NUXT, MANIFEST_NONE, false },
	{ "astro.config.mjs", PROJECT_ASTRO, MANIFEST_NONE, false },
	{ "astro.config.ts", PROJECT_ASTRO, MANIFEST_NONE, false },
	{ "astro.config.js", PROJECT_ASTRO, MANIFEST_NONE, false },
	{ "svelte.config.js", PROJECT_SVELTE, MANIFEST_NONE, false },
	{ "angular.json", PROJECT_ANGULAR, MANIFEST_NONE, false },
	{ "remix.config.js", PROJECT_REMIX, MANIFEST_NONE, false },
	{ "vite.config.js", PROJECT_VITE, MANIFEST_NONE, false },
	{ "vite.config.ts", PROJECT_VITE, MANIFEST_NONE, false },
	{ "vite.config.mjs", PROJECT_VITE, MANIFEST_NONE, false },
	{ "webpack.config.js", PROJECT_WEBPACK, MANIFEST_NONE, false },
	{ NULL, 0, MANIFEST_NONE, false },
};

const struct project_file_name *project_files(void)
{
	return files;
}

static void add_name(struct buf *out, const struct project_fact *p)
{
	if (!p->git_root.len) {
		text_escape(out, p->name.len ? p->name : path_last(p->root));
		return;
	}
	text_escape(out, p->repository.len ? p->repository : path_last(p->git_root));
	if (!slice_equal(p->root, p->git_root)) {
		buf_add_string(out, "/");
		text_escape(out, path_last(p->root));
	}
}

void project_add_label(struct buf *out, const struct project_fact *p)
{
	bool is_commit = p->is_detached && p->worktree.len;      /* the worktree's name says more */

	add_name(out, p);
	if (!p->branch.len && !p->worktree.len)
		return;
	buf_add_string(out, " (");
	text_escape(out, p->branch.len && !is_commit ? p->branch : p->worktree);
	buf_add_string(out, p->is_detached ? ", detached)" : ")");
}

struct project_fact project_fact_copy(struct arena *arena, const struct project_fact *p)
{
	struct project_fact copy = *p;

	copy.root = arena_slice(arena, p->root);
	copy.git_root = arena_slice(arena, p->git_root);
	copy.name = arena_slice(arena, p->name);
	copy.branch = arena_slice(arena, p->branch);
	copy.worktree = arena_slice(arena, p->worktree);
	copy.repository = arena_slice(arena, p->repository);
	return copy;
}

bool project_fact_equal(const struct project_fact *a, const struct project_fact *b)
{
	return slice_equal(a->root, b->root) && slice_equal(a->git_root, b->git_root) &&
	       slice_equal(a->name, b->name) && slice_equal(a->branch, b->branch) &&
	       slice_equal(a->worktree, b->worktree) && slice_equal(a->repository, b->repository) &&
	       a->files == b->files && a->is_detached == b->is_detached;
}
