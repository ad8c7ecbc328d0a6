/* Owns the one filter of system calls that tests have need of: a block of comparisons for each call, each with
 * its own refusal. Refuses to know who is filtered, and why. */
#include "tests/fake/refuse.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>

enum { PROGRAM_MAX = 64 };

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short length;
};

static void add(struct program *p, uint16_t operation, uint32_t operand, uint8_t if_false)
{
	p->code[p->length++] = (struct sock_filter){operation, 0, if_false, operand};
}

/* Where it stands: all of an int on a little-endian machine. */
static uint32_t argument_at(int index)
{
	return (uint32_t)(offsetof(struct seccomp_data, args) + (size_t)index * sizeof(uint64_t));
}

/* Whatever differs jumps behind the refusal: each argument that is looked at is two steps. */
static void add_call(struct program *p, const struct refused_call *call, int error)
{
	uint8_t left = 1;

	for (int i = 0; i < REFUSE_ARGUMENTS; i++)
		left += call->arguments[i] == REFUSE_ANY ? 0 : 2;
	add(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->number, left);
	for (int i = 0; i < REFUSE_ARGUMENTS; i++) {
		if (call->arguments[i] == REFUSE_ANY)
			continue;
		left -= 2;
		add(p, BPF_LD | BPF_W | BPF_ABS, argument_at(i), 0);
		add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->arguments[i], left);
	}
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error, 0);
}

bool refuse_calls(const struct refused_call *calls, size_t count, int error)
{
	struct program p = {.length = 0};
	struct sock_fprog filter = {.filter = p.code};

	for (size_t i = 0; i < count; i++)
		add_call(&p, &calls[i], error);
	add(&p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0);
	filter.len = p.length;
	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}
