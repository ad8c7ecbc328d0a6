/* Owns what a port number means before anybody listens on it. The table of development ports names what
 * developers meet there today; for most of these numbers IANA's register (and so /etc/services) has a
 * product of the nineties: 3000 hbci, 5000 commplex-main, 8000 irdmi, 9000 cslistener.
 * Refuses to look at sockets or processes: a service here is what usually listens, not what does. */
#include "model/ports.h"

#include <stdlib.h>

enum { WELL_KNOWN_LAST = 1023, REGISTERED_LAST = 49151 };    /* RFC 6335 section 6 */

enum { TCP = 1, UDP = 2, BOTH = TCP | UDP };

struct development_service {
	uint16_t port;
	uint8_t protocols;       /* TCP, UDP */
	const char *name;
};

/* Ascending by port, each once: it is searched by halves. */
static const struct development_service development_services[] = {
	{ 1025, TCP, "mail-catcher" },
	{ 1080, TCP, "socks" },
	{ 1234, TCP, "dev-http" },
	{ 1313, TCP, "hugo" },
	{ 1337, TCP, "dev-http" },
	{ 1433, TCP, "mssql" },
	{ 1521, TCP, "oracle" },
	{ 1880, TCP, "node-red" },
	{ 1883, TCP, "mqtt" },
	{ 1900, UDP, "ssdp" },
	{ 2019, TCP, "caddy-admin" },
	{ 2181, TCP, "zookeeper" },
	{ 2375, TCP, "docker" },
	{ 2376, TCP, "docker-tls" },
	{ 2379, TCP, "etcd" },
	{ 2380, TCP, "etcd-peer" },
	{ 3000, TCP, "dev-http" },
	{ 3001, TCP, "dev-http" },
	{ 3002, TCP, "dev-http" },
	{ 3003, TCP, "dev-http" },
	{ 3100, TCP, "loki" },
	{ 3128, TCP, "http-proxy" },
	{ 3306, TCP, "mysql" },
	{ 3333, TCP, "dev-http" },
	{ 3389, TCP, "rdp" },
	{ 4000, TCP, "dev-http" },
	{ 4040, TCP, "spark-ui" },
	{ 4173, TCP, "vite-preview" },
	{ 4200, TCP, "angular" },
	{ 4222, TCP, "nats" },
	{ 4317, TCP, "otlp-grpc" },
	{ 4318, TCP, "otlp-http" },
	{ 4321, TCP, "astro" },
	{ 4369, TCP, "epmd" },
	{ 4444, TCP, "selenium" },
	{ 4567, TCP, "sinatra" },
	{ 5000, TCP, "dev-http" },
	{ 5001, TCP, "dev-http" },
	{ 5005, TCP, "java-debug" },
	{ 5037, TCP, "adb" },
	{ 5173, TCP, "vite" },
	{ 5174, TCP, "vite" },
	{ 5353, UDP, "mdns" },
	{ 5355, BOTH, "llmnr" },
	{ 5432, TCP, "postgresql" },
	{ 5433, TCP, "postgresql" },
	{ 5500, TCP, "live-server" },
	{ 5555, TCP, "prisma-studio" },
	{ 5601, TCP, "kibana" },
	{ 5671, TCP, "amqps" },
	{ 5672, TCP, "amqp" },
	{ 5678, TCP, "debugpy" },
	{ 5900, TCP, "vnc" },
	{ 5901, TCP, "vnc" },
	{ 5984, TCP, "couchdb" },
	{ 6000, TCP, "x11" },
	{ 6006, TCP, "storybook" },
	{ 6333, TCP, "qdrant" },
	{ 6379, TCP, "redis" },
	{ 6380, TCP, "redis" },
	{ 6443, TCP, "kubernetes" },
	{ 6650, TCP, "pulsar" },
	{ 7233, TCP, "temporal" },
	{ 7474, TCP, "neo4j-http" },
	{ 7687, TCP, "neo4j-bolt" },
	{ 7860, TCP, "gradio" },
	{ 8000, TCP, "dev-http" },
	{ 8001, TCP, "dev-http" },
	{ 8008, TCP, "dev-http" },
	{ 8025, TCP, "mail-catcher-ui" },
	{ 8080, TCP, "http-alt" },
	{ 8081, TCP, "http-alt" },
	{ 8086, TCP, "influxdb" },
	{ 8088, TCP, "http-alt" },
	{ 8123, TCP, "home-assistant" },
	{ 8125, UDP, "statsd" },
	{ 8200, TCP, "vault" },
	{ 8265, TCP, "ray" },
	{ 8384, TCP, "syncthing" },
	{ 8443, TCP, "https-alt" },
	{ 8500, TCP, "consul" },
	{ 8501, TCP, "streamlit" },
	{ 8529, TCP, "arangodb" },
	{ 8787, TCP, "wrangler" },
	{ 8888, TCP, "jupyter" },
	{ 8983, TCP, "solr" },
	{ 9000, TCP, "dev-http" },
	{ 9001, TCP, "dev-http" },
	{ 9003, TCP, "xdebug" },
	{ 9042, TCP, "cassandra" },
	{ 9090, TCP, "prometheus" },
	{ 9092, TCP, "kafka" },
	{ 9093, TCP, "alertmanager" },
	{ 9099, TCP, "firebase" },
	{ 9100, TCP, "node-exporter" },
	{ 9200, TCP, "elasticsearch" },
	{ 9222, TCP, "chrome-debug" },
	{ 9229, TCP, "node-debug" },
	{ 9300, TCP, "elasticsearch" },
	{ 9411, TCP, "zipkin" },
	{ 9418, TCP, "git" },
	{ 10250, TCP, "kubelet" },
	{ 11211, BOTH, "memcached" },
	{ 11434, TCP, "ollama" },
	{ 15672, TCP, "rabbitmq-ui" },
	{ 16686, TCP, "jaeger" },
	{ 19000, TCP, "expo" },
	{ 19006, TCP, "expo" },
	{ 19530, TCP, "milvus" },
	{ 24678, TCP, "vite-hmr" },
	{ 25672, TCP, "rabbitmq" },
	{ 26257, TCP, "cockroachdb" },
	{ 26379, TCP, "redis-sentinel" },
	{ 27017, TCP, "mongodb" },
	{ 27018, TCP, "mongodb" },
	{ 33060, TCP, "mysqlx" },
	{ 35729, TCP, "livereload" },
	{ 41641, UDP, "tailscale" },
	{ 50051, TCP, "grpc" },
	{ 51820, UDP, "wireguard" },
	{ 54321, TCP, "supabase" },
	{ 54322, TCP, "supabase-db" },
	{ 54323, TCP, "supabase-studio" },
};

