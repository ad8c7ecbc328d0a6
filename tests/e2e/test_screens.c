/* The screens as literal text, on a recording: what a user sees is what stands here, to the last blank. A
 * change of the screen changes this file, and is seen in its diff. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "replay.h"

enum { KEYS_MAX = 4 };

struct screen_case {
	const char *name;
	int rows, cols;
	const char *keys[KEYS_MAX];  /* typed one after the other, each settled */
	const char *const *screen;
};

/* The listeners at the size that everybody has. */
static const char *const listeners_80x24[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"   PORT ADDRESS    STATE      RANGE      PROCESS   PID OWNER      AGE NOTE",
	"!    22 0.0.0.0    LISTEN     well-known ?           ? root         - exposed",
	"!    22 :: v6only  LISTEN     well-known ?           ? root         - exposed",
	"?    53 127.0.0.53 LISTEN     well-known ?           ? systemd-r…   -",
	"?    53 127.0.0.53 UDP        well-known ?           ? systemd-r…   -",
	"?   631 127.0.0.1  LISTEN     well-known ?           ? root         -",
	"?   631 ::1        LISTEN     well-known ?           ? root         -",
	"   3000 127.0.0.1  LISTEN     registered node     4211 alice      11m",
	"z  4000 127.0.0.1  LISTEN     registered ruby     7001 alice      23h stopped",
	"!  5353 0.0.0.0    UDP        registered ?           ? avahi        - exposed",
	"   5432 127.0.0.1  LISTEN     registered postgres  911 postgres    3d",
	"t >5432 127.0.0.1  TIME-WAIT  registered -           - -            - 21s left,…",
	"   5432 ::1        LISTEN     registered postgres  911 postgres    3d",
	"   6006 127.0.0.1  LISTEN     registered node     3999 alice      19m",
	"b  7000 127.0.0.1  BOUND      registered python3  5005 alice      29m",
	"t  7450 127.0.0.1  CLOSE-WAIT registered python3  5005 alice        -",
	"   7700 127.0.0.1  LISTEN     registered shard +1 4400 alice      39m x2",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"──────────────────────────────────────────────────────────────────────── 1/25 ──",
	" 0.0.0.0:22 tcp · owner not visible",
	" opened by root · 0 clients · queue 0/128",
	" ! exposed: 0.0.0.0 answers on every interface of this machine · bind it to 127…",
	" k kill  c copy  Enter details  / filter  s sort  Tab view  ? help  q quit",
	NULL
};

