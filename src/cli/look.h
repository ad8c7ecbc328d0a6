/* One look at the machine, and the complaint where nothing can be seen. */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include "cli/options.h"
#include "model/snapshot.h"

/* Both: 0 and a reference, or -errno after a complaint. */
int look_once(struct platform *p, const struct scan_request *request, const struct snapshot **out);
/* Through a door that is opened for it and closed behind it. Other network namespaces are of the request
 * when the options ask for them. */
int look(const struct options *o, platform_opener *open, const struct scan_request *request,
	 const struct snapshot **out);

#endif
