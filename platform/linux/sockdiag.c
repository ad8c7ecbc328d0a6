/* Builds inet_diag requests and decodes inet_diag_msg with its attributes. Knows no socket, no retry and
 * no policy: what is asked for, and what a missing answer means, is sockets.c's business. */
#include "platform/linux/sockdiag.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include "platform/linux/message.h"

enum { KERNEL_CLOSE = 7, TIMER_TIME_WAIT = 3, NO_PROTOCOL = 0xffff };

/* What is asked for besides the fixed part. SHUTDOWN, SKV6ONLY and CGROUP_ID come unasked; ULP only with
 * INFO. */
static uint8_t extensions(bool wants_memory, bool wants_mptcp)
{
	uint8_t asked = wants_memory ? 1 << (INET_DIAG_SKMEMINFO - 1) : 0;

	return wants_mptcp ? asked | 1 << (INET_DIAG_INFO - 1) : asked;
}

uint32_t sockdiag_state_bit(enum socket_state state)
{
	return 1u << (state == SOCKET_UNCONN ? KERNEL_CLOSE : state);
}

static uint8_t kernel_family(uint8_t family)
{
	return family == FAMILY_IPV6 ? AF_INET6 : family == FAMILY_IPV4 ? AF_INET : AF_UNSPEC;
}

static void append(struct sockdiag_request *out, const void *bytes, size_t len)
{
	memcpy(out->bytes + out->len, bytes, len);
	out->len += len;
}

enum { OP = sizeof(struct inet_diag_bc_op), PORT = 2 * OP, COND = 8, V4 = OP + COND + 4, V6 = OP + COND + 16,
       LOOPBACK = V4 + OP + V6, RANGE = PORT + PORT + OP };

/* Offsets are in bytes: `yes` goes on with the next condition, `no` with another one; running exactly to the end of
 * the code accepts, 4 bytes further rejects. */
static void append_port(struct sockdiag_request *out, uint8_t code, uint16_t port, size_t no)
{
	const struct inet_diag_bc_op op[] = {{code, PORT, (uint16_t)no}, {.no = port}};

	append(out, op, sizeof op);
}

/* Who is below the first port of a range is in none of the later ones either. Who is in one goes on behind the last;
 * the last one needs no jump to there. */
static void append_ports(struct sockdiag_request *out, const struct sockdiag_ports *ports, size_t behind)
{
	for (size_t i = 0; i < ports->count; i++) {
		size_t left = (ports->count - i) * RANGE - OP;
		bool is_last = i + 1 == ports->count;
		const struct inet_diag_bc_op jump = {INET_DIAG_BC_JMP, OP, (uint16_t)(left - 2 * PORT)};

		append_port(out, INET_DIAG_BC_S_GE, ports->ranges[i].first, left + behind + OP);
		append_port(out, INET_DIAG_BC_S_LE, ports->ranges[i].last,
			    is_last ? left - PORT + behind + OP : PORT + OP);
		if (!is_last)
			append(out, &jump, sizeof jump);
	}
}

/* 127.0.0.0/8 matches IPv6 sockets with a mapped address too. The conditions are static: the hole in them is
 * zero. */
static void append_loopback(struct sockdiag_request *out)
{
	static const struct inet_diag_hostcond v4_cond = {AF_INET, 8, -1}, v6_cond = {AF_INET6, 128, -1};
	const struct inet_diag_bc_op v4 = {INET_DIAG_BC_S_COND, V4, V4 + OP};
	const struct inet_diag_bc_op jump = {INET_DIAG_BC_JMP, OP, OP + V6};
	const struct inet_diag_bc_op v6 = {INET_DIAG_BC_S_COND, V6, V6 + OP};
	const struct in_addr loopback = {htonl(INADDR_LOOPBACK)};

	append(out, &v4, sizeof v4);
	append(out, &v4_cond, COND);
	append(out, &loopback, sizeof loopback);
	append(out, &jump, sizeof jump);
	append(out, &v6, sizeof v6);
	append(out, &v6_cond, COND);
	append(out, &in6addr_loopback, sizeof in6addr_loopback);
}

