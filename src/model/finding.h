/* One thing that a diagnosis found: a plain value, texts safe and one line each. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include <stdint.h>

enum severity { SEVERITY_FINE, SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_PROBLEM };
enum question { QUESTION_BIND, QUESTION_REACH, QUESTION_BOTH };

struct finding {
	const char *id;                  /* stable: "time_wait"; JSON and scripts may rely on it. Static */
	const char *answer;
	const char *const *evidence;     /* lines */
	uint32_t evidence_count;
	const char *remedy;              /* what to do; NULL = nothing */
	uint8_t severity, question;
};

const char *severity_name(enum severity severity);   /* "fine" "note" "warning" "problem" */
const char *question_name(enum question question);   /* "bind" "reach" "both" */

#endif