/* Wider: more columns, the whole of the row, every count. */
static const char *const listeners_140x40[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped · 1 full · 1 bound · 1 deleted · 3 leftover                       replay  60s  12:03:17",
	"   PORT ADDRESS    STATE      RANGE      PROCESS      PID OWNER           AGE NOTE           SERVICE    PROJECT CLIENTS UNIT",
	"!    22 0.0.0.0    LISTEN     well-known ?              ? root              - exposed        ssh        -             0 -",
	"!    22 :: v6only  LISTEN     well-known ?              ? root              - exposed        ssh        -             0 -",
	"?    53 127.0.0.53 LISTEN     well-known ?              ? systemd-resolve   -                domain     -             0 -",
	"?    53 127.0.0.53 UDP        well-known ?              ? systemd-resolve   -                domain     -             - -",
	"?   631 127.0.0.1  LISTEN     well-known ?              ? root              -                ipp        -             0 -",
	"?   631 ::1        LISTEN     well-known ?              ? root              -                ipp        -             0 -",
	"   3000 127.0.0.1  LISTEN     registered node        4211 alice           11m                dev-http   -             3 session-3.scope",
	"z  4000 127.0.0.1  LISTEN     registered ruby        7001 alice           23h stopped        dev-http   -             0 session-3.scope",
	"!  5353 0.0.0.0    UDP        registered ?              ? avahi             - exposed        mdns       -             - -",
	"   5432 127.0.0.1  LISTEN     registered postgres     911 postgres         3d                postgresql -             0 postgresql@15-main.…",
	"t >5432 127.0.0.1  TIME-WAIT  registered -              - -                 - 21s left, 1 c… postgresql -             - -",
	"   5432 ::1        LISTEN     registered postgres     911 postgres         3d                postgresql -             0 postgresql@15-main.…",
	"   6006 127.0.0.1  LISTEN     registered node        3999 alice           19m                storybook  -             0 session-3.scope",
	"b  7000 127.0.0.1  BOUND      registered python3     5005 alice           29m                -          -             - session-3.scope",
	"t  7450 127.0.0.1  CLOSE-WAIT registered python3     5005 alice             -                -          -             - session-3.scope",
	"   7700 127.0.0.1  LISTEN     registered shard +1    4400 alice           39m x2             -          -             0 session-3.scope",
	"t  8000 127.0.0.1  TIME-WAIT  registered -              - -                 - 46s left, x2   dev-http   -             - -",
	"   8001 127.0.0.1  LISTEN     registered gunicorn +2 6500 alice            1h                dev-http   -             0 session-3.scope",
	"!  8080 0.0.0.0    LISTEN     registered python3     5001 alice            2h exposed        http-alt   -             0 session-3.scope",
	"   8125 127.0.0.1  UDP        registered statsd      5200 alice            1d                statsd     -             - statsd.service",
	"f  8500 127.0.0.1  LISTEN     registered mockapi     7450 alice            1h queue 6/5      consul     -             0 session-3.scope",
	"   9000 127.0.0.1  LISTEN     registered java        6120 alice           44m                dev-http   -             0 session-3.scope",
	"   9229 ::1        LISTEN     registered node        4211 alice           11m                node-debug -             0 session-3.scope",
	"d 50051 127.0.0.1  LISTEN     dynamic    grpc-server 7600 alice            6h deleted, ephe… grpc       -             0 session-3.scope",
	"  62893 127.0.0.1  LISTEN     dynamic    node        5120 alice            4m                -          -             0 session-3.scope",
	"",
	"",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── 1/25 ──",
	" 0.0.0.0:22 tcp · owner not visible",
	" opened by root · 0 clients · queue 0/128",
	" ! exposed: 0.0.0.0 answers on every interface of this machine · bind it to 127.0.0.1 or ::1 if only this machine shall reach it",
	" localhost reaches this over IPv4 only; [::1]:22 reaches [::]:22",
	"",
	" k kill  c copy  o open  w why  Enter details  / filter  s sort  Tab view  ? help  q quit",
	NULL
};

/* The smallest size with a table, a rule and keys. */
static const char *const listeners_40x8[] = {
	"lotop  devbox      replay  60s  12:03:17",
	"  PORT ADDRESS    STATE  PROCESS  PID",
	"!   22 0.0.0.0    LISTEN ?          ?",
	"!   22 :: v6only  LISTEN ?          ?",
	"?   53 127.0.0.53 LISTEN ?          ?",
	"?   53 127.0.0.53 UDP    ?          ?",
	"──────────────────────────────── 1/25 ──",
	" k kill  ? help  q quit",
	NULL
};

/* Everything known about one row, with where it was read. */
static const char *const details[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	" Details",
	"Socket",
	"address        127.0.0.1:3000  tcp over ipv4                           recording",
	"state          LISTEN                                                  recording",
	"range          registered                                               RFC 6335",
	"service        dev-http                                         known port names",
	"exposure       loopback                                       address and device",
	"queue          0 of 511 waiting for accept                             recording",
	"clients        3 connected from this machine                             counted",
	"open since     11:51:21, for 11m                             seen, or start time",
	"opened by      uid 1000 (alice)                                        recording",
	"inode          30000                                                   recording",
	"cookie         0xc9                                                    recording",
	"cgroup         5000                                                    recording",
	"reach          localhost reaches this over IPv4 only; [::1]:3000 has no listener",
	"                                                                 listener lookup",
	"",
	"Held by node 4211",
	"role           server                                 /proc/4211/program and age",
	"unit           session-3.scope                                 /proc/4211/cgroup",
	"command        node /home/alice/shop/node_modules/.bin/next dev",
	"───────────────────────────────────────────────────────────────────── 1-20/35 ──",
	" k kill  c copy  o open  w why  Esc back  ? help  F10 quit",
	NULL
};

