/* Holders of listening sockets that may have been left behind by the server, and what they do instead.
 * One thread. */
#ifndef PLATFORM_LINUX_HEIRS_H
#define PLATFORM_LINUX_HEIRS_H

#include "model/facts.h"
#include "platform/linux/pace.h"

struct heirs {                               /* zeroed = not looked yet */
	struct wait_fact *waits;             /* owned: as seen at the last look; their texts are static */
	size_t count, cap;
	const struct owners *owners;         /* a reference: whose sockets were looked at */
	struct pace pace;
};

/* After the holders are in `facts`. Looks at the pace of pace.h; other owners at once. */
void heirs_add(struct heirs *h, int proc, struct facts *facts, int64_t now_us);
void heirs_done(struct heirs *h);

#endif
