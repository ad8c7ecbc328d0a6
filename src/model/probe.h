/* What was asked and tried about one port, raw: the facts that no table of sockets has. A platform fills it
 * (platform_ops.probe), model/why reads it. A plain value; what was not tried says so. Texts are RAW.
 * Sources: bind(2), connect(2), tcp(7), ip(7); sock_diag(7) for lookups and drop counters. */
#ifndef MODEL_PROBE_H
#define MODEL_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include "model/facts.h"

enum {
	PROBE_UNTRIED = -1,
	PROBE_ADDRESSES = 32, PROBE_CONNECTIONS = 4, PROBE_RULES = 4, PROBE_ELSEWHERE = 4, PROBE_FAMILIES = 2,
	PROBE_UNHELD = 4, PROBE_WAITERS = 4,
	PROBE_TEXT = 160, PROBE_NAME = 16
};

enum probe_form {                    /* addresses that a server may ask for */
	FORM_LOOPBACK_V4, FORM_ANY_V4, FORM_LOOPBACK_V6, FORM_ANY_V6 /* v6only */, FORM_DUAL, FORM_GIVEN,
	FORM_COUNT
};

struct bind_trial {                  /* 0 = can be bound, errno (positive), PROBE_UNTRIED */
	int16_t plain;
	int16_t reuse;               /* with SO_REUSEADDR */
};

enum probe_target { TARGET_V4 /* 127.0.0.1 */, TARGET_V6 /* ::1 */, TARGET_GIVEN, TARGET_COUNT };

struct probe_lookup { /* who takes a packet to that address, by the kernel's own lookup; no NAT */
	int16_t error;               /* 0 = `socket` does; ENOENT = nobody; PROBE_UNTRIED */
	struct socket_fact socket;
};

struct tcp_counters {                /* by how much these of /proc/net/netstat grew: of all sockets here */
	uint32_t listen_overflows, request_queue_full, md5_missing;
};

struct probe_attempt {               /* one connection, reset at once */
	struct endpoint to;          /* family 0 = not tried */
	int16_t error;               /* 0 = connected; ETIMEDOUT = no answer until the deadline; errno */
	uint8_t server_state; /* of the socket at the other end, in this namespace; 0 = there is none */
	bool is_accepted;            /* some process has that socket, or has had it and answered */
	bool was_listening;          /* the lookup found a listener before */
	int32_t elapsed_ms;
	uint32_t drops;              /* by how much the listener's own drop counter grew */
	uint32_t unread_connections; /* accepted ones of that port that had bytes waiting before and after */
	uint32_t unread_bytes;       /* the sum of those */
	struct tcp_counters counters;
};

enum rule_verdict { RULE_DROP, RULE_REJECT, RULE_REDIRECT };

struct probe_rule {                  /* a rule of nftables that names the port */
	uint8_t verdict;             /* enum rule_verdict */
	uint8_t family;              /* enum family that it is for; 0 = both */
	char chain[PROBE_TEXT / 2];  /* "inet filter input" */
	char text[PROBE_TEXT];       /* as nft lists it */
};

struct probe_connection {            /* a connected socket whose local port it is, on any local address */
	struct socket_fact socket;
	int32_t pid;                 /* 0 = not known */
	char name[PROBE_NAME];
};

struct probe_elsewhere {             /* a listener with this port in another network namespace */
	struct endpoint local;
	int32_t pid;                 /* some process of that namespace; 0 = none was seen */
	char name[PROBE_NAME];       /* its name */
	char netns[PROBE_NAME];      /* what ip-netns(8) calls the namespace; "" = nothing */
	char container[PROBE_NAME];  /* of that process, its short id or name; "" = none */
};

struct probe_process {
	int32_t pid;                 /* 0 = not asked for */
	uint32_t fds, fd_limit;      /* open descriptors, RLIMIT_NOFILE; 0 = not known */
	int8_t is_frozen;            /* enum tristate: its cgroup is */
};

enum unheld_place {
	UNHELD_RING,                 /* in the file table of its io_uring: proof */
	UNHELD_ACCEPT,               /* it has an io_uring in which an accept waits: perhaps on this socket */
	UNHELD_MESSAGE               /* descriptors are on their way to its unix socket: perhaps this one */
};

struct probe_unheld {                /* who has a socket that no process has open */
	uint8_t place;               /* enum unheld_place */
	int32_t pid;
	char name[PROBE_NAME];
};

struct probe {
	bool is_possible;            /* false: nothing was asked (a recording); all below is unknown */
	struct bind_trial binds[FORM_COUNT];
	int16_t any_port;            /* bind to port 0, which the kernel chooses: as bind_trial.plain */
	struct probe_lookup lookups[TARGET_COUNT];
	int8_t loopback_is_up;       /* enum tristate */
	bool knows_addresses;        /* every address of this machine is in `addresses` */
	struct endpoint addresses[PROBE_ADDRESSES]; /* family, address, device */
	uint32_t address_count;
	int8_t is_reserved;          /* enum tristate: in net.ipv4.ip_local_reserved_ports */
	uint8_t localhost[PROBE_FAMILIES];          /* enum family, in getaddrinfo's order for "localhost" */
	uint32_t localhost_count;    /* 0 = not known */
	struct probe_connection connections[PROBE_CONNECTIONS];
	uint32_t connection_count;
	struct probe_elsewhere elsewhere[PROBE_ELSEWHERE];
	uint32_t elsewhere_count;
	struct probe_rule rules[PROBE_RULES];
	uint32_t rule_count;
	int16_t rules_error;         /* 0 = all were read; errno: EPERM, ENOENT (no nft), EIO (it failed) */
	struct probe_attempt attempt;
	struct probe_process process;
	struct wait_fact waiters[PROBE_WAITERS];     /* of the listener; their texts are static */
	uint32_t waiter_count;
	struct probe_unheld unheld[PROBE_UNHELD];
	uint32_t unheld_count;
};

void probe_init(struct probe *p);    /* nothing was tried */

#endif
