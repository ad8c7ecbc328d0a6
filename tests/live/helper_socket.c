/* Owns the table of situations: `helper_socket NAME PORT` makes one, prints "ready {what it made}" (or
 * "skip WHY"), and holds it until its stdin closes. `helper_socket --list` prints the names. Refuses to
 * know what lotop says about it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "make.h"

struct situation {
	const char *name;
	void (*make)(struct made *m, uint16_t port);
};

static const struct situation situations[] = {
	{ "listen_v4", make_listen_v4 },
	{ "listen_v4_other", make_listen_v4_other },
	{ "listen_v6", make_listen_v6 },
	{ "listen_any4", make_listen_any4 },
	{ "listen_dual", make_listen_dual },
	{ "listen_any6_only", make_listen_any6_only },
	{ "listen_mapped", make_listen_mapped },
	{ "listen_device", make_listen_device },
	{ "listen_other_device", make_listen_other_device },
	{ "listen_link_local", make_listen_link_local },
	{ "listen_foreign_address", make_listen_foreign_address },
	{ "listen_mptcp", make_listen_mptcp },
	{ "listen_unbound", make_listen_unbound },
	{ "reuseport", make_reuseport },
	{ "shadow", make_shadow },
	{ "split", make_split },
	{ "queue_waiting", make_queue_waiting },
	{ "queue_full", make_queue_full },
	{ "udp_v4", make_udp_v4 },
	{ "udp_v6", make_udp_v6 },
	{ "udp_any", make_udp_any },
	{ "udp_sharers", make_udp_sharers },
	{ "udp_full", make_udp_full },
	{ "udp_kernel", make_udp_kernel },
	{ "bound", make_bound },
	{ "bound_v6", make_bound_v6 },
	{ "shutdown", make_shutdown },
	{ "destroyed", make_destroyed },
	{ "bound_beside_listener", make_bound_beside_listener },
	{ "time_wait_server", make_time_wait_server },
	{ "time_wait_client", make_time_wait_client },
	{ "time_wait_v6", make_time_wait_v6 },
	{ "fin_wait_1", make_fin_wait_1 },
	{ "fin_wait_2", make_fin_wait_2 },
	{ "close_wait", make_close_wait },
	{ "last_ack", make_last_ack },
	{ "closing", make_closing },
	{ "inherited", make_inherited },
	{ "inherited_other", make_inherited_other },
	{ "leaked", make_leaked },
	{ "orphan", make_orphan },
	{ "daemon", make_daemon },
	{ "prefork", make_prefork },
	{ "two_descriptors", make_two_descriptors },
	{ "in_flight", make_in_flight },
	{ "io_uring", make_io_uring },
	{ "io_uring_accept", make_io_uring_accept },
	{ "zombie_leader", make_zombie_leader },
	{ "thread_table", make_thread_table },
	{ "stopped", make_stopped },
	{ "deleted_directory", make_deleted_directory },
	{ "deleted_program", make_deleted_program },
	{ "undumpable", make_undumpable },
	{ "moved_namespace", make_moved_namespace },
	{ "foreign_namespace", make_foreign_namespace },
	{ "server", make_server },
	{ "ignores_term", make_ignores_term },
	{ "supervised", make_supervised },
	{ "wrapped", make_wrapped },
	{ "wrapped_shared", make_wrapped_shared },
};

enum { SITUATIONS = sizeof situations / sizeof *situations };

static int list_names(void)
{
	for (int i = 0; i < SITUATIONS; i++)
		puts(situations[i].name);
	return 0;
}

static const struct situation *find(const char *name)
{
	for (int i = 0; i < SITUATIONS; i++)
		if (!strcmp(situations[i].name, name))
			return &situations[i];
	return NULL;
}

static void hold_until_closed(void)
{
	char byte;

	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	struct made made = { 0 };

	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list_names();
	const struct situation *s = argc == 3 ? find(argv[1]) : NULL;
	if (!s) {
		fprintf(stderr, "usage: helper_socket --list | NAME PORT\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	s->make(&made, (uint16_t)atoi(argv[2]));
	fputs("ready ", stdout);
	made_print(&made, stdout);
	putchar('\n');
	fflush(stdout);
	hold_until_closed();
	holders_end();
	return 0;
}
