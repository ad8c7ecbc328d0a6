/* model/runtime and model/interpreter: command lines as they stand in /proc, with NULs between the arguments,
 * and the titles by which servers replace them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/arguments.h"
#include "model/interpreter.h"
#include "model/project.h"
#include "model/runtime.h"

#define BIT(file) (1u << (file))
#define LINE(literal) { literal, sizeof(literal) }           /* with its last NUL, as the kernel gives it */

static const struct {
	const char *exe;
	struct slice command;
	uint32_t files;
	const char *name, *language, *script;
} cases[] = {
	/* node: packages, links to them, titles, own scripts */
	{ "/usr/bin/node", LINE("node\0/home/a/shop/node_modules/.bin/next\0dev"), 0, "next.js", "node",
	  "/home/a/shop/node_modules/.bin/next" },
	{ "/usr/bin/node", LINE("next-server (v15.0.3)"), 0, "next.js", "node", "" },
	{ "/usr/bin/node",
	  LINE("node\0--max-old-space-size=4096\0-r\0dotenv/config\0node_modules/vite/bin/vite.js"),
	  0, "vite", "node", "node_modules/vite/bin/vite.js" },
	{ "/usr/bin/node", LINE("node\0node_modules/.pnpm/astro@4.0.0/node_modules/astro/astro.js\0dev"), 0,
	  "astro", "node",
	  "node_modules/.pnpm/astro@4.0.0/node_modules/astro/astro.js" },
	{ "/usr/bin/node", LINE("node\0node_modules/@remix-run/dev/dist/cli.js"), 0, "remix", "node",
	  "node_modules/@remix-run/dev/dist/cli.js" },
	{ "/usr/bin/node", LINE("ng serve --port 4200"), 0, "angular", "node", "" },
	{ "/usr/bin/node", LINE("node\0/usr/bin/storybook\0dev"), 0, "storybook", "node",
	  "/usr/bin/storybook" },
	{ "/usr/bin/node", LINE("node\0node_modules/webpack-dev-server/bin/webpack-dev-server.js"), 0,
	  "webpack", "node",
	  "node_modules/webpack-dev-server/bin/webpack-dev-server.js" },
	{ "/usr/bin/node", LINE("node\0node_modules/nuxi/bin/nuxi.mjs\0dev"), 0, "nuxt", "node",
	  "node_modules/nuxi/bin/nuxi.mjs" },
	{ "/usr/bin/node", LINE("node\0server.js"), 0, "node", "node", "server.js" },
	{ "/usr/bin/node", LINE("node\0serve.js"), 0, "node", "node", "serve.js" },
	{ "/usr/bin/node", LINE("node\0server.js"), BIT(PROJECT_PACKAGE) | BIT(PROJECT_NEXT), "next.js",
	  "node", "server.js" },
	{ "/usr/bin/node", LINE("node\0/opt/agent/server.js"), BIT(PROJECT_NEXT), "node", "node",
	  "/opt/agent/server.js" },
	{ "/usr/bin/node", LINE("node\0node_modules/typescript/lib/tsserver.js"), BIT(PROJECT_NEXT), "node",
	  "node",
	  "node_modules/typescript/lib/tsserver.js" },
	{ "/usr/bin/node", LINE("node\0node_modules/.bin/vite"), BIT(PROJECT_SVELTE), "sveltekit", "node",
	  "node_modules/.bin/vite" },
	{ "/usr/bin/node",
	  LINE("node\0/x/node_modules/.bin/nodemon\0--watch\0/x/node_modules/.bin/ts-node\0src/main.ts"), 0,
	  "node", "node", "src/main.ts" },
	{ "/usr/bin/node", LINE("node\0-e\0require('http')"), 0, "node", "node", "" },
	{ "/usr/bin/node", LINE("node"), 0, "node", "node", "" },
	{ "/home/a/.vscode-server/bin/1/node", LINE("/home/a/.vscode-server/bin/1/node\0out/server-main.js"),
	  0, "vscode", NULL,
	  "" },
	{ "/usr/local/bin/bun", LINE("bun\0run\0--watch\0server.ts"), 0, "bun", "bun", "server.ts" },
	{ "/usr/bin/deno", LINE("deno\0run\0-A\0--port\0" "8000\0main.ts"), 0, "deno", "deno", "main.ts" },

	/* python: modules, scripts, titles, letters in one argument */
	{ "/usr/bin/python3.11", LINE("python3\0-m\0http.server\0" "8000"), 0, "http.server", "python",
	  "http.server" },
	{ "/usr/bin/python3.11", LINE("python3\0-um\0http.server"), 0, "http.server", "python",
	  "http.server" },
	{ "/usr/bin/python3.11", LINE("python3\0-W\0ignore\0-mflask\0run"), 0, "flask", "python", "flask" },
	{ "/usr/bin/python3.11", LINE("python3\0manage.py\0runserver"), 0, "django", "python", "manage.py" },
	{ "/usr/bin/python3.11", LINE("python3\0/home/a/.venv/bin/uvicorn\0main:app"), 0, "uvicorn", "python",
	  "/home/a/.venv/bin/uvicorn" },
	{ "/usr/bin/python3.11", LINE("python3\0-m\0uvicorn.main\0main:app"), 0, "uvicorn", "python",
	  "uvicorn.main" },
	{ "/usr/bin/python3.11", LINE("python3\0/home/a/.venv/bin/fastapi\0dev"), 0, "fastapi", "python",
	  "/home/a/.venv/bin/fastapi" },
	{ "/usr/bin/python3.11", LINE("gunicorn: master [shop.wsgi]\0\0\0\0"), BIT(PROJECT_DJANGO), "django",
	  "python", "" },
	{ "/usr/bin/python3.11", LINE("gunicorn: worker [app]"), BIT(PROJECT_PYTHON), "gunicorn", "python",
	  "" },
	{ "/usr/bin/python3.11", LINE("python3\0-m\0debugpy\0--listen\0" "5678\0-m\0flask\0run"), 0, "flask",
	  "python", "flask" },
	{ "/usr/bin/python3.11", LINE("/usr/bin/python3\0/usr/bin/jupyter-lab\0--no-browser"), 0, "jupyter",
	  "python",
	  "/usr/bin/jupyter-lab" },
	{ "/usr/bin/python3.11", LINE("python3\0-c\0import time"), 0, "python", "python", "" },
	{ "/usr/bin/python3.11", LINE("python3\0-"), 0, "python", "python", "" },
	{ "/usr/bin/python3.11", LINE("python3\0app.py"), BIT(PROJECT_GO), "python", "python", "app.py" },

	/* ruby, php, java, the Erlang machine */
	{ "/usr/bin/ruby3.1", LINE("puma 6.4.2 (tcp://localhost:3000) [shop]"),
	  BIT(PROJECT_RUBY) | BIT(PROJECT_RAILS), "rails",
	  "ruby", "" },
	{ "/usr/bin/ruby3.1", LINE("puma: cluster worker 0: 12 [api]"), BIT(PROJECT_RUBY), "puma", "ruby",
	  "" },
	{ "/usr/bin/ruby3.1", LINE("ruby\0bin/rails\0server"), 0, "rails", "ruby", "bin/rails" },
	{ "/usr/bin/ruby3.1", LINE("ruby\0-Ilib\0/usr/bin/bundle\0exec\0rackup"), 0, "rack", "ruby",
	  "rackup" },
	{ "/usr/bin/php8.2", LINE("php\0artisan\0serve"), 0, "laravel", "php", "artisan" },
	{ "/usr/bin/php8.2", LINE("php\0-S\0localhost:8000\0-t\0public"), 0, "php", "php", "" },
	{ "/usr/bin/php8.2", LINE("php\0-S\0localhost:8000"), BIT(PROJECT_COMPOSER) | BIT(PROJECT_LARAVEL),
	  "laravel", "php", "" },
	{ "/usr/sbin/php-fpm8.2", LINE("php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)"), 0,
	  "php-fpm", NULL, "" },
	{ "/usr/bin/java", LINE("java\0-Xmx1g\0-cp\0/x/spring-boot-3.1.jar:/y\0com.acme.Shop"), 0, "spring",
	  "java",
	  "com.acme.Shop" },
	{ "/usr/bin/java", LINE("java\0-jar\0shop.jar"), 0, "java", "java", "shop.jar" },
	{ "/usr/bin/java", LINE("java\0-cp\0x\0org.elasticsearch.bootstrap.Elasticsearch"), 0,
	  "elasticsearch", "java",
	  "org.elasticsearch.bootstrap.Elasticsearch" },
	{ "/usr/lib/erlang/bin/beam.smp", LINE("beam.smp\0--\0-root\0/x\0-s\0rabbit\0boot"), 0, "rabbitmq",
	  "erlang", "" },
	{ "/usr/lib/erlang/bin/beam.smp", LINE("beam.smp\0-extra\0/usr/bin/mix\0phx.server"), 0, "phoenix",
	  "erlang", "" },

	/* programs of their own */
	{ "/usr/lib/postgresql/15/bin/postgres", LINE("postgres: 15/main: checkpointer"), 0, "postgres", NULL,
	  "" },
	{ "/usr/sbin/mysqld", LINE("mysqld"), 0, "mysql", NULL, "" },
	{ "/usr/bin/nc.openbsd", LINE("nc\0-l\0" "4444"), 0, "nc", NULL, "" },
	{ "/usr/bin/redis-check-rdb", LINE("/usr/bin/redis-server *:6379"), 0, "redis", NULL, "" },
	{ "/usr/bin/mongod (deleted)", LINE("mongod"), 0, "mongodb", NULL, "" },
	{ "/usr/sbin/nginx", LINE("nginx: master process nginx"), 0, "nginx", NULL, "" },
	{ "/usr/bin/caddy", LINE("caddy\0run"), 0, "caddy", NULL, "" },
	{ "/usr/bin/docker-proxy", LINE("docker-proxy"), 0, "docker-proxy", NULL, "" },
	{ "/usr/bin/rootlessport", LINE("rootlessport"), 0, "rootlessport", NULL, "" },
	{ "", LINE("nginx: worker process"), 0, "nginx", NULL, "" },
	{ "", LINE("/usr/bin/python3\0-m\0http.server"), 0, "http.server", "python", "http.server" },

	/* built where it runs */
	{ "/home/a/shop/target/debug/shop", LINE("target/debug/shop"), BIT(PROJECT_CARGO), "rust", NULL, "" },
	{ "/home/a/shop/shop", LINE("./shop"), BIT(PROJECT_GO), "go", NULL, "" },
	{ "/tmp/go-build123/b001/exe/main", LINE("/tmp/go-build123/b001/exe/main"), 0, "go", NULL, "" },
};

