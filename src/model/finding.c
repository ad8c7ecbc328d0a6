/* Owns how the kinds of findings are spelled. */
#include "model/finding.h"

const char *severity_name(enum severity severity)
{
	static const char *const names[] = { "fine", "note", "warning", "problem" };

	return names[severity];
}

const char *question_name(enum question question)
{
	static const char *const names[] = { "bind", "reach", "both" };

	return names[question];
}
