/* Owns what is known of each machine right now, and that no two have the same name. Refuses to know where it comes
 * from, and when it is old. */
#include "collector/board.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/fatal.h"
#include "base/text.h"
#include "model/joint.h"

struct place {
	const struct snapshot *snapshot; /* a reference; NULL = nothing yet */
	char *label, *trouble;           /* owned; NULL = none */
};

struct board {
	pthread_mutex_t lock;            /* of everything below */
	struct mailbox *mailbox;         /* borrowed */
	struct place places[HOSTS_MAX];
	size_t count;
	bool is_paused;
};

struct board *board_new(size_t count, struct mailbox *m)
{
	struct board *b = fatal_calloc(1, sizeof *b);

	pthread_mutex_init(&b->lock, NULL);
	b->mailbox = m;
	b->count = count;
	return b;
}

void board_free(struct board *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->count; i++) {
		snapshot_unref(b->places[i].snapshot);
		free(b->places[i].label);
		free(b->places[i].trouble);
	}
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static void set_text(char **place, const char *text)
{
	char *copy = text ? fatal_strdup(text) : NULL;

	free(*place);
	*place = copy;
}

static const char *own_name(struct arena *arena, const struct place *p, size_t machine)
{
	struct buf text = { 0 };
	const char *name;

	if (p->label)
		buf_add_string(&text, p->label);
	else if (p->snapshot && p->snapshot->facts->host.len)
		text_escape(&text, p->snapshot->facts->host);
	else
		buf_printf(&text, "machine %zu", machine);
	name = arena_string(arena, buf_slice(&text));
	buf_done(&text);
	return name;
}

static bool is_taken(const struct host *hosts, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(hosts[i].name, name))
			return true;
	return false;
}

/* Containers and namespaces often share the host's name. */
static const char *unique_name(struct arena *arena, const struct board *b, const struct host *hosts,
			       size_t machine)
{
	const char *name = own_name(arena, &b->places[machine], machine);
	struct buf text = { 0 };

	buf_add_string(&text, name);
	while (is_taken(hosts, machine, buf_string(&text)))
		buf_printf(&text, "#%zu", machine);
	name = arena_string(arena, buf_slice(&text));
	buf_done(&text);
	return name;
}

static const struct snapshot *join(const struct board *b)
{
	struct host hosts[HOSTS_MAX];
	struct arena arena = { 0 };
	const struct snapshot *s;

	if (!b->places[0].snapshot)
		return NULL;
	for (size_t i = 0; i < b->count; i++)
		hosts[i] = (struct host){
			.name = unique_name(&arena, b, hosts, i),
			.trouble = b->places[i].trouble,
			.snapshot = b->places[i].snapshot,
		};
	s = joint_build(hosts, b->count);
	arena_done(&arena);
	return s;
}

static void publish(struct board *b)
{
	const struct snapshot *s = b->mailbox && !b->is_paused ? join(b) : NULL;

	if (s)
		mailbox_publish(b->mailbox, s);
}

void board_put(struct board *b, size_t machine, const struct snapshot *s, const char *label, const char *trouble)
{
	struct place *p = &b->places[machine];
	const struct snapshot *old = NULL;

	pthread_mutex_lock(&b->lock);
	if (s) {
		old = p->snapshot;
		p->snapshot = s;
	}
	set_text(&p->label, label);
	set_text(&p->trouble, trouble);
	publish(b);
	pthread_mutex_unlock(&b->lock);
	snapshot_unref(old);
}

void board_pause(struct board *b, bool is_paused)
{
	pthread_mutex_lock(&b->lock);
	b->is_paused = is_paused;
	pthread_mutex_unlock(&b->lock);
}

const struct snapshot *board_join(struct board *b)
{
	const struct snapshot *s;

	pthread_mutex_lock(&b->lock);
	s = join(b);
	pthread_mutex_unlock(&b->lock);
	return s;
}
