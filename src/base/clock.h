/* Clocks and how times are written. Reading happens only at the edges (platform, collector, ui
 * loop); the model gets time as a parameter. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include "base/buf.h"

int64_t clock_monotonic_us(void);          /* CLOCK_MONOTONIC: for budgets and deadlines */
int64_t clock_monotonic_ms(void);
int64_t clock_cpu_us(void);                /* CLOCK_THREAD_CPUTIME_ID: this thread's own */
int64_t clock_wall_ms(void);               /* CLOCK_REALTIME, since 1970 */

void clock_add_rfc3339(struct buf *out, int64_t wall_ms);    /* 2026-11-21T12:03:22.123Z */
void clock_add_time(struct buf *out, int64_t wall_ms);       /* local 12:03:22 */
/* One unit, rounded down, at most 4 columns: 0s 59s 12m 3h 4d 120d; negative is 0s. */
void clock_add_duration(struct buf *out, int64_t duration_ms);

#endif
