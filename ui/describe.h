/* Sentences about one row, for the strip below the table, the details and messages: safe text, one line each.
 * Nothing is appended where there is nothing to say. Pure. */
#ifndef UI_DESCRIBE_H
#define UI_DESCRIBE_H

#include "base/buf.h"
#include "action/lineage.h"
#include "model/connection.h"
#include "model/row.h"

#define DOT " \u00b7 "                   /* between two things on a line */

struct subject {                         /* what the sentences are about */
	const struct snapshot *snapshot; /* of the frame */
	const struct row *row;
	const struct lineage *lineage;   /* of the process `lineage_pid`, beyond what the snapshot has; NULL = none */
	int32_t lineage_pid;
	const char *home;                /* the user's home directory, safe, shown as ~; NULL = not known */
	unsigned columns;                /* a line has: the command is shortened to fit; 0 = no matter */
};

/* "127.0.0.1:3000", "client ports to :3000"; device NULL = none. */
void describe_key(struct buf *out, const struct row_key *key, const char *device);
void describe_endpoint(struct buf *out, const struct row *row);                  /* the same, and "in netns" */
void describe_identity(struct buf *out, const struct subject *about);    /* endpoint, owner, command */
void describe_place(struct buf *out, const struct subject *about);       /* directory, parent, clients ... */
void describe_reach(struct buf *out, const struct subject *about);       /* where localhost leads */
void describe_health(struct buf *out, const struct subject *about);      /* the main mark and its evidence */
void describe_others(struct buf *out, const struct subject *about);      /* other holders of the socket */
void describe_past(struct buf *out, const struct subject *about);       /* the last ten minutes */
/* The sentences about a row in the order of their weight: false behind the last; nothing to say is empty. */
bool describe_sentence(struct buf *out, const struct subject *about, unsigned index);
/* Likewise about a connection: its client, its server, its state. `columns` as in a subject. */
bool describe_connection(struct buf *out, const struct connection *c, const char *home, unsigned columns,
			 unsigned index);
/* "npm 4200": the parent of a process. */
void describe_parent(struct buf *out, const struct subject *about, const struct process_fact *of);
void describe_path(struct buf *out, const char *safe, const char *home);

#endif
