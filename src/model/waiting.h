/* What a holder does with a listening socket, as a platform saw it (struct wait_fact): found, and in
 * words. Pure. */
#ifndef MODEL_WAITING_H
#define MODEL_WAITING_H

#include "base/buf.h"
#include "model/snapshot.h"

/* Of that process with a socket of the row; NULL = it was not looked at. */
const struct wait_fact *waiting_find(const struct facts *facts, const struct listener *row, int32_t pid);
/* Surely none of its threads waits for connections. False for NULL. */
bool waiting_is_deaf(const struct wait_fact *wait);
/* One of its threads waits for them, or may. False for NULL. */
bool waiting_may_serve(const struct wait_fact *wait);

const char *wait_name(uint8_t kind);         /* in recordings: "sleep"; NULL = there is no such kind */
/* "sleeps (clock_nanosleep)", safe; of one that is not deaf: "waits for connections", "may wait for ...". */
void waiting_add(struct buf *out, const struct wait_fact *wait);

#endif
