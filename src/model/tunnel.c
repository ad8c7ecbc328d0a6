/* Owns who keeps tunnels and how each says where they lead (ssh has a file of its own). Knows no socket. */
#include "model/tunnel.h"

#include <string.h>
#include "base/path.h"
#include "base/text.h"
#include "model/arguments.h"
#include "model/ssh_forwards.h"

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

static bool read_port(struct slice text, uint16_t *port)
{
	uint64_t number;

	if (!slice_to_u64(text, 10, &number) || number > UINT16_MAX)
		return false;
	*port = (uint16_t)number;
	return true;
}

/* The long options and -n, -s may stand anywhere, before "port-forward" too. */
static bool take_kubectl_option(struct slice argument, struct slice *rest, struct forward *f)
{
	static const char *const others[] = {
		"--kubeconfig", "--cluster", "--user", "--server", "-s", "--token", "--as", "--as-group",
		  "--as-uid",
		"--cache-dir", "--certificate-authority", "--client-certificate", "--client-key",
		  "--request-timeout",
		"--pod-running-timeout", "--tls-server-name", "--password", "--username", "--profile", "-v",
		  "--v", NULL,
	};
	struct slice value;

	if (arguments_option(argument, "-n", rest, &f->name_space) ||
	    arguments_option(argument, "--namespace", rest, &f->name_space) ||
	    arguments_option(argument, "--context", rest, &f->via) ||
	    arguments_option(argument, "--address", rest, &f->address))
		return true;
	for (const char *const *name = others; *name; name++)
		if (arguments_option(argument, *name, rest, &value))
			return true;
	return slice_starts(argument, "-");
}

/* "8080:80", "80" (the same at both ends), ":http" (any port here). */
static bool read_kubectl_ports(struct slice spec, struct forward *f)
{
	struct slice local = slice_cut(&spec, ':');

	f->target = spec.len ? spec : local;
	return f->target.len && (!local.len || read_port(local, &f->port));
}

static size_t parse_kubectl(struct slice rest, struct forward *out, size_t cap)
{
	struct forward common = { .program = "kubectl", .protocol = PROTOCOL_TCP };
	struct slice argument;
	size_t count = 0;
	bool is_forward = false;

	while (arguments_next(&rest, &argument)) {
		struct forward f = { 0 };

		if (take_kubectl_option(argument, &rest, &common) ||
		    (!is_forward && slice_is(argument, "kubectl")))
			continue;
		if (!is_forward && !slice_is(argument, "port-forward"))
			return 0;
		if (is_forward && !common.host.len)
			common.host = argument;
		else if (is_forward && count < cap && read_kubectl_ports(argument, &f))
			out[count++] = f;
		is_forward = true;
	}
	for (size_t i = 0; i < count; i++) {         /* options may have stood behind the ports */
		common.target = out[i].target;
		common.port = out[i].port;
		out[i] = common;
	}
	return count;
}

static const struct socat_keyword {
	const char *word;
	uint8_t protocol;        /* 0 = neither TCP nor UDP */
	bool is_listener;
} socat_keywords[] = {
	{ "TCP-LISTEN", PROTOCOL_TCP, true }, { "TCP-L", PROTOCOL_TCP, true },
	{ "TCP4-LISTEN", PROTOCOL_TCP, true }, { "TCP4-L", PROTOCOL_TCP, true },
	{ "TCP6-LISTEN", PROTOCOL_TCP, true }, { "TCP6-L", PROTOCOL_TCP, true },
	{ "OPENSSL-LISTEN", PROTOCOL_TCP, true }, { "SSL-LISTEN", PROTOCOL_TCP, true },
	{ "SSL-L", PROTOCOL_TCP, true },
	{ "UDP-LISTEN", PROTOCOL_UDP, true }, { "UDP-L", PROTOCOL_UDP, true },
	{ "UDP4-LISTEN", PROTOCOL_UDP, true }, { "UDP4-L", PROTOCOL_UDP, true },
	{ "UDP6-LISTEN", PROTOCOL_UDP, true }, { "UDP6-L", PROTOCOL_UDP, true },
	{ "UDP-RECVFROM", PROTOCOL_UDP, true }, { "UDP4-RECVFROM", PROTOCOL_UDP, true },
	{ "UDP6-RECVFROM", PROTOCOL_UDP, true }, { "UDP-RECV", PROTOCOL_UDP, true },
	{ "UDP4-RECV", PROTOCOL_UDP, true }, { "UDP6-RECV", PROTOCOL_UDP, true },
	{ "TCP", PROTOCOL_TCP, false }, { "TCP4", PROTOCOL_TCP, false }, { "TCP6", PROTOCOL_TCP, false },
	{ "TCP-CONNECT", PROTOCOL_TCP, false }, { "TCP4-CONNECT", PROTOCOL_TCP, false },
	{ "TCP6-CONNECT", PROTOCOL_TCP, false }, { "OPENSSL", PROTOCOL_TCP, false },
	{ "SSL", PROTOCOL_TCP, false }, { "OPENSSL-CONNECT", PROTOCOL_TCP, false },
	{ "UDP", PROTOCOL_UDP, false }, { "UDP4", PROTOCOL_UDP, false }, { "UDP6", PROTOCOL_UDP, false },
	{ "UDP-CONNECT", PROTOCOL_UDP, false }, { "UDP-SENDTO", PROTOCOL_UDP, false },
	{ "UDP4-SENDTO", PROTOCOL_UDP, false }, { "UDP6-SENDTO", PROTOCOL_UDP, false },
	{ "UNIX", 0, false }, { "UNIX-CONNECT", 0, false }, { "UNIX-CLIENT", 0, false },
	{ "GOPEN", 0, false },
};

