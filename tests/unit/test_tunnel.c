/* model/tunnel and model/ssh_forwards: every spelling that the programs' manuals have, and what is no
 * tunnel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/tunnel.h"

#define LINE(literal) { literal, sizeof(literal) }           /* with its last NUL, as the kernel gives it */

static const struct {
	struct slice command;
	const char *local;               /* a listener of the process; "udp " before it for UDP */
	const char *text;                /* where it leads; NULL = not told */
} cases[] = {
	/* ssh -L: joined, apart, in a cluster, with an address, IPv6, sockets, a command behind, options
	 * behind the host */
	{ LINE("ssh\0-L\0" "8080:db:5432\0bastion"), "127.0.0.1:8080", "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-L8080:db:5432\0alice@bastion"), "[::1]:8080", "db:5432 through alice@bastion (ssh)" },
	{ LINE("/usr/bin/ssh\0-fNL\0" "8080:db:5432\0bastion"), "127.0.0.1:8080",
	  "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-NTL8080:db:5432\0bastion"), "127.0.0.1:8080", "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0bastion\0-N\0-L\0" "8080:db:5432"), "127.0.0.1:8080", "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-p\0" "2222\0-i\0key\0-L\0" "8080:db:5432\0-v\0bastion\0sleep\0" "99"), "127.0.0.1:8080",
	  "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-L\0" "127.0.0.2:8080:db:5432\0bastion"), "127.0.0.2:8080",
	  "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-L\0[::1]:8080:[fd00::5]:80\0bastion"), "[::1]:8080",
	  "[fd00::5]:80 through bastion (ssh)" },
	{ LINE("ssh\0-L\0:8080:db:5432\0bastion"), "0.0.0.0:8080", "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-L\0*:8080:db:5432\0bastion"), "0.0.0.0:8080", "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-L\0" "8080:/run/db.sock\0bastion"), "127.0.0.1:8080",
	  "/run/db.sock through bastion (ssh)" },
	{ LINE("ssh\0-L\0localhost:8080:/run/db.sock\0bastion"), "127.0.0.1:8080",
	  "/run/db.sock through bastion (ssh)" },
	{ LINE("ssh\0-L\0/tmp/a.sock:db:5432\0bastion"), "127.0.0.1:5432", NULL },
	{ LINE("ssh\0-L\0" "1:a:1\0-L\0" "2:b:2\0-L\0" "3:c:3\0bastion"), "127.0.0.1:2",
	  "b:2 through bastion (ssh)" },
	{ LINE("ssh\0-L\0" "127.0.0.1:80:a:1\0-L\0" "127.0.0.2:80:b:2\0bastion"), "127.0.0.2:80",
	  "b:2 through bastion (ssh)" },
	{ LINE("ssh\0-o\0LocalForward=8080 db:5432\0bastion"), "127.0.0.1:8080",
	  "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-olocalforward 127.0.0.1:8080 db:5432\0bastion"), "127.0.0.1:8080",
	  "db:5432 through bastion (ssh)" },
	{ LINE("ssh\0-o\0LocalForward = [::1]:8080 /run/db.sock\0bastion"), "[::1]:8080",
	  "/run/db.sock through bastion (ssh)" },
	{ LINE("ssh\0-D\0" "1080\0bastion"), "127.0.0.1:1080", "SOCKS proxy through bastion (ssh)" },
	{ LINE("ssh\0-CND*:1080\0bastion"), "0.0.0.0:1080", "SOCKS proxy through bastion (ssh)" },
	{ LINE("ssh\0-o\0DynamicForward=1080\0bastion"), "127.0.0.1:1080",
	  "SOCKS proxy through bastion (ssh)" },
	{ LINE("ssh\0-R\0" "8080:localhost:3000\0bastion"), "127.0.0.1:8080", NULL },
	{ LINE("ssh\0bastion\0cat\0-L\0" "8080:db:5432"), "127.0.0.1:8080", NULL },
	{ LINE("ssh\0-L\0" "8080:db:5432\0bastion"), "udp 127.0.0.1:8080", NULL },
	{ LINE("ssh\0-L\0" "8080:db:5432\0bastion"), "127.0.0.1:8081", NULL },
	{ LINE("ssh\0-L\0" "8080:a:b:c:d:e\0bastion"), "127.0.0.1:8080", NULL },
	{ LINE("ssh\0-L\0" "99999:db:5432\0bastion"), "127.0.0.1:34463", NULL },
	{ LINE("ssh\0-L"), "127.0.0.1:8080", NULL },
	{ LINE("ssh\0-L\0[::1:8080:db:1\0bastion"), "127.0.0.1:8080", NULL },

	/* sshd: what a client asked for with -R */
	{ LINE("sshd: alice\0\0\0"), "127.0.0.1:8080", "the other end of an ssh session of alice (sshd)" },
	{ LINE("sshd: alice@pts/0"), "[::1]:8080", "the other end of an ssh session of alice (sshd)" },
	{ LINE("sshd-session: al ice@notty"), "127.0.0.1:6010",
	  "the other end of an ssh session of al ice (sshd)" },
	{ LINE("sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"), "0.0.0.0:22", NULL },
	{ LINE("sshd: alice [priv]"), "127.0.0.1:8080", NULL },
	{ LINE("sshd: /usr/sbin/sshd -D"), "0.0.0.0:22", NULL },
	{ LINE("sshd: "), "0.0.0.0:22", NULL }, { LINE("sshd:"), "0.0.0.0:22", NULL },
	{ LINE("/usr/sbin/sshd\0-D"), "0.0.0.0:22", NULL },

	/* kubectl */
	{ LINE("kubectl\0port-forward\0svc/web\0" "8080:80"), "127.0.0.1:8080", "svc/web:80 (kubectl)" },
	{ LINE("kubectl\0-n\0shop\0--context=prod\0port-forward\0pod/db-0\0" "5432"), "127.0.0.1:5432",
	  "pod/db-0:5432 in namespace shop of prod (kubectl)" },
	{ LINE("kubectl\0port-forward\0--address\0" "0.0.0.0\0deploy/web\0" "8080:http\0" "9090\0-nshop"),
	  "0.0.0.0:9090",
	  "deploy/web:9090 in namespace shop (kubectl)" },
	{ LINE("kubectl\0port-forward\0svc/web\0:80"), "127.0.0.1:41234", "svc/web:80 (kubectl)" },
	{ LINE("kubectl\0port-forward\0svc/web\0:80\0:81"), "127.0.0.1:41234", NULL },
	{ LINE("k3s\0kubectl\0port-forward\0svc/web\0" "8080:80"), "127.0.0.1:8080", "svc/web:80 (kubectl)" },
	{ LINE("kubectl\0proxy\0--port=8001"), "127.0.0.1:8001", NULL },
	{ LINE("kubectl\0get\0port-forward\0" "8001"), "127.0.0.1:8001", NULL },

	/* socat: either order, any case, other kinds of targets */
	{ LINE("socat\0TCP-LISTEN:8080,fork,reuseaddr\0TCP:db:5432"), "0.0.0.0:8080", "db:5432 (socat)" },
	{ LINE("socat\0-d\0-d\0tcp4-l:8080,bind=127.0.0.1\0tcp4-connect:db:5432,retry=3"), "127.0.0.1:8080",
	  "db:5432 (socat)" },
	{ LINE("socat\0TCP:[fd00::5]:80\0TCP6-LISTEN:8080"), "[::1]:8080", "[fd00::5]:80 (socat)" },
	{ LINE("socat\0TCP-LISTEN:8080\0UNIX-CONNECT:/run/db.sock"), "127.0.0.1:8080",
	  "/run/db.sock (socat)" },
	{ LINE("socat\0TCP-LISTEN:8080\0EXEC:/bin/cat,pty"), "127.0.0.1:8080", "EXEC:/bin/cat (socat)" },
	{ LINE("socat\0TCP-LISTEN:8080\0-"), "127.0.0.1:8080", "- (socat)" },
	{ LINE("socat\0UDP-RECVFROM:53,fork\0UDP:10.0.0.1:53"), "udp 127.0.0.1:53", "10.0.0.1:53 (socat)" },
	{ LINE("socat\0TCP:a:1\0TCP:b:2"), "127.0.0.1:1", NULL },
	{ LINE("socat\0TCP-LISTEN:8080"), "127.0.0.1:8080", NULL },

	/* docker */
	{ LINE("/usr/bin/docker-proxy\0-proto\0tcp\0-host-ip\0" "0.0.0.0\0-host-port\0" "8080\0"
	       "-container-ip\0" "172.17.0.2\0"
	       "-container-port\0" "80\0-use-listen-fd"), "0.0.0.0:8080", "172.17.0.2:80 (docker-proxy)" },
	{ LINE("docker-proxy\0--proto=udp\0--host-ip=::\0--host-port=53\0--container-ip=fd00::2\0"
	       "--container-port=53"),
	  "udp [::]:53", "[fd00::2]:53 (docker-proxy)" },
	{ LINE("docker-proxy\0-proto\0sctp\0-host-port\0" "80\0-container-ip\0x\0-container-port\0" "80"),
	  "0.0.0.0:80", NULL },
	{ LINE("docker-proxy"), "127.0.0.1:80", NULL },

	/* others, and text that wants to break the screen */
	{ LINE("rootlessport"), "127.0.0.1:8080", NULL },
	{ LINE("sshd: alice [priv]"), "127.0.0.1:8080", NULL },
	{ LINE(""), "127.0.0.1:8080", NULL },
	{ LINE("ssh\0-L\0" "8080:\033[2J:1\0$(reboot)\n"), "127.0.0.1:8080",
	  "\\x1b[2J:1 through $(reboot)\\x0a (ssh)" },
};

