/* A listening port and where it leads: a value. */
#ifndef MODEL_FORWARD_H
#define MODEL_FORWARD_H

#include <stdbool.h>
#include <stdint.h>
#include "base/slice.h"

struct forward {                     /* texts raw, borrowed from a command line; empty = not given */
	const char *program;         /* static: "ssh", "sshd", "kubectl", "socat", "docker-proxy" */
	struct slice address;        /* where it listens: as it was given, without brackets */
	struct slice host, target;   /* where it leads: host and port, or a path, or another address */
	struct slice via;            /* ssh: the destination; kubectl: the context */
	struct slice name_space;     /* kubectl's --namespace */
	uint16_t port;               /* where it listens; 0 = the kernel chose it */
	uint8_t protocol;            /* enum protocol */
	uint8_t target_protocol;     /* where this machine itself connects to it, and it is known; else 0 */
	bool is_socks;               /* leads wherever the client wants */
	bool is_session;             /* sshd's: leads to where its client is; via is its user */
	bool is_reverse;             /* listens at the other end (ssh -R): no port of this machine */
};

#endif
