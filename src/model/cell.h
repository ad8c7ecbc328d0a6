/* What each column reads from a row: `cell_X` the value, `cell_X_add` how it looks where that is not the
 * value itself, `cell_X_compare` its order where that is not the order of values. Only the column table
 * (column.c) calls them. */
#ifndef MODEL_CELL_H
#define MODEL_CELL_H

#include "model/tracker.h"
#include "model/value.h"

struct value cell_none(const struct row *row);           /* of a column made for the eye */

/* cell_socket.c: what its socket says. */
void cell_sign_add(struct buf *out, const struct row *row);
int cell_weight_compare(const struct row *a, const struct row *b);
struct value cell_host(const struct row *row);
struct value cell_port(const struct row *row);
void cell_port_add(struct buf *out, const struct row *row);
int cell_key_compare(const struct row *a, const struct row *b);
struct value cell_peer(const struct row *row);
struct value cell_address(const struct row *row);
void cell_address_add(struct buf *out, const struct row *row);
int cell_address_compare(const struct row *a, const struct row *b);
struct value cell_netns(const struct row *row);
struct value cell_protocol(const struct row *row);
struct value cell_family(const struct row *row);
struct value cell_state(const struct row *row);
void cell_state_add(struct buf *out, const struct row *row);
struct value cell_range(const struct row *row);
int cell_range_compare(const struct row *a, const struct row *b);
struct value cell_service(const struct row *row);
const char *cell_service_name(const struct row *row);    /* safe; NULL = not known */
struct value cell_clients(const struct row *row);
struct value cell_queue(const struct row *row);
void cell_queue_add(struct buf *out, const struct row *row);
struct value cell_exposure(const struct row *row);
int cell_exposure_compare(const struct row *a, const struct row *b);
struct value cell_device(const struct row *row);
struct value cell_inode(const struct row *row);
struct value cell_cookie(const struct row *row);
struct value cell_uid(const struct row *row);
struct value cell_ephemeral(const struct row *row);
struct value cell_v6only(const struct row *row);
struct value cell_sockets(const struct row *row);
struct value cell_expires(const struct row *row);
void cell_expires_add(struct buf *out, const struct row *row);

/* cell_owner.c: what is known about who has it. */
struct value cell_process(const struct row *row);
void cell_process_add(struct buf *out, const struct row *row);
struct value cell_pid(const struct row *row);
void cell_pid_add(struct buf *out, const struct row *row);
struct value cell_owner(const struct row *row);
void cell_owner_add(struct buf *out, const struct row *row);
struct value cell_age(const struct row *row);
void cell_age_add(struct buf *out, const struct row *row);
void cell_history_add(struct buf *out, const struct row *row);
int cell_history_compare(const struct row *a, const struct row *b);      /* what changed last, first */
struct value cell_project(const struct row *row);
struct value cell_unit(const struct row *row);
struct value cell_directory(const struct row *row);
void cell_directory_add(struct buf *out, const struct row *row);
struct value cell_command(const struct row *row);
void cell_command_add(struct buf *out, const struct row *row);

#endif
