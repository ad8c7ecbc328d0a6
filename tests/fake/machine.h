/* A machine under a kill, for tests of action/kill: scenes (build.h) on a scripted platform (fake.h),
 * time that passes by steps, and what the process does when it is signalled. Every call asserts what
 * must hold on the way. */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H

#include "action/kill.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

/* node 4211, a child of nodemon 4200, on 127.0.0.1:3000 (cookie 7, inode 70), up for 12 minutes. */
extern const char machine_node[];

struct fake_machine {
	struct fake *fake;
	struct platform *platform;
	const struct snapshot *snapshot;         /* the newest scan */
	struct kill *kill;
	struct kill_plan plan;
	struct kill_status status;
	const char *scene;                       /* now */
	const char *after_signal;                /* becomes the scene with the signal; NULL: it stays */
	bool exits;                              /* by the signal */
	unsigned opened;                         /* targets that have to be closed again */
	int64_t now_ms;
};

/* Lotop is pid 1000 of uid 1000 (the first user of a scene) and runs under 77. Scans once. */
void machine_start(struct fake_machine *m, const char *scene);
void machine_stop(struct fake_machine *m);
void machine_scan(struct fake_machine *m);
/* What the process is found to be whenever it is asked; as_holder: still itself, with its socket, and ours to
 * signal. */
void machine_turn(struct fake_machine *m, struct target_status status);
void machine_turn_as_holder(struct fake_machine *m, struct target_status status);
void machine_begin(struct fake_machine *m, enum row_kind kind, const char *endpoint, int32_t pid);
void machine_send(struct fake_machine *m, int signal);
/* start, and begin at that listener; pid 0: at whom the plan chooses. */
void machine_aim(struct fake_machine *m, const char *scene, const char *endpoint, int32_t pid);
/* aim and send, with the scene changing to `after` by the signal; NULL: it stays. */
void machine_shoot(struct fake_machine *m, const char *scene, const char *endpoint, const char *after,
		   int signal);
/* Time passes; with a scan, or without. True when there is news. */
bool machine_step(struct fake_machine *m, int64_t ms, bool with_scan);
void machine_expect(const struct fake_machine *m, enum kill_phase phase, bool is_final, const char *text);

#endif