/* Its last line, at the end of the page. */
static const char *const details_end[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	" Details",
	"",
	"Held by node 4211",
	"role           server                                 /proc/4211/program and age",
	"unit           session-3.scope                                 /proc/4211/cgroup",
	"command        node /home/alice/shop/node_modules/.bin/next dev",
	"                                                              /proc/4211/cmdline",
	"program        /usr/bin/node                                      /proc/4211/exe",
	"directory      /home/alice/shop                                   /proc/4211/cwd",
	"user           alice                                           /proc/4211/status",
	"terminal       pts/3                                             /proc/4211/stat",
	"parents        node 4200 < npm run dev 4199 < 8200               /proc/4211/stat",
	"group          4199, session 8200                                /proc/4211/stat",
	"state          S (sleeping)                                      /proc/4211/stat",
	"started        11:51:21, for 11m                                 /proc/4211/stat",
	"cgroup         /user.slice/user-1000.slice/session-3.scope     /proc/4211/cgroup",
	"descriptors    21                                                  /proc/4211/fd",
	"",
	"What could not be seen",
	"owners         owners hidden: other users' processes",
	"               run with sudo to see them",
	"──────────────────────────────────────────────────────────────────── 16-35/35 ──",
	" k kill  c copy  o open  w why  Esc back  ? help  F10 quit",
	NULL
};

/* The help, made from the table of keys. */
static const char *const help[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	" Help",
	"Listeners",
	"Up             one line up",
	"Down           one line down",
	"PgUp           one screen up",
	"PgDn           one screen down",
	"Home g         to the first line",
	"End G          to the last line",
	"Enter          details: everything that is known, and where it was read",
	"k F9           end the process: shows first what dies, TERM preselected",
	"K              the same with KILL preselected",
	"c              copy the address: 127.0.0.1:3000",
	"u              copy the URL: http://127.0.0.1:3000",
	"y              copy something else: curl, PID, command line",
	"o              open the URL in the browser",
	"w              why: what holds this port, who reaches it, and what to do",
	"Space          tag this row: kill and copy are about the tagged rows then",
	"U              take all tags away",
	"t              group by process, by project, not at all",
	"Left           fold the group",
	"Right          unfold the group",
	"──────────────────────────────────────────────────────────────────── 1-20/160 ──",
	" Esc back  F10 quit",
	NULL
};

/* No events yet says so. */
static const char *const events_empty[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	" Events",
	"",
	"  Nothing has opened or closed since lotop was started.",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"────────────────────────────────────────────────────────────────────────────────",
	" / filter  Tab view  Esc back  ? help  q quit",
	NULL
};

/* The chooser of the sort column, with what each column means. */
static const char *const sort[] = {
	"lo┌ Sort by 1-22/30 ─────────────────────────────────────────────────────────┐17",
	"  │ >   PORT          local port; >8000 stands for all client ports that we… │",
	"! │     ADDRESS       local address; 0.0.0.0 is any IPv4, * any IPv4 or IPv… │",
	"! │     NETNS         the other network namespace that it listens in: its n… │",
	"? │     PROTO         tcp or udp                                             │",
	"? │     FAMILY        ipv4 or ipv6                                           │",
	"? │     STATE         LISTEN, BOUND (not listening), UDP, or what is left o… │",
	"? │     RANGE         IANA: well-known (0-1023), registered (1024-49151), d… │",
	"  │     PROCESS       the process that serves, +N other holders; a unit whe… │",
	"z │     PID           its process id                                         │",
	"! │     OWNER         the user who made the socket                           │",
	"  │     AGE           since when it is open, as far as seen; else since whe… │",
	"t │     NOTE          what happened, marks, the time until a leftover is fr… │,…",
	"  │     SERVICE       what usually listens on this port                      │",
	"  │     PROJECT       the project that its process works in, and the branch  │",
	"b │     CLIENTS       established connections to it                          │",
	"t │     UNIT          the container or the systemd unit that it is in        │",
	"  │     QUEUE         connections that wait to be accepted / how many may    │",
	" 7│     EXPOSURE      loopback: this machine only; wildcard: the network, t… │",
	"──│     DEVICE        the network device it is bound to                      │──",
	" 0│     INODE         inode of the socket, as in /proc/PID/fd                │",
	" o│     COOKIE        the kernel's number of the socket, never used twice    │",
	" !│     UID           user id of the owner                                   │7…",
	"  └──────────────────────────────────────────────────────────────────────────┘",
	NULL
};

