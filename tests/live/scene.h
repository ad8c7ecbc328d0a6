/* Several situations side by side in a private network namespace, and what lotop lists there. */
#ifndef LIVE_SCENE_H
#define LIVE_SCENE_H

#include "situation.h"

enum { SCENE_MAX = 64, SCENE_FIRST_PORT = 20000, SCENE_PORTS_EACH = 10 };

struct scene {
	struct situation situations[SCENE_MAX];
	int count;
};

/* Prints why and returns false where this machine gives no private namespace. */
bool scene_enter(void);
/* The test is skipped, and says for want of what, unless it is there. */
void scene_need(bool is_there, const char *what);
/* Starts all of `names` (NULL-terminated) at ports from first_port on, and waits for them; what cannot be
 * made is printed and left out. Adds to what the scene has. */
void scene_add(struct scene *s, const char *const names[], unsigned first_port, void (*prepare)(void));
void scene_end(struct scene *s);

/* Parsed output of `lotop ARGUMENTS`; owned by the caller. The test fails when lotop does not end with
 * status 0. */
json_t *scene_list(const char *arguments, void (*prepare)(void));
/* A member of an object of such answers; borrowed. "null" and 0 when it is null or missing. */
const char *scene_text(json_t *object, const char *key);
int scene_number(json_t *object, const char *key);
/* The listeners at the port, as lotop lists them. */
size_t scene_count_listeners(unsigned port);
/* The gap called `what` of such a list; NULL. Borrowed. */
json_t *scene_gap(json_t *list, const char *what);
/* Parsed output of `lotop why --json ...`, likewise; its status must say whether the port is free. */
json_t *scene_why(const char *arguments, void (*prepare)(void));
const char *scene_answer(json_t *why);       /* id of the first finding; borrowed */
bool scene_has_answer(json_t *why, const char *id);
bool scene_has_mark(json_t *listener, const char *mark);

/* Calls `check` with each row that was made and the one that lotop lists for it; the test fails when there
 * is none. */
void scene_each_row(const struct scene *s, json_t *list, void (*check)(json_t *found, json_t *row));
/* What `check` may be: it has the holders that were made; it has none, and says that they are hidden. */
void scene_check_holders(json_t *found, json_t *row);
void scene_check_hidden(json_t *found, json_t *row);
/* The list has this gap, with a reason. */
void scene_check_gap(json_t *list, const char *what);

#endif