static const struct {
	const char *exe;
	struct slice command;
	uint32_t files;
} unknown[] = {
	{ "", { NULL, 0 }, 0 }, { "", LINE(""), 0 }, { "", LINE("\0\0\0"), BIT(PROJECT_GO) },
	{ "/usr/bin/sleep", LINE("sleep\0" "9"), BIT(PROJECT_GO) }, { "/home/a/x", LINE("./x"),
	  BIT(PROJECT_PACKAGE) },
	{ "/memfd:x (deleted)", LINE("x"), 0 }, { "/usr/bin/", LINE("/"), 0 },
};

static void names_what_runs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct runtime r;

		print_message("%s %s\n", cases[i].exe, cases[i].command.ptr);
		assert_true(runtime_find(slice_of(cases[i].exe), cases[i].command, cases[i].files, &r));
		assert_string_equal(r.name, cases[i].name);
		if (cases[i].language)
			assert_string_equal(r.language, cases[i].language);
		else
			assert_null(r.language);
		assert_true(slice_is(r.script, cases[i].script));
	}
}

static void keeps_silent_about_the_rest(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		struct runtime r = { .name = "untouched" };

		assert_false(runtime_find(slice_of(unknown[i].exe), unknown[i].command, unknown[i].files,
		  &r));
		assert_string_equal(r.name, "untouched");
	}
}