/* What can be copied of this row, as it will be copied. */
static const char *const copy_menu[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"  PORT ADDRESS   STATE  RANGE      PROCESS   PID OWNER AGE NOTE",
	"  3000 127.0.0.1 LISTEN registered node     4211 alice 11m",
	"",
	"",
	"",
	"",
	"",
	"  ┌ Copy ────────────────────────────────────────────────────────────────────┐",
	"  │ > c address       127.0.0.1:3000                                         │",
	"  │   u URL           http://localhost:3000                                  │",
	"  │   h curl          curl -v 'http://localhost:3000/'                       │",
	"  │   p PID           4211                                                   │",
	"  │   l command line  node /home/alice/shop/node_modules/.bin/next dev       │",
	"  └──────────────────────────────────────────────────────────────────────────┘",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"── filter: port:3000 · 24 hidden ──────────────────────────────────────── 1/1 ──",
	" 127.0.0.1:3000 tcp · node 4211 · node /home/alice/shop/node_modules/.bin/next …",
	" /home/alice/shop · next.js · pts/3 · parent node 4200 · 3 clients · queue 0/511",
	" localhost reaches this over IPv4 only; [::1]:3000 has no listener",
	NULL
};

/* A filter applies while it is typed. */
static const char *const filter_typing[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"   PORT ADDRESS   STATE  RANGE      PROCESS   PID OWNER AGE NOTE",
	"   3000 127.0.0.1 LISTEN registered node     4211 alice 11m",
	"   6006 127.0.0.1 LISTEN registered node     3999 alice 19m",
	"   9229 ::1       LISTEN registered node     4211 alice 11m",
	"  62893 127.0.0.1 LISTEN dynamic    node     5120 alice  4m",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"── filter: proc:node · 21 hidden ──────────────────────────────────────── 1/4 ──",
	" 127.0.0.1:3000 tcp · node 4211 · node /home/alice/shop/node_modules/.bin/next …",
	" /home/alice/shop · next.js · pts/3 · parent node 4200 · 3 clients · queue 0/511",
	" localhost reaches this over IPv4 only; [::1]:3000 has no listener",
	"/proc:node",
	NULL
};

/* A filter that does not parse says why, and shows what it would have. */
static const char *const filter_error[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"  PORT ADDRESS   STATE  RANGE      PROCESS  PID OWNER AGE NOTE",
	"",
	"  Nothing matches \"prt\": 25 hidden.",
	"  Esc clears the filter, / changes it.",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"── filter: prt · 25 hidden ─────────────────────────────────────────────────────",
	"",
	"",
	"",
	"/prt:3  unknown field 'prt': did you mean port?",
	NULL
};

/* A table that is empty says why, and what to try. */
static const char *const filter_nothing[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"  PORT ADDRESS   STATE  RANGE      PROCESS  PID OWNER AGE NOTE",
	"",
	"  Nothing matches \"no-such-thing\": 25 hidden.",
	"  Esc clears the filter, / changes it.",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"── filter: no-such-thing · 25 hidden ───────────────────────────────────────────",
	"",
	"",
	"",
	" / filter  s sort  Tab view  ? help  q quit",
	NULL
};

/* Under replay nothing is signalled. */
static const char *const kill_refused[] = {
	"lotop  devbox   21 listening · 4 exposed · 1 stopped       replay  60s  12:03:17",
	"  PORT ADDRESS   STATE  RANGE      PROCESS   PID OWNER AGE NOTE",
	"  3000 127.0.0.1 LISTEN registered node     4211 alice 11m",
	"",
	"",
	"",
	"",
	"",
	"        ┌ Kill ────────────────────────────────────────────────────────┐",
	"        │ node 4211  alice  up 11m  /home/alice/shop: node             │",
	"        │ /home/alice/shop/node_modules/.bin/next dev                  │",
	"        │ this is a recording: nothing is signalled                    │",
	"        │                                                              │",
	"        │ Esc close                                                    │",
	"        └──────────────────────────────────────────────────────────────┘",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"── filter: port:3000 · 24 hidden ──────────────────────────────────────── 1/1 ──",
	" 127.0.0.1:3000 tcp · node 4211 · node /home/alice/shop/node_modules/.bin/next …",
	" /home/alice/shop · next.js · pts/3 · parent node 4200 · 3 clients · queue 0/511",
	" localhost reaches this over IPv4 only; [::1]:3000 has no listener",
	NULL
};