/* "udp [::1]:53" */
static struct endpoint endpoint(const char *text)
{
	struct slice rest = slice_of(text), port;
	struct endpoint e = { .protocol = PROTOCOL_TCP };
	const char *colon;

	if (slice_starts(rest, "udp ")) {
		e.protocol = PROTOCOL_UDP;
		rest = slice_from(rest, 4);
	}
	colon = memrchr(rest.ptr, ':', rest.len);
	port = slice_from(rest, (size_t)(colon - rest.ptr) + 1);
	rest.len = (size_t)(colon - rest.ptr);
	if (slice_starts(rest, "["))
		rest = (struct slice){ rest.ptr + 1, rest.len - 2 };
	assert_int_equal(endpoint_parse_address(rest, &e), 0);
	assert_int_equal(endpoint_parse_port(port, &e.port), 0);
	return e;
}

static void tells_where_it_leads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct endpoint local = endpoint(cases[i].local);
		struct forward f = { .program = "untouched" };
		struct buf text = { 0 };
		bool is_known = tunnel_find(cases[i].command, &local, &f);

		print_message("case %zu: %s\n", i, cases[i].local);
		assert_int_equal(is_known, cases[i].text != NULL);
		if (is_known) {
			tunnel_add_text(&text, &f);
			assert_string_equal(buf_string(&text), cases[i].text);
		} else {
			assert_string_equal(f.program, "untouched");
		}
		buf_done(&text);
	}
}