/* A command line may be cut anywhere (it is read up to a limit). */
static void takes_any_beginning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t len = 0; len <= cases[i].command.len; len++) {
			struct slice command = { cases[i].command.ptr, len };
			struct runtime r = { 0 };

			if (!runtime_find(slice_of(cases[i].exe), command, UINT32_MAX, &r))
				continue;
			assert_non_null(r.name);
			assert_true(!r.script.len || (r.script.ptr >= command.ptr &&
						      r.script.ptr + r.script.len <= command.ptr + len));
		}
	}
}

static void takes_versions_away(void **state)
{
	static const char *const names[][2] = {
		{ "python3.11", "python" }, { "php-fpm8.2", "php-fpm" }, { "node", "node" }, { "7", "" },
		  { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_true(slice_is(interpreter_without_version(slice_of(names[i][0])), names[i][1]));
}

static void reads_options_in_every_spelling(void **state)
{
	static const struct {
		struct slice line;
		const char *name, *value;        /* NULL = it is not this option */
	} options[] = {
		{ LINE("-p\0" "80"), "-p", "80" }, { LINE("-p80"), "-p", "80" }, { LINE("--port\0" "80"),
		  "--port", "80" },
		{ LINE("--port=80"), "--port", "80" }, { LINE("--ports=80"), "--port", NULL },
		  { LINE("-port=80"), "-port", "80" },
		{ LINE("--port="), "--port", "" }, { LINE("-q80"), "-p", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		struct slice rest = options[i].line, argument, value = slice_of("untouched");
		bool is_it;

		assert_true(arguments_next(&rest, &argument));
		is_it = arguments_option(argument, options[i].name, &rest, &value);
		assert_int_equal(is_it, options[i].value != NULL);
		assert_true(slice_is(value, is_it ? options[i].value : "untouched"));
	}
	assert_false(arguments_option(slice_of("-p"), "-p", &(struct slice){ 0 }, &(struct slice){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_runs),
		cmocka_unit_test(keeps_silent_about_the_rest),
		cmocka_unit_test(takes_any_beginning),
		cmocka_unit_test(takes_versions_away),
		cmocka_unit_test(reads_options_in_every_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