/* `a` adds what loopback cannot reach, `l` takes leftovers away. */
static const char *const all[] = {
	"lotop  devbox   22 listening · 5 exposed · 1 stopped       replay  60s  12:03:17",
	"  PORT ADDRESS      STATE  RANGE      PROCESS    PID OWNER AGE NOTE",
	"b 7000 127.0.0.1    BOUND  registered python3   5005 alice 29m",
	"! 7400 192.168.1.20 LISTEN registered syncthing 7700 alice  2d exposed",
	"  7700 127.0.0.1    LISTEN registered shard +1  4400 alice 39m x2",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	"",
	" 7 owners hidden: other users' processes; run with sudo to see them",
	"── leftovers hidden ────────────────────────────────── all  no leftovers  1/3 ──",
	" 127.0.0.1:7000 tcp BOUND · python3 5005 · python3 worker.py",
	" /home/alice/worker · python · pts/11 · parent 8200",
	" b bound: python3 5005: bound to the port, but not listening · if it stays so, …",
	" k kill  c copy  Enter details  / filter  s sort  Tab view  ? help  q quit",
	NULL
};

static const struct screen_case cases[] = {
	{ "listeners_80x24", 24, 80, {  NULL }, listeners_80x24 },
	{ "listeners_140x40", 40, 140, {  NULL }, listeners_140x40 },
	{ "listeners_40x8", 8, 40, {  NULL }, listeners_40x8 },
	{ "details", 24, 80, { "/port:3000" KEY_ENTER, KEY_ENTER }, details },
	{ "details_end", 24, 80, { "/port:3000" KEY_ENTER, KEY_ENTER, "G" }, details_end },
	{ "help", 24, 80, { "?" }, help },
	{ "events_empty", 24, 80, { KEY_BACK_TAB }, events_empty },
	{ "sort", 24, 80, { "s" }, sort },
	{ "copy_menu", 24, 80, { "/port:3000" KEY_ENTER, "y" }, copy_menu },
	{ "filter_typing", 24, 80, { "/proc:node" }, filter_typing },
	{ "filter_error", 24, 80, { "/prt:3" }, filter_error },
	{ "filter_nothing", 24, 80, { "/no-such-thing" KEY_ENTER }, filter_nothing },
	{ "kill_refused", 24, 80, { "/port:3000" KEY_ENTER, "k" }, kill_refused },
	{ "all", 24, 80, { "/port:7000-8000" KEY_ENTER, "a", "l" }, all },
};

static void test_screen(void **state)
{
	const struct screen_case *c = *state;
	struct term *t = replay_start(c->rows, c->cols, "desk", NULL);

	for (int i = 0; i < KEYS_MAX && c->keys[i]; i++) {
		term_type(t, c->keys[i]);
		term_settle(t);
	}
	assert_true(term_shows(t, c->screen));
	term_free(t);
}

/* Too small for anything, then large again: the same screen as before. */
static void test_one_cell(void **state)
{
	struct term *t = replay_start(1, 1, "desk", NULL);

	(void)state;
	term_type(t, KEY_DOWN "k" KEY_ENTER KEY_ESCAPE "?" KEY_ESCAPE);
	term_settle(t);
	term_type(t, KEY_HOME);
	term_resize(t, 24, 80);
	assert_true(term_shows(t, listeners_80x24));
	term_resize(t, 40, 140);
	assert_true(term_shows(t, listeners_140x40));
	term_resize(t, 8, 40);
	assert_true(term_shows(t, listeners_40x8));
	term_free(t);
}

/* Every small size draws without harm. */
static void test_small_sizes(void **state)
{
	struct term *t = replay_start(24, 80, "desk", NULL);

	(void)state;
	for (int rows = 12; rows > 0; rows--)
		for (int cols = 50; cols > 0; cols -= 7) {
			term_resize(t, rows, cols);
			term_pump(t, 20);
		}
	term_resize(t, 24, 80);
	assert_true(term_shows(t, listeners_80x24));
	term_free(t);
}

int main(void)
{
	enum { CASES = sizeof cases / sizeof *cases };
	struct CMUnitTest tests[CASES + 2] = {
		[CASES] = cmocka_unit_test(test_one_cell), [CASES + 1] = cmocka_unit_test(test_small_sizes),
	};

	for (size_t i = 0; i < CASES; i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, test_screen, NULL, NULL, (void *)(uintptr_t)&cases[i] };
	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