static void append_filter(struct sockdiag_request *out, const struct sockdiag_ports *ports)
{
	size_t port_bytes = ports ? ports->count * RANGE - OP : 0;
	const struct nlattr header = {(uint16_t)(sizeof header + port_bytes + LOOPBACK), INET_DIAG_REQ_BYTECODE};

	append(out, &header, sizeof header);
	if (ports)
		append_ports(out, ports, LOOPBACK);
	append_loopback(out);
}

static void append_protocol(struct sockdiag_request *out, uint32_t protocol)
{
	const struct nlattr header = {sizeof header + sizeof protocol, INET_DIAG_REQ_PROTOCOL};

	append(out, &header, sizeof header);
	append(out, &protocol, sizeof protocol);
}

void sockdiag_dump(struct sockdiag_request *out, const struct sockdiag_query *query)
{
	struct inet_diag_sockid id = {.idiag_sport = htons(query->port),
				      .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}};
	struct inet_diag_req both = {
		.idiag_ext = extensions(!query->is_brief, query->wants_mptcp), .id = id, .idiag_states = query->states};
	struct inet_diag_req_v2 one = {.sdiag_family = kernel_family(query->family), .id = id,
				       .sdiag_protocol = query->protocol, .idiag_ext = both.idiag_ext,
				       .idiag_states = query->states};

	*out = (struct sockdiag_request){.is_dump = true, .protocol = query->protocol};
	out->type = query->family ? SOCK_DIAG_BY_FAMILY : TCPDIAG_GETSOCK;
	if (query->family)
		append(out, &one, sizeof one);
	else
		append(out, &both, sizeof both);
	if (!query->family && query->protocol != PROTOCOL_TCP)
		append_protocol(out, query->protocol);
	if (query->is_loopback_only)
		append_filter(out, query->ports);
}

void sockdiag_ask_attribute(struct sockdiag_request *out)
{
	const struct inet_diag_req nobody = {.id.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}};

	*out = (struct sockdiag_request){.type = TCPDIAG_GETSOCK, .protocol = PROTOCOL_TCP, .is_dump = true};
	append(out, &nobody, sizeof nobody);
	append_protocol(out, NO_PROTOCOL);
}

void sockdiag_exact(struct sockdiag_request *out, const struct endpoint *local, const struct endpoint *remote)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = kernel_family(local->family), .sdiag_protocol = local->protocol,
		.idiag_ext = extensions(true, true), .idiag_states = ~0u,
		.id = {.idiag_if = local->device, .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}},
	};
	struct endpoint nobody = {.family = local->family};
	const struct endpoint *source, *target;

	/* A mapped address is looked up among the IPv4 sockets only when both sides are mapped. */
	if (endpoint_is_v4_mapped(local))
		memset(nobody.address + 10, 0xff, 2);
	remote = remote ? remote : &nobody;
	source = local->protocol == PROTOCOL_UDP ? remote : local;
	target = local->protocol == PROTOCOL_UDP ? local : remote;
	request.id.idiag_sport = htons(source->port);
	request.id.idiag_dport = htons(target->port);
	memcpy(request.id.idiag_src, source->address, sizeof source->address);
	memcpy(request.id.idiag_dst, target->address, sizeof target->address);
	*out = (struct sockdiag_request){.type = SOCK_DIAG_BY_FAMILY, .protocol = local->protocol};
	append(out, &request, sizeof request);
}

void sockdiag_destroy(struct sockdiag_request *out, const struct socket_fact *socket)
{
	const uint32_t cookie[2] = {(uint32_t)socket->cookie, (uint32_t)(socket->cookie >> 32)};

	sockdiag_exact(out, &socket->local, &socket->remote);
	out->type = SOCK_DESTROY;
	memcpy(out->bytes + offsetof(struct inet_diag_req_v2, id.idiag_cookie), cookie, sizeof cookie);
}

static uint32_t word(struct slice value, size_t index)
{
	uint32_t w;

	if (value.len / sizeof w <= index)
		return 0;
	memcpy(&w, value.ptr + index * sizeof w, sizeof w);
	return w;
}

