/* Where a tunnel leads, told from the command line of the program that keeps it open: which of its listening
 * ports goes to which target. A process may say what it likes there: a description, never a reason to do
 * something. Pure.
 * Sources: ssh(1), ssh_config(5), kubectl port-forward --help, socat(1), docker-proxy's own flags.
 * Not told: what stands in a configuration file, or comes by a pipe (rootlessport). */
#ifndef MODEL_TUNNEL_H
#define MODEL_TUNNEL_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "model/endpoint.h"
#include "model/forward.h"

enum { TUNNEL_FORWARDS_MAX = 64 };

/* At most `cap` of them. 0 = not a tunnel, or it cannot be told. */
size_t tunnel_parse(struct slice command, struct forward *out, size_t cap);
/* The one that listens there: by port and address, else by port alone, else the only one whose port the
 * kernel chose. */
bool tunnel_find(struct slice command, const struct endpoint *local, struct forward *out);
/* Appends "db:5432 through alice@bastion (ssh)": safe text. */
void tunnel_add_text(struct buf *out, const struct forward *f);

#endif
