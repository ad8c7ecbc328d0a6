/* Included by model/runtime.c only: who is who. A NULL name stands for the key itself. */
#ifndef MODEL_RUNTIME_TABLES_H
#define MODEL_RUNTIME_TABLES_H

#include <stdbool.h>
#include <stdint.h>
#include "model/project.h"

/* Programs, by the name of their executable without a version. */
static const struct program {
	const char *key, *name;
} programs[] = {
	/* data */
	{ "postgres", NULL }, { "postmaster", "postgres" }, { "mysqld", "mysql" }, { "mariadbd", "mariadb" },
	{ "redis-server", "redis" }, { "valkey-server", "valkey" }, { "mongod", "mongodb" },
	{ "mongos", "mongodb" }, { "memcached", NULL }, { "influxd", "influxdb" },
	{ "clickhouse-server", "clickhouse" }, { "cockroach", "cockroachdb" }, { "etcd", NULL },
	{ "nats-server", "nats" }, { "mosquitto", NULL }, { "minio", NULL }, { "meilisearch", NULL },
	{ "qdrant", NULL }, { "surreal", "surrealdb" }, { "epmd", "erlang" }, { "pocketbase", NULL },
	{ "dragonfly", NULL },
	/* the web */
	{ "nginx", NULL }, { "caddy", NULL }, { "apache", NULL }, { "httpd", "apache" }, { "lighttpd", NULL },
	{ "haproxy", NULL }, { "traefik", NULL }, { "envoy", NULL }, { "php-fpm", NULL }, { "hugo", NULL },
	{ "workerd", "wrangler" }, { "esbuild", NULL }, { "squid", NULL }, { "varnishd", "varnish" },
	/* containers and clusters */
	{ "docker-proxy", NULL }, { "rootlessport", NULL }, { "dockerd", "docker" }, { "containerd", NULL },
	{ "podman", NULL }, { "conmon", "podman" }, { "pasta", NULL }, { "slirp4netns", NULL },
	{ "kubectl", NULL }, { "kubelet", NULL }, { "kube-apiserver", NULL }, { "k3s-server", "k3s" },
	{ "consul", NULL }, { "vault", NULL }, { "nomad", NULL }, { "prometheus", NULL }, { "grafana", NULL },
	{ "grafana-server", "grafana" }, { "loki", NULL }, { "temporal", NULL },
	{ "otelcol", "opentelemetry" },
	/* tunnels and remote access */
	{ "ssh", NULL }, { "sshd", NULL }, { "socat", NULL }, { "cloudflared", NULL }, { "ngrok", NULL },
	{ "nc", NULL }, { "nc.openbsd", "nc" }, { "nc.traditional", "nc" }, { "ncat", NULL },
	{ "frpc", NULL }, { "tailscaled", "tailscale" }, { "cloud-sql-proxy", NULL }, { "Xvnc", "vnc" },
	{ "adb", NULL },
	/* editors and tools of developers */
	{ "code", "vscode" }, { "code-insiders", "vscode" }, { "code-tunnel", "vscode" }, { "cursor", NULL },
	{ "dlv", "delve" }, { "gdbserver", NULL }, { "gopls", NULL }, { "rust-analyzer", NULL },
	{ "mailpit", NULL }, { "mailhog", NULL }, { "MailHog", "mailhog" }, { "chromedriver", NULL },
	{ "geckodriver", NULL }, { "chrome", NULL }, { "chromium", NULL }, { "firefox", NULL },
	{ "ollama", NULL }, { "llama-server", "llama.cpp" }, { "trunk", NULL },
	/* the machine's own */
	{ "cupsd", "cups" }, { "dnsmasq", NULL }, { "systemd-resolve", "systemd-resolved" },
	{ "systemd-resolved", NULL }, { "avahi-daemon", "avahi" }, { "exim", NULL }, { "busybox", NULL },
};

