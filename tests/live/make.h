/* Every situation that can be made here: each adds what it made to `m`, on ports from `port` to `port` +
 * 9, and keeps it for as long as the process lives. Grouped by file; the table of names stands in
 * helper_socket.c. */
#ifndef LIVE_MAKE_H
#define LIVE_MAKE_H

#include "made.h"

/* make_listener.c: listening, and where */
void make_listen_v4(struct made *m, uint16_t port);
void make_listen_v4_other(struct made *m, uint16_t port);
void make_listen_v6(struct made *m, uint16_t port);
void make_listen_any4(struct made *m, uint16_t port);
void make_listen_dual(struct made *m, uint16_t port);
void make_listen_any6_only(struct made *m, uint16_t port);
void make_listen_mapped(struct made *m, uint16_t port);
void make_listen_device(struct made *m, uint16_t port);
void make_listen_other_device(struct made *m, uint16_t port);
void make_listen_link_local(struct made *m, uint16_t port);
void make_listen_foreign_address(struct made *m, uint16_t port);
void make_listen_mptcp(struct made *m, uint16_t port);
void make_listen_unbound(struct made *m, uint16_t port);
void make_reuseport(struct made *m, uint16_t port);
void make_shadow(struct made *m, uint16_t port);
void make_split(struct made *m, uint16_t port);
void make_queue_waiting(struct made *m, uint16_t port);
void make_queue_full(struct made *m, uint16_t port);

/* make_udp.c */
void make_udp_v4(struct made *m, uint16_t port);
void make_udp_v6(struct made *m, uint16_t port);
void make_udp_any(struct made *m, uint16_t port);
void make_udp_sharers(struct made *m, uint16_t port);
void make_udp_full(struct made *m, uint16_t port);
void make_udp_kernel(struct made *m, uint16_t port);

/* make_leftover.c: the port is taken, but nobody listens */
void make_bound(struct made *m, uint16_t port);
void make_bound_v6(struct made *m, uint16_t port);
void make_shutdown(struct made *m, uint16_t port);
void make_destroyed(struct made *m, uint16_t port);
void make_bound_beside_listener(struct made *m, uint16_t port);
void make_time_wait_server(struct made *m, uint16_t port);
void make_time_wait_client(struct made *m, uint16_t port);
void make_time_wait_v6(struct made *m, uint16_t port);
void make_fin_wait_2(struct made *m, uint16_t port);
void make_fin_wait_1(struct made *m, uint16_t port);
void make_close_wait(struct made *m, uint16_t port);
void make_last_ack(struct made *m, uint16_t port);
void make_closing(struct made *m, uint16_t port);

/* make_holder.c: who holds it */
void make_prefork(struct made *m, uint16_t port);
void make_two_descriptors(struct made *m, uint16_t port);
void make_in_flight(struct made *m, uint16_t port);
void make_zombie_leader(struct made *m, uint16_t port);
void make_thread_table(struct made *m, uint16_t port);
void make_stopped(struct made *m, uint16_t port);
void make_deleted_directory(struct made *m, uint16_t port);
void make_deleted_program(struct made *m, uint16_t port);
void make_undumpable(struct made *m, uint16_t port);
void make_moved_namespace(struct made *m, uint16_t port);
void make_foreign_namespace(struct made *m, uint16_t port);

/* make_heir.c: what a server leaves behind */
void make_inherited(struct made *m, uint16_t port);
void make_inherited_other(struct made *m, uint16_t port);
void make_leaked(struct made *m, uint16_t port);
void make_orphan(struct made *m, uint16_t port);
void make_daemon(struct made *m, uint16_t port);

/* make_ring.c: no descriptor at all */
void make_io_uring(struct made *m, uint16_t port);
void make_io_uring_accept(struct made *m, uint16_t port);

/* make_server.c: what a kill meets */
void make_server(struct made *m, uint16_t port);
void make_ignores_term(struct made *m, uint16_t port);
void make_supervised(struct made *m, uint16_t port);
void make_wrapped(struct made *m, uint16_t port);
void make_wrapped_shared(struct made *m, uint16_t port);

#endif
