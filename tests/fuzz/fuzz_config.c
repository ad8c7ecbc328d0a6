/* config on any bytes, as a config file and as a remembered view: each problem is one line of safe text, the
 * settings stay within their bounds, and no key means two things in one place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/text.h"
#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void check_problems(struct slice lines, unsigned count)
{
	for (; lines.len; count--) {
		struct slice line = slice_cut(&lines, '\n');

		demand(count && slice_starts(line, "conf:") && text_is_safe(line));
	}
	demand(!count);
}

static void check_keys(const struct keymap *k)
{
	for (size_t i = 0; i < k->count; i++)
		for (size_t j = i + 1; j < k->count; j++)
			demand(k->bindings[i].key != k->bindings[j].key
			       || !(k->bindings[i].contexts & k->bindings[j].contexts));
	demand(keymap_command(k, CONTEXT_LISTENERS, 3) == COMMAND_QUIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct settings *s = fatal_calloc(1, sizeof *s);
	struct buf problems = { 0 };
	unsigned count;

	settings_init(s);
	count = config_parse(s, (struct slice){ (const char *)bytes, len }, "conf", &problems);
	count += config_make_keys(s, "conf", &problems);
	check_problems(buf_slice(&problems), count);
	check_keys(&s->keys.keymap);
	demand(s->view.theme < THEME_COUNT && s->view.sort && !s->view.sort->is_sign);
	demand(s->view.column_count < COLUMN_MAX && s->interval_ms >= 100 && s->interval_ms <= 60000);
	demand(text_is_safe(slice_of(s->view.filter)));
	buf_done(&problems);
	free(s);
	return 0;
}