/* What an interpreter runs: by language, and by npm package, Python module or the script's name. The
 * titles that programs give to themselves (setproctitle) begin with the same words. */
static const struct tool {
	const char *language, *key, *name;
	bool is_wrapper;         /* runs the script that follows */
} tools[] = {
	{ "node", "next", "next.js", false }, { "node", "next-server", "next.js", false },
	{ "node", "vite", NULL, false }, { "node", "vite-plus", "vite", false },
	{ "node", "webpack", NULL, false }, { "node", "webpack-cli", "webpack", false },
	{ "node", "webpack-dev-server", "webpack", false }, { "node", "@rspack/cli", "rspack", false },
	{ "node", "parcel", NULL, false }, { "node", "astro", NULL, false }, { "node", "nuxt", NULL, false },
	{ "node", "nuxi", "nuxt", false }, { "node", "@nuxt/cli", "nuxt", false },
	{ "node", "nitropack", "nitro", false }, { "node", "@remix-run/dev", "remix", false },
	{ "node", "@remix-run/serve", "remix", false }, { "node", "remix", NULL, false },
	{ "node", "remix-serve", "remix", false }, { "node", "@react-router/dev", "react-router", false },
	{ "node", "@react-router/serve", "react-router", false }, { "node", "react-router", NULL, false },
	{ "node", "react-scripts", NULL, false }, { "node", "@angular/cli", "angular", false },
	{ "node", "ng", "angular", false }, { "node", "@vue/cli-service", "vue-cli", false },
	{ "node", "vue-cli-service", "vue-cli", false }, { "node", "@sveltejs/kit", "sveltekit", false },
	{ "node", "gatsby", NULL, false }, { "node", "gatsby-cli", "gatsby", false },
	{ "node", "storybook", NULL, false }, { "node", "start-storybook", "storybook", false },
	{ "node", "@storybook/cli", "storybook", false }, { "node", "@nestjs/cli", "nestjs", false },
	{ "node", "nest", "nestjs", false }, { "node", "@docusaurus/core", "docusaurus", false },
	{ "node", "docusaurus", NULL, false }, { "node", "vitepress", NULL, false },
	{ "node", "@11ty/eleventy", "eleventy", false }, { "node", "ember-cli", "ember", false },
	{ "node", "expo", NULL, false }, { "node", "@expo/cli", "expo", false },
	{ "node", "metro", NULL, false }, { "node", "react-native", NULL, false },
	{ "node", "wrangler", NULL, false }, { "node", "miniflare", "wrangler", false },
	{ "node", "firebase-tools", "firebase", false }, { "node", "firebase", NULL, false },
	{ "node", "netlify-cli", "netlify", false }, { "node", "netlify", NULL, false },
	{ "node", "vercel", NULL, false }, { "node", "serve", NULL, false },
	{ "node", "http-server", NULL, false }, { "node", "live-server", NULL, false },
	{ "node", "browser-sync", NULL, false }, { "node", "json-server", NULL, false },
	{ "node", "prisma", NULL, false }, { "node", "drizzle-kit", NULL, false },
	{ "node", "vitest", NULL, false }, { "node", "jest", NULL, false },
	{ "node", "cypress", NULL, false }, { "node", "playwright", NULL, false },
	{ "node", "@playwright/test", "playwright", false }, { "node", "pm2", NULL, false },
	{ "node", "npm", NULL, false }, { "node", "yarn", NULL, false }, { "node", "pnpm", NULL, false },
	{ "node", "turbo", NULL, false }, { "node", "nx", NULL, false }, { "node", "node-red", NULL, false },
	{ "node", "n8n", NULL, false }, { "node", "@strapi/strapi", "strapi", false },
	{ "node", "@medusajs/cli", "medusa", false }, { "node", "tsx", NULL, true },
	{ "node", "ts-node", NULL, true }, { "node", "ts-node-dev", NULL, true },
	{ "node", "nodemon", NULL, true }, { "node", "vite-node", NULL, true },
	{ "node", "@swc-node/register", NULL, true }, { "node", "@babel/node", "babel-node", true },

	{ "python", "django", NULL, false }, { "python", "django-admin", "django", false },
	{ "python", "manage.py", "django", false }, { "python", "flask", NULL, false },
	{ "python", "fastapi", NULL, false }, { "python", "uvicorn", NULL, false },
	{ "python", "gunicorn", NULL, false }, { "python", "hypercorn", NULL, false },
	{ "python", "daphne", NULL, false }, { "python", "granian", NULL, false },
	{ "python", "waitress-serve", "waitress", false }, { "python", "sanic", NULL, false },
	{ "python", "litestar", NULL, false }, { "python", "aiohttp", NULL, false },
	{ "python", "http.server", NULL, false }, { "python", "SimpleHTTPServer", "http.server", false },
	{ "python", "jupyter", NULL, false }, { "python", "jupyter-lab", "jupyter", false },
	{ "python", "jupyterlab", "jupyter", false }, { "python", "jupyter-notebook", "jupyter", false },
	{ "python", "notebook", "jupyter", false }, { "python", "jupyter_server", "jupyter", false },
	{ "python", "jupyter-server", "jupyter", false },
	{ "python", "ipykernel_launcher", "jupyter", false }, { "python", "ipykernel", "jupyter", false },
	{ "python", "jupyterhub", NULL, false }, { "python", "streamlit", NULL, false },
	{ "python", "gradio", NULL, false }, { "python", "chainlit", NULL, false },
	{ "python", "marimo", NULL, false }, { "python", "tensorboard", NULL, false },
	{ "python", "mlflow", NULL, false }, { "python", "vllm", NULL, false },
	{ "python", "celery", NULL, false }, { "python", "airflow", NULL, false },
	{ "python", "dagster", NULL, false }, { "python", "mkdocs", NULL, false },
	{ "python", "sphinx-autobuild", "sphinx", false }, { "python", "supervisord", NULL, false },
	{ "python", "odoo", NULL, false }, { "python", "odoo-bin", "odoo", false },
	{ "python", "locust", NULL, false }, { "python", "mitmproxy", NULL, false },
	{ "python", "mitmweb", "mitmproxy", false }, { "python", "localstack", NULL, false },
	{ "python", "pgadmin4", NULL, false }, { "python", "aiosmtpd", NULL, false },
	{ "python", "debugpy", NULL, true }, { "python", "coverage", NULL, true },
	{ "python", "pdb", NULL, true },

	{ "ruby", "rails", NULL, false }, { "ruby", "spring", "rails", false },
	{ "ruby", "puma", NULL, false }, { "ruby", "unicorn", NULL, false },
	{ "ruby", "unicorn_rails", "rails", false }, { "ruby", "thin", NULL, false },
	{ "ruby", "falcon", NULL, false }, { "ruby", "rackup", "rack", false },
	{ "ruby", "Passenger", "passenger", false }, { "ruby", "jekyll", NULL, false },
	{ "ruby", "middleman", NULL, false }, { "ruby", "sidekiq", NULL, false },
	{ "ruby", "bridgetown", NULL, false }, { "ruby", "mailcatcher", NULL, false },
	{ "ruby", "bundle", NULL, true },

	{ "php", "artisan", "laravel", false }, { "php", "console", "symfony", false },
	{ "php", "wp", "wordpress", false }, { "php", "drush", "drupal", false },

	{ "perl", "plackup", "plack", false }, { "perl", "morbo", "mojolicious", false },
	{ "perl", "starman", NULL, false }, { "perl", "hypnotoad", "mojolicious", false },
};

