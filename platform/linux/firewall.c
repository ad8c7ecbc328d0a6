/* Owns the reading of nft's listing, the one form that users know from their own files, and how it is had: by
 * nft itself, in a process of its own, for its library ends the process or crashes where a socket or memory is
 * refused. Refuses to judge whether a rule is the cause: model/why does, by what a connection showed. */
#include "platform/linux/firewall.h"
#include <errno.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/buf.h"
#include "platform/linux/spawn.h"

enum { LISTING_MAX = 4 * 1024 * 1024, TIMEOUT_MS = 2000 };

struct place {                       /* where in the listing */
	struct slice family, table, chain;
};

/* "3000", "3000-3010"; `text` may end in a comma or a brace. */
static bool has_port(struct slice text, uint16_t port)
{
	struct slice first = slice_cut(&text, '-');
	uint64_t low, high;

	if (!slice_to_u64(first, 10, &low))
		return false;
	if (!text.len || !slice_to_u64(text, 10, &high))
		high = low;
	return port >= low && port <= high;
}

static struct slice without_comma(struct slice word)
{
	word.len -= slice_ends(word, ",");
	return word;
}

/* What follows "dport": a port, a range, "{ 80, 443-445 }", or "!= 80". */
static bool names_port(struct slice rest, uint16_t port)
{
	struct slice word = slice_word(&rest);
	bool is_not = slice_is(word, "!=");

	if (is_not)
		word = slice_word(&rest);
	if (!slice_is(word, "{"))
		return has_port(word, port) != is_not;
	while ((word = slice_word(&rest)).len && !slice_is(word, "}"))
		if (has_port(without_comma(word), port))
			return !is_not;
	return is_not;
}

static bool is_protocol(struct slice word, uint8_t protocol)
{
	return slice_is(word, protocol_name(protocol)) || slice_is(word, "th");
}

/* Answers to our packets come from the port: a rule about "sport" counts as well. */
static bool is_about(struct slice rule, const struct endpoint *at)
{
	struct slice before = {0}, word;

	while ((word = slice_word(&rule)).len) {
		if ((slice_is(word, "dport") || slice_is(word, "sport")) &&
		    is_protocol(before, at->protocol) && names_port(rule, at->port))
			return true;
		before = word;
	}
	return false;
}

static bool find_verdict(struct slice rule, uint8_t *out)
{
	static const struct {
		const char *word;
		enum rule_verdict verdict;
	} verdicts[] = {
		{"drop", RULE_DROP},
		{"reject", RULE_REJECT},
		{"redirect", RULE_REDIRECT},
		{"dnat", RULE_REDIRECT},
	};
	struct slice word;

	while ((word = slice_word(&rule)).len)
		for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
			if (slice_is(word, verdicts[i].word)) {
				*out = (uint8_t)verdicts[i].verdict;
				return true;
			}
	return false;
}

static uint8_t family_of(const struct place *p)
{
	return slice_is(p->family, "ip") ? FAMILY_IPV4 : slice_is(p->family, "ip6") ? FAMILY_IPV6 : 0;
}

static void append(char *out, size_t size, struct slice text)
{
	size_t len = strlen(out), room = size - 1 - len;

	if (!text.len)               /* an empty text may have no address, which memcpy must not get */
		return;
	memcpy(out + len, text.ptr, text.len < room ? text.len : room);
	out[len + (text.len < room ? text.len : room)] = '\0';
}

static void take_rule(struct slice rule, const struct place *p, const struct endpoint *at, struct probe *out)
{
	struct probe_rule r = {.family = family_of(p)};

	if (out->rule_count == PROBE_RULES || !is_about(rule, at) || !find_verdict(rule, &r.verdict))
		return;
	append(r.chain, sizeof r.chain, p->family);
	append(r.chain, sizeof r.chain, slice_of(" "));
	append(r.chain, sizeof r.chain, p->table);
	append(r.chain, sizeof r.chain, slice_of(" "));
	append(r.chain, sizeof r.chain, p->chain);
	append(r.text, sizeof r.text, rule);
	out->rules[out->rule_count++] = r;
}

void firewall_parse(struct slice listing, const struct endpoint *at, struct probe *out)
{
	struct place p = {0};

	while (listing.len) {
		struct slice line = slice_trim(slice_cut(&listing, '\n')), rest = line,
			     first = slice_word(&rest);

		if (slice_is(first, "table")) {
			p.family = slice_word(&rest);
			p.table = slice_word(&rest);
			p.chain = (struct slice){0};
		} else if (slice_is(first, "chain")) {
			p.chain = slice_word(&rest);
		} else if (p.chain.len && !slice_is(first, "}")) {
			take_rule(line, &p, at, out);
		}
	}
}

static bool may_administer(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};

	return syscall(SYS_capget, &header, sets) == 0 && sets[0].effective >> CAP_NET_ADMIN & 1;
}

/* Where the kernel has no such rules, or this process no way to them, nft is not asked. 0 or errno. */
static int check_access(void)
{
	int fd;

	if (!may_administer())
		return EPERM;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* Where it is installed, never along PATH: it may get more rights than the user has who set that. 0 or
 * errno. */
static int list_rules(struct buf *out)
{
	static const char *const places[] = {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"};
	int error = -ENOENT;

	for (size_t i = 0; i < sizeof places / sizeof *places && error == -ENOENT; i++) {
		const char *const argv[] = {places[i], "-n", "-s", "-t", "list", "ruleset", NULL};

		error = spawn_read(argv, CAP_NET_ADMIN, TIMEOUT_MS, LISTING_MAX, out);
	}
	return -error;
}

void firewall_read(const struct endpoint *at, struct probe *out)
{
	struct buf listing = {0};

	out->rules_error = (int16_t)check_access();
	if (out->rules_error)
		return;
	out->rules_error = (int16_t)list_rules(&listing);
	firewall_parse(buf_slice(&listing), at, out);
	buf_done(&listing);
}