static const struct socat_keyword *find_socat_keyword(struct slice word)
{
	for (size_t i = 0; i < sizeof socat_keywords / sizeof *socat_keywords; i++)
		if (word.len == strlen(socat_keywords[i].word) &&
		    slice_contains_nocase(word, slice_of(socat_keywords[i].word)))
			return &socat_keywords[i];
	return NULL;
}

/* "TCP-LISTEN:8080,bind=127.0.0.1,fork" */
static bool read_socat_listener(struct slice address, struct forward *f)
{
	struct slice parameters = slice_cut(&address, ','), word = slice_cut(&parameters, ':');
	const struct socat_keyword *keyword = find_socat_keyword(word);

	if (!keyword || !keyword->is_listener || !read_port(parameters, &f->port))
		return false;
	f->protocol = keyword->protocol;
	while (address.len) {
		struct slice value = slice_cut(&address, ','), name = slice_cut(&value, '=');

		if (slice_is(name, "bind"))
			f->address = slice_cut(&value, ':');
	}
	return true;
}

/* "TCP:db:5432", "UNIX:/run/x.sock"; another kind as it stands: "EXEC:/bin/cat". */
static void read_socat_target(struct slice address, struct forward *f)
{
	struct slice whole = slice_cut(&address, ','), rest = whole;
	const struct socat_keyword *keyword = find_socat_keyword(slice_cut(&rest, ':'));
	const char *colon = rest.len ? memrchr(rest.ptr, ':', rest.len) : NULL;

	if (!keyword || !rest.len) {
		f->host = whole;
		return;
	}
	f->host = rest;
	f->target_protocol = keyword->protocol;
	if (!colon || rest.ptr[0] == '/')
		return;
	f->host.len = (size_t)(colon - rest.ptr);
	f->target = slice_from(rest, f->host.len + 1);
	if (slice_starts(f->host, "[") && slice_ends(f->host, "]"))
		f->host = (struct slice){ f->host.ptr + 1, f->host.len - 2 };
}

/* The two last arguments are the addresses, either of which may be the listener. */
static size_t parse_socat(struct slice rest, struct forward *out, size_t cap)
{
	struct forward f = { .program = "socat" };
	struct slice first = { 0 }, last = { 0 }, argument;

	while (arguments_next(&rest, &argument)) {
		if (!argument.len)
			continue;
		first = last;
		last = argument;
	}
	if (!cap || !first.len)
		return 0;
	if (read_socat_listener(first, &f))
		read_socat_target(last, &f);
	else if (read_socat_listener(last, &f))
		read_socat_target(first, &f);
	else
		return 0;
	out[0] = f;
	return 1;
}

static size_t parse_docker_proxy(struct slice rest, struct forward *out, size_t cap)
{
	struct forward f = { .program = "docker-proxy", .protocol = PROTOCOL_TCP };
	struct slice argument, value;

	while (arguments_next(&rest, &argument)) {
		if (slice_starts(argument, "--"))
			argument = slice_from(argument, 1);
		if (arguments_option(argument, "-proto", &rest, &value))
			f.protocol = slice_is(value, "tcp") ? PROTOCOL_TCP :
				     slice_is(value, "udp") ? PROTOCOL_UDP : 0;
		else if (arguments_option(argument, "-host-port", &rest, &value))
			read_port(value, &f.port);
		else if (!arguments_option(argument, "-host-ip", &rest, &f.address) &&
			 !arguments_option(argument, "-container-ip", &rest, &f.host))
			arguments_option(argument, "-container-port", &rest, &f.target);
	}
	if (!cap || !f.port || !f.host.len)
		return 0;
	out[0] = f;
	return 1;
}

