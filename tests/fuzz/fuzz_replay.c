/* One line of a recording: whatever decodes is written and read again without a difference, and becomes
 * a snapshot. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include "model/snapshot.h"
#include "platform/replay/recording.h"
#include "tests/fake/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_again(const struct facts *facts)
{
	struct facts *again = facts_new();
	struct buf line = { 0 };

	recording_add_frame(&line, facts);
	line.len--;
	assert(!recording_decode(buf_slice(&line), again));
	assert(!same_facts(facts, again));
	buf_done(&line);
	facts_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice line = { len ? (const char *)bytes : NULL, len };
	struct facts *facts = facts_new();

	recording_check_header(line);
	if (recording_decode(line, facts)) {
		facts_free(facts);
		return 0;
	}
	check_again(facts);
	snapshot_unref(snapshot_build(facts));
	return 0;
}
