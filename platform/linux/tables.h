/* One look at one kernel table, by whichever means works: sock_diag for both families at once, per family,
 * or /proc/net. Repeats what the kernel calls inconsistent, drops doubles, and records as gaps what could
 * not be seen. */
#ifndef PLATFORM_LINUX_TABLES_H
#define PLATFORM_LINUX_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include "base/map.h"
#include "model/facts.h"
#include "platform/linux/sockdiag.h"

struct netlink;

/* Sockets without doubles. A dump comes mostly in the order of the one before: as long as it does, one comparison
 * per socket says that it is no double, and no index is made. */
struct socket_list {                 /* zeroed = empty */
	struct socket_fact *items;   /* owned */
	size_t count, cap;
	struct map keys;             /* socket_key -> index, of the first `indexed` items; made when asked for */
	size_t indexed;
	const struct socket_list *like;      /* borrowed: the list of the dump before; NULL = none */
	size_t alike;                /* that many items at the front have the keys of `like` */
};

uint64_t socket_key(const struct socket_fact *s);               /* by cookie, else inode; 0 = has neither */
void socket_list_done(struct socket_list *l);
void socket_list_clear(struct socket_list *l, const struct socket_list *like);  /* keeps the memory */
/* By key, or NULL. `near`: where it is likely to stand. */
struct socket_fact *socket_list_find(struct socket_list *l, const struct socket_fact *s, size_t near);
bool socket_list_has(struct socket_list *l, const struct socket_fact *s);
void socket_list_add(struct socket_list *l, const struct socket_fact *s);    /* unless it is there */
void socket_list_remove(struct socket_list *l, size_t index); /* the last one takes its place */
void socket_list_drop_keys(struct socket_list *l);               /* large, and made again when asked for */

struct tables {                      /* zeroed = nothing tried yet */
	struct netlink *netlink;     /* owned; NULL when refused */
	int refusal;                 /* 0 or -errno of the last try to open it */
	bool is_split;               /* both families at once is not understood here */
	bool has_asked, knows_attribute;     /* whether UDP can be asked for that way, too: sockdiag.h */
	bool has_no_files;           /* /proc/net is of another namespace: what sock_diag refuses, nobody tells */
};

/* Opens the netlink socket where it is not open; 0 or -errno: then /proc/net it is. */
int tables_open(struct tables *t);
void tables_close(struct tables *t);

/* Adds what matches to `out`, gaps to `facts` (may be NULL). -errno when nothing could be read. */
int tables_dump(struct tables *t, const struct sockdiag_query *query, struct socket_list *out,
		struct facts *facts);
struct tables_visitor {
	void (*each)(void *context, const struct socket_fact *s);    /* one socket may come twice: see tables_dump */
	void (*restart)(void *context);      /* what came so far is void: the table is read again */
	void *context;
};
/* The same, without keeping anything. */
int tables_visit(struct tables *t, const struct sockdiag_query *query, const struct tables_visitor *visitor,
		 struct facts *facts);
/* 0, -ENOENT, or -errno (-EOPNOTSUPP without sock_diag). */
/* Ends one socket; 0, or -errno: -ENOENT it is gone, -EPERM, -EOPNOTSUPP this kernel does not do that. */
int tables_destroy(struct tables *t, const struct socket_fact *socket);
int tables_exact(struct tables *t, const struct endpoint *local, const struct endpoint *remote,
		 struct socket_fact *out);

#endif
