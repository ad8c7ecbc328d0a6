/* Owns what travels between the two threads, and the two eventfds that say so. A descriptor is rung
 * behind each delivery and silenced by whoever finds nothing more; because a delivery may fall in
 * between, the finder looks again after silencing it. So a descriptor may be readable for nothing, but
 * is never silent over something. Knows neither jobs nor replies but as values to copy. */
#include "collector/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "base/fatal.h"

struct node {
	struct node *next;
};

struct job_node {
	struct node node;                /* first */
	struct job job;
};

struct reply_node {
	struct node node;                /* first */
	struct reply reply;
};

struct queue {
	struct node *first, **end;
};

struct mailbox {
	pthread_mutex_t lock;            /* of everything below but the descriptors */
	const struct snapshot *newest;   /* a reference; NULL: taken, or none yet */
	struct queue jobs, replies;
	int job_fd, event_fd;            /* eventfds, nonblocking */
};

static int new_eventfd(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		fatal("cannot create an eventfd");
	return fd;
}

struct mailbox *mailbox_new(void)
{
	struct mailbox *m = fatal_calloc(1, sizeof *m);

	pthread_mutex_init(&m->lock, NULL);
	m->jobs.end = &m->jobs.first;
	m->replies.end = &m->replies.first;
	m->job_fd = new_eventfd();
	m->event_fd = new_eventfd();
	return m;
}

void mailbox_free(struct mailbox *m)
{
	struct reply reply;
	struct job job;

	if (!m)
		return;
	while (mailbox_next_job(m, &job))
		continue;
	while (mailbox_next_reply(m, &reply))
		why_free(reply.why);
	snapshot_unref(m->newest);
	close(m->job_fd);
	close(m->event_fd);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

static void ring(int fd)
{
	eventfd_write(fd, 1);            /* can only fail when 2^64 - 2 rings were not heard */
}

static void silence(int fd)
{
	eventfd_t rings;

	eventfd_read(fd, &rings);        /* EAGAIN: it was silent */
}

void mailbox_publish(struct mailbox *m, const struct snapshot *s)
{
	const struct snapshot *dropped;

	pthread_mutex_lock(&m->lock);
	dropped = m->newest;
	m->newest = s;
	pthread_mutex_unlock(&m->lock);
	ring(m->event_fd);
	snapshot_unref(dropped);
}

static void put(struct mailbox *m, struct queue *q, struct node *node, int fd)
{
	node->next = NULL;
	pthread_mutex_lock(&m->lock);
	*q->end = node;
	q->end = &node->next;
	pthread_mutex_unlock(&m->lock);
	ring(fd);
}

static struct node *take(struct mailbox *m, struct queue *q)
{
	struct node *node;

	pthread_mutex_lock(&m->lock);
	node = q->first;
	if (node)
		q->first = node->next;
	if (!q->first)
		q->end = &q->first;
	pthread_mutex_unlock(&m->lock);
	return node;
}

void mailbox_reply(struct mailbox *m, const struct reply *r)
{
	struct reply_node *node = fatal_alloc(sizeof *node);

	node->reply = *r;
	put(m, &m->replies, &node->node, m->event_fd);
}

void mailbox_post(struct mailbox *m, const struct job *j)
{
	struct job_node *node = fatal_alloc(sizeof *node);

	node->job = *j;
	put(m, &m->jobs, &node->node, m->job_fd);
}

int mailbox_job_fd(const struct mailbox *m)
{
	return m->job_fd;
}

int mailbox_event_fd(const struct mailbox *m)
{
	return m->event_fd;
}

static bool has_job(struct mailbox *m)
{
	bool has;

	pthread_mutex_lock(&m->lock);
	has = m->jobs.first;
	pthread_mutex_unlock(&m->lock);
	return has;
}

bool mailbox_next_job(struct mailbox *m, struct job *out)
{
	struct job_node *node = (struct job_node *)take(m, &m->jobs);

	if (!node) {
		silence(m->job_fd);
		if (has_job(m))
			ring(m->job_fd);
		return false;
	}
	*out = node->job;
	free(node);
	return true;
}

static bool has_event(struct mailbox *m)
{
	bool has;

	pthread_mutex_lock(&m->lock);
	has = m->newest || m->replies.first;
	pthread_mutex_unlock(&m->lock);
	return has;
}

static void silence_events(struct mailbox *m)
{
	silence(m->event_fd);
	if (has_event(m))
		ring(m->event_fd);
}

const struct snapshot *mailbox_take(struct mailbox *m)
{
	const struct snapshot *s;

	pthread_mutex_lock(&m->lock);
	s = m->newest;
	m->newest = NULL;
	pthread_mutex_unlock(&m->lock);
	if (!s)
		silence_events(m);
	return s;
}

bool mailbox_next_reply(struct mailbox *m, struct reply *out)
{
	struct reply_node *node = (struct reply_node *)take(m, &m->replies);

	if (!node) {
		silence_events(m);
		return false;
	}
	*out = node->reply;
	free(node);
	return true;
}
