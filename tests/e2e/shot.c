/* Owns the call of lotop kill for tests. Refuses to know who is hit: that is what they test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "../live/run.h"
#include "shot.h"

json_t *shot_fire(const char *arguments, void (*prepare)(void), int status)
{
	char line[160];
	json_error_t error = { 0 };

	snprintf(line, sizeof line, "kill --json %s", arguments);
	struct run r = run_lotop(line, prepare);
	json_t *answer = json_loads(r.output, 0, &error);
	if (r.status != status || !answer)
		fail_msg("lotop %s: status %d, not %d; %s; %s%s", line, r.status, status, r.errors, r.output,
			 error.text);
	assert_int_equal(json_integer_value(json_object_get(answer, "status")), status);
	run_done(&r);
	return answer;
}

json_t *shot_kill(json_t *answer, size_t index)
{
	return json_array_get(json_object_get(answer, "kills"), index);
}