/* A part of an argument (or of the executable's path) that tells more than the script does. In this order. */
static const struct hint {
	const char *language;    /* NULL = of any program, and only in the executable's path */
	const char *part, *name;
} hints[] = {
	{ NULL, "/.vscode-server", "vscode" }, { NULL, "/.vscode/", "vscode" },
	{ NULL, "/vscode-server/", "vscode" }, { NULL, "/code-server/", "vscode" },
	{ NULL, "/.cursor-server/", "cursor" }, { NULL, "/.cursor/", "cursor" },
	{ NULL, "/.windsurf-server/", "windsurf" }, { NULL, "/JetBrains/", "jetbrains" },
	{ NULL, "/go-build", "go" },

	{ "node", "/.vscode-server", "vscode" }, { "node", "/.vscode/", "vscode" },
	{ "node", "/.cursor-server/", "cursor" }, { "php", "/laravel/", "laravel" },

	{ "java", "spring-boot", "spring" }, { "java", "springframework", "spring" },
	{ "java", "quarkus", "quarkus" }, { "java", "micronaut", "micronaut" },
	{ "java", "elasticsearch", "elasticsearch" }, { "java", "opensearch", "opensearch" },
	{ "java", "logstash", "logstash" }, { "java", "kafka.Kafka", "kafka" },
	{ "java", "zookeeper", "zookeeper" }, { "java", "cassandra", "cassandra" },
	{ "java", "neo4j", "neo4j" }, { "java", "keycloak", "keycloak" }, { "java", "jenkins", "jenkins" },
	{ "java", "catalina", "tomcat" }, { "java", "jetty", "jetty" }, { "java", "solr", "solr" },
	{ "java", "activemq", "activemq" }, { "java", "DynamoDBLocal", "dynamodb-local" },
	{ "java", "wiremock", "wiremock" }, { "java", "selenium", "selenium" },
	{ "java", "metabase", "metabase" }, { "java", "GradleDaemon", "gradle" },
	{ "java", "gradle-wrapper", "gradle" }, { "java", "org.codehaus.plexus.classworlds", "maven" },
	{ "java", "org.eclipse.equinox.launcher", "eclipse" }, { "java", "com.intellij", "jetbrains" },
	{ "java", "org.apache.spark", "spark" }, { "java", "flink", "flink" },
	{ "java", "clojure", "clojure" },

	{ "erlang", "phx.server", "phoenix" }, { "erlang", "rabbit", "rabbitmq" },
	{ "erlang", "ejabberd", "ejabberd" }, { "erlang", "couchdb", "couchdb" },
	{ "erlang", "emqx", "emqx" }, { "erlang", "elixir", "elixir" },
};

