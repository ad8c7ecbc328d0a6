/* A scripted platform: scans give the facts that a test wrote, processes and helpers behave as it says.
 * The script may be changed from any thread while a collector uses the platform. Callbacks run on the
 * platform's thread without the script's lock, so they may change the script. */
#ifndef FAKE_FAKE_H
#define FAKE_FAKE_H

#include <stdbool.h>
#include "base/buf.h"
#include "platform/platform.h"

struct fake;

enum fake_call {
	FAKE_SCAN, FAKE_STEP, FAKE_LOOKUP, FAKE_PROBE, FAKE_DRAIN, FAKE_OPEN, FAKE_CHECK, FAKE_SIGNAL,
	FAKE_CLOSE, FAKE_RUN, FAKE_FREE, FAKE_CALL_COUNT
};

struct fake_target {                     /* what a process under the sights does */
	int open_error;                  /* of target_open, -errno */
	int check_error, signal_error;
	struct target_status status;     /* fake_new: a running process that holds its socket */
};

struct fake *fake_new(void);
/* The platform of the script; its free() is only counted, so the script can be asked afterwards. */
struct platform *fake_platform(struct fake *f);
void fake_free(struct fake *f);          /* the platform is no longer used */

/* Appends a frame: scan n gives frame n, scans behind the last one give the last again. `fill` adds to
 * empty facts whose owners_complete is true; holders are taken out of it again when the scan did not ask
 * for them. */
void fake_add_frame(struct fake *f, void (*fill)(void *context, struct facts *facts), void *context);
void fake_set_steps(struct fake *f, unsigned steps);               /* of every scan, default 1 */
void fake_hang(struct fake *f, int ms);                            /* the next step takes that long */
void fake_release(struct fake *f);                                 /* ends a hang now */
void fake_fail_scans(struct fake *f, int error, unsigned count);   /* the next scans fail with -errno */
void fake_wake(struct fake *f);                                    /* rings wake_fd */

void fake_set_target(struct fake *f, const struct fake_target *target);
void fake_get_target(struct fake *f, struct fake_target *out);
/* Called after each signal that was sent. */
void fake_on_signal(struct fake *f, void (*react)(void *context, struct fake *f, int signal), void *context);
int fake_last_signal(struct fake *f);                              /* 0 = none was sent */
struct target_id fake_last_id(struct fake *f);                     /* of the last target_open */

/* What platform_probe gives from now on: `error` (-errno) or the probe; in the beginning one that knows
 * nothing. */
void fake_set_probe(struct fake *f, const struct probe *probe, int error);
struct probe_request fake_last_probe(struct fake *f);

void fake_set_run(struct fake *f, int result);
void fake_last_run(struct fake *f, struct buf *argv, struct buf *input);   /* argv joined by blanks */

unsigned fake_count(struct fake *f, enum fake_call call);
struct scan_request fake_last_request(struct fake *f);
/* Waits at most `ms` for `call` to have been made `count` times: how tests follow a collector without
 * sleeping. */
bool fake_wait(struct fake *f, enum fake_call call, unsigned count, int ms);

#endif
