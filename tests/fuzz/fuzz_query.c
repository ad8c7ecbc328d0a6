/* model/query on any bytes: a query that matches or not, or a message in plain ASCII that points into
 * the text. A row of each kind is held against what was parsed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tests/fake/build.h"
#include "model/query.h"
#include "model/tracker.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char desk[] =
	"process 4211 node alice cwd /home/alice/shop command node next dev\n"
	"tcp 127.0.0.1:3000 by 4211 node alice\n"
	"tcp [fe80::1%eth0]:3001 by 4211 node alice by 4212 node bob\n"
	"udp 0.0.0.0:53\n"
	"bound tcp [::]:4000 v6only yes by 7 ruby bob\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:40000 expires 9000\n"
	"time-wait tcp 127.0.0.1:40001 peer 127.0.0.1:8001 expires 9000\n";

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void check_error(const struct query_error *error, size_t len)
{
	demand(error->position <= len);
	demand(error->message[0] && memchr(error->message, '\0', sizeof error->message));
	for (const char *at = error->message; *at; at++)
		demand(*at >= ' ' && *at <= '~');
}

static struct tracker *make_rows(void)
{
	const struct snapshot *s = build_snapshot(1000, desk);
	struct tracker *t = tracker_new();

	tracker_update(t, s);
	snapshot_unref(s);
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct query_error error = { .position = SIZE_MAX };
	struct query *q = NULL;
	struct tracker *t;
	size_t count;

	if (query_parse((struct slice){ (const char *)bytes, len }, &q, &error)) {
		check_error(&error, len);
		return 0;
	}
	t = make_rows();
	for (const struct row *row = tracker_rows(t, &count); count; count--, row++)
		demand(query_match(q, row) == query_match(q, row));
	query_free(q);
	tracker_free(t);
	return 0;
}
