/* What changes from scan to scan, as lines: sentences for people, or events as JSON for programs and for the
 * flight recorder. The one home of their form. */
#ifndef CLI_CHANGES_H
#define CLI_CHANGES_H

#include "base/buf.h"
#include "model/query.h"
#include "model/snapshot.h"

struct changes_style {
	const struct query *query;           /* borrowed; NULL = all */
	bool show_all;                       /* also what loopback cannot reach */
	bool as_json;
	bool is_ascii;                       /* sentences without anything beyond ASCII */
};

struct changes;                              /* opaque */

struct changes *changes_new(const struct changes_style *style);
void changes_free(struct changes *c);        /* NULL is fine */
/* Appends a line for each change since the frame before; nothing of the first one. */
void changes_tell(struct changes *c, const struct snapshot *s, struct buf *out);
/* Appends a line for each row of the last frame: "present". */
void changes_tell_present(struct changes *c, struct buf *out);
/* Appends the event "began", JSON only: between what was told before and the last frame nobody looked. */
void changes_tell_began(struct changes *c, struct buf *out);

#endif