/* What the files of the project make of a name: "node server.js" beside a next.config.js. */
static const struct refinement {
	const char *name;
	uint8_t file;            /* enum project_file */
	const char *refined;
} refinements[] = {
	{ "puma", PROJECT_RAILS, "rails" }, { "unicorn", PROJECT_RAILS, "rails" },
	{ "thin", PROJECT_RAILS, "rails" }, { "rack", PROJECT_RAILS, "rails" },
	{ "passenger", PROJECT_RAILS, "rails" }, { "falcon", PROJECT_RAILS, "rails" },
	{ "gunicorn", PROJECT_DJANGO, "django" }, { "uvicorn", PROJECT_DJANGO, "django" },
	{ "daphne", PROJECT_DJANGO, "django" }, { "hypercorn", PROJECT_DJANGO, "django" },
	{ "php", PROJECT_LARAVEL, "laravel" }, { "php", PROJECT_SYMFONY, "symfony" },
	{ "node", PROJECT_NEXT, "next.js" }, { "node", PROJECT_NUXT, "nuxt" },
	{ "node", PROJECT_ASTRO, "astro" }, { "node", PROJECT_ANGULAR, "angular" },
	{ "node", PROJECT_REMIX, "remix" }, { "vite", PROJECT_REMIX, "remix" },
	{ "vite", PROJECT_SVELTE, "sveltekit" }, { "elixir", PROJECT_MIX, "elixir" },
};

#endif