/* "sshd: alice@pts/0", "sshd-session: alice@notty", "sshd: alice": a session listens where its client wants it to (ssh
 * -R, X11). The daemon's own titles have a state in brackets: "[listener]", "[priv]". */
static bool is_session(struct slice title, struct slice *user)
{
	struct slice rest = title, daemon = slice_cut(&rest, ':');

	if ((!slice_is(daemon, "sshd") && !slice_is(daemon, "sshd-session")) || !slice_starts(rest, " ") ||
	    memchr(rest.ptr, '[', rest.len) || slice_starts(rest, " /"))
		return false;
	rest = slice_from(rest, 1);
	*user = slice_cut(&rest, '@');
	return user->len > 0;
}

static const struct keeper {
	const char *const *programs;
	size_t (*parse)(struct slice rest, struct forward *out, size_t cap);
} keepers[] = {
	{ LIST("ssh"), ssh_forwards_parse }, { LIST("kubectl", "oc", "k3s", "microk8s.kubectl"),
	  parse_kubectl },
	{ LIST("socat", "socat1"), parse_socat }, { LIST("docker-proxy"), parse_docker_proxy },
};

size_t tunnel_parse(struct slice command, struct forward *out, size_t cap)
{
	struct slice program = { 0 }, user;

	if (arguments_next(&command, &program) && cap && is_session(program, &user)) {
		out[0] = (struct forward){ .program = "sshd", .protocol = PROTOCOL_TCP, .via = user,
					   .is_session = true };
		return 1;
	}
	program = path_last(program);
	for (size_t i = 0; i < sizeof keepers / sizeof *keepers; i++)
		if (arguments_one_of(program, keepers[i].programs))
			return keepers[i].parse(command, out, cap);
	return 0;
}

static bool is_address(const struct forward *f, const struct endpoint *local)
{
	struct endpoint e = *local;

	if (!f->address.len || slice_is(f->address, "localhost"))
		return endpoint_is_loopback(local);
	if (slice_is(f->address, "*"))
		return endpoint_is_wildcard(local);
	return !endpoint_parse_address(f->address, &e) && endpoint_equal(&e, local);
}

enum fit { FIT_NONE, FIT_CHOSEN, FIT_PORT, FIT_ADDRESS };

static enum fit fit(const struct forward *f, const struct endpoint *local)
{
	if (f->is_reverse || f->protocol != local->protocol)
		return FIT_NONE;
	if (!f->port)
		return FIT_CHOSEN;
	if (f->port != local->port)
		return FIT_NONE;
	return is_address(f, local) ? FIT_ADDRESS : FIT_PORT;
}

bool tunnel_find(struct slice command, const struct endpoint *local, struct forward *out)
{
	struct forward all[TUNNEL_FORWARDS_MAX];
	const struct forward *best = NULL;
	size_t count = tunnel_parse(command, all, TUNNEL_FORWARDS_MAX), chosen = 0;
	enum fit best_fit = FIT_NONE;

	for (size_t i = 0; i < count; i++) {
		enum fit how = fit(&all[i], local);

		chosen += how == FIT_CHOSEN;
		if (how > best_fit) {
			best_fit = how;
			best = &all[i];
		}
	}
	if (!best || (best_fit == FIT_CHOSEN && chosen > 1))
		return false;
	*out = *best;
	return true;
}

static void add_part(struct buf *out, const char *before, struct slice raw, const char *behind)
{
	if (!raw.len)
		return;
	buf_add_string(out, before);
	text_escape(out, raw);
	buf_add_string(out, behind);
}

static void add_target(struct buf *out, const struct forward *f)
{
	bool is_v6 = f->target.len && f->host.len && memchr(f->host.ptr, ':', f->host.len);

	add_part(out, is_v6 ? "[" : "", f->host, is_v6 ? "]" : "");
	add_part(out, ":", f->target, "");
}

void tunnel_add_text(struct buf *out, const struct forward *f)
{
	if (f->is_socks)
		buf_add_string(out, "SOCKS proxy");
	else if (f->is_session)
		buf_add_string(out, "the other end of an ssh session");
	else
		add_target(out, f);
	add_part(out, " in namespace ", f->name_space, "");
	add_part(out, f->is_session || slice_is(slice_of(f->program), "kubectl") ? " of " : " through ", f->via, "");
	buf_add_string(out, " (");
	buf_add_string(out, f->program);
	buf_add_string(out, ")");
}