static const char *const range_names[] = {
	[RANGE_WELL_KNOWN] = "well-known",
	[RANGE_REGISTERED] = "registered",
	[RANGE_DYNAMIC] = "dynamic",
};

enum port_range port_range(uint16_t port)
{
	if (port <= WELL_KNOWN_LAST)
		return RANGE_WELL_KNOWN;
	return port <= REGISTERED_LAST ? RANGE_REGISTERED : RANGE_DYNAMIC;
}

const char *port_range_name(enum port_range range)
{
	return range_names[range];
}

bool port_is_ephemeral(const struct kernel_limits *limits, uint16_t port)
{
	return limits->ephemeral_low && port >= limits->ephemeral_low && port <= limits->ephemeral_high;
}

bool port_is_privileged(const struct kernel_limits *limits, uint16_t port)
{
	return port < limits->unprivileged_start;
}

static int compare_port(const void *key, const void *item)
{
	const uint16_t *port = key;
	const struct development_service *service = item;

	return (*port > service->port) - (*port < service->port);
}

const char *port_development_service(uint8_t protocol, uint16_t port)
{
	size_t count = sizeof development_services / sizeof *development_services;
	const struct development_service *found =
		bsearch(&port, development_services, count, sizeof *development_services, compare_port);
	uint8_t wanted = protocol == PROTOCOL_UDP ? UDP : TCP;

	return found && found->protocols & wanted ? found->name : NULL;
}
