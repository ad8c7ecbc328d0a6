/* Owns the situations in which an io_uring has the socket, and no descriptor leads to it. */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "make.h"
#include "sockets.h"

enum { BACKLOG = 4, ENTRIES = 4 };

static int ring_new(struct io_uring_params *parameters)
{
	int ring = (int)syscall(SYS_io_uring_setup, ENTRIES, parameters);

	if (ring < 0)
		cannot("io_uring_setup");
	return ring;
}

/* The only reference is the fixed file table of a ring. */
void make_io_uring(struct made *m, uint16_t port)
{
	struct io_uring_params parameters = { 0 };
	int ring = ring_new(&parameters), fd = socket_listening("127.0.0.1", port, 0, BACKLOG);

	made_socket(m, fd, "LISTEN");
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &fd, 1))
		cannot("io_uring_register");
	close(fd);
}

static void *map_ring(int ring, size_t size, off_t offset)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, offset);

	if (memory == MAP_FAILED)
		cannot("mmap of a ring");
	return memory;
}

static void submit_accept(int ring, const struct io_uring_params *p, int fd)
{
	char *queue = map_ring(ring, p->sq_off.array + p->sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	struct io_uring_sqe *entries = map_ring(ring, p->sq_entries * sizeof *entries, IORING_OFF_SQES);

	entries[0] = (struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT, .fd = fd };
	*(uint32_t *)(void *)(queue + p->sq_off.array) = 0;
	__atomic_store_n((uint32_t *)(void *)(queue + p->sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) != 1)
		cannot("io_uring_enter");
}

/* The only reference is an accept that waits in a ring. */
void make_io_uring_accept(struct made *m, uint16_t port)
{
	struct io_uring_params parameters = { 0 };
	int ring = ring_new(&parameters), fd = socket_listening("127.0.0.1", port, 0, BACKLOG);

	made_socket(m, fd, "LISTEN");
	submit_accept(ring, &parameters, fd);
	close(fd);
}