static void lists_all_of_them(void **state)
{
	static const struct slice command =
		LINE("ssh\0-L\0" "1:a:1\0-R\0" "2:b:2\0-R\0" "3\0-R\0/run/x:c:4\0-D\0" "5\0host");
	struct forward all[TUNNEL_FORWARDS_MAX];

	(void)state;
	assert_int_equal(tunnel_parse(command, all, TUNNEL_FORWARDS_MAX), 4);
	assert_false(all[0].is_reverse || all[0].is_socks);
	assert_true(all[1].is_reverse && !all[1].is_socks && slice_is(all[1].target, "2"));
	assert_true(all[2].is_reverse && all[2].is_socks && all[2].port == 3);
	assert_true(!all[3].is_reverse && all[3].is_socks && all[3].port == 5);
	assert_int_equal(tunnel_parse(command, all, 1), 1);
	assert_int_equal(tunnel_parse(command, all, 0), 0);
}

/* A command line may be cut anywhere (it is read up to a limit). */
static void takes_any_beginning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t len = 0; len <= cases[i].command.len; len++) {
			struct forward all[TUNNEL_FORWARDS_MAX];
			size_t count = tunnel_parse((struct slice){ cases[i].command.ptr, len }, all,
			  TUNNEL_FORWARDS_MAX);

			for (size_t k = 0; k < count; k++) {
				struct buf text = { 0 };

				tunnel_add_text(&text, &all[k]);
				assert_true(text.len > 0);
				buf_done(&text);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_where_it_leads),
		cmocka_unit_test(lists_all_of_them),
		cmocka_unit_test(takes_any_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