static bool is_mptcp_ulp(struct slice nested)
{
	struct attribute a;

	while (attribute_next(&nested, &a) > 0)
		if (a.type == INET_ULP_INFO_NAME)
			return slice_is((struct slice){a.value.ptr, strnlen(a.value.ptr, a.value.len)},
					"mptcp");
	return false;
}

static void read_attribute(struct socket_fact *s, const struct attribute *a)
{
	switch (a->type) {
	case INET_DIAG_SKMEMINFO:       /* grew over time: 9 words since 4.6, fewer before */
		s->drops = word(a->value, SK_MEMINFO_DROPS);
		break;
	case INET_DIAG_SKV6ONLY:
		if (a->value.len >= 1 && s->local.family == FAMILY_IPV6)
			s->v6only = a->value.ptr[0] ? TRISTATE_TRUE : TRISTATE_FALSE;
		break;
	case INET_DIAG_CGROUP_ID:
		if (a->value.len >= sizeof s->cgroup_id)
			memcpy(&s->cgroup_id, a->value.ptr, sizeof s->cgroup_id);
		break;
	case INET_DIAG_ULP_INFO:
		s->is_mptcp = is_mptcp_ulp(a->value);
		break;
	}
}

static void read_endpoint(struct endpoint *e, const struct inet_diag_msg *m, uint8_t protocol, uint16_t port,
			  const void *address)
{
	e->protocol = protocol;
	e->family = m->idiag_family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4;
	e->port = ntohs(port);
	memcpy(e->address, address, e->family == FAMILY_IPV6 ? 16 : 4);
}

/* CLOSE is what the kernel calls a TCP socket that is bound and not listening, and a UDP socket without a
 * peer. */
static uint8_t read_state(const struct inet_diag_msg *m, uint8_t protocol)
{
	if (m->idiag_state != KERNEL_CLOSE)
		return m->idiag_state;
	return protocol == PROTOCOL_UDP ? SOCKET_UNCONN : SOCKET_BOUND;
}

static void read_queues(struct socket_fact *s, const struct inet_diag_msg *m)
{
	s->queue_length = m->idiag_rqueue;
	s->queue_limit = m->idiag_wqueue;
	/* Neither has queues; one that listened before still carries its old backlog. */
	if (s->state == SOCKET_TIME_WAIT || s->state == SOCKET_BOUND) {
		s->queue_length = 0;
		s->queue_limit = QUEUE_UNKNOWN;
	}
}

static void read_identity(struct socket_fact *s, const struct inet_diag_msg *m)
{
	s->local.device = m->id.idiag_if;
	s->cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
	s->inode = m->idiag_inode;
	s->uid = m->idiag_inode ? m->idiag_uid : UID_UNKNOWN;   /* without an inode the kernel says 0 */
	s->timer = m->idiag_timer;
	if (m->idiag_timer == TIMER_TIME_WAIT)
		s->expires_ms = m->idiag_expires > INT32_MAX ? 0 : (int32_t)m->idiag_expires;
}

int sockdiag_decode(struct slice payload, uint8_t protocol, struct socket_fact *out)
{
	struct socket_fact s = {.expires_ms = EXPIRES_UNKNOWN, .v6only = TRISTATE_UNKNOWN};
	struct inet_diag_msg m;
	struct attribute a;

	if (payload.len < sizeof m)
		return -EBADMSG;
	memcpy(&m, payload.ptr, sizeof m);
	if (m.idiag_family != AF_INET && m.idiag_family != AF_INET6)
		return -EBADMSG;
	read_endpoint(&s.local, &m, protocol, m.id.idiag_sport, m.id.idiag_src);
	read_endpoint(&s.remote, &m, protocol, m.id.idiag_dport, m.id.idiag_dst);
	s.state = read_state(&m, protocol);
	read_queues(&s, &m);
	read_identity(&s, &m);
	payload = slice_from(payload, sizeof m);
	while (attribute_next(&payload, &a) > 0)
		read_attribute(&s, &a);
	*out = s;
	return 0;
}
