/* Owns the words by which truth.sh finds what was made. Refuses to know what a row means. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/fatal.h"
#include "truth.h"

enum { ROW_BYTES = 8, LINE_BYTES = 256 };

static bool is_row(const char *row)
{
	char line[LINE_BYTES];
	size_t len = strlen(row);
	bool is_found = false;
	FILE *file = fopen(LOTOP_SOURCE_DIR "/tests/live/truth.txt", "r");

	while (file && !is_found && fgets(line, sizeof line, file))
		is_found = !strncmp(line, row, len) && line[len] == '\t';
	if (file)
		fclose(file);
	return is_found;
}

static void each(const char *rows, const char *front, const char *back)
{
	char row[ROW_BYTES];

	for (int length; rows && sscanf(rows, " %7s%n", row, &length) == 1; rows += length) {
		if (!is_row(row))
			fatal("truth: no such row");
		printf("%s %s%s\n", front, row, back);
	}
}

void truth_made(const char *rows)
{
	each(rows, "situation made:", "");
}

void truth_not_made(const char *rows, const char *reason)
{
	char back[LINE_BYTES];

	snprintf(back, sizeof back, ": %s", reason);
	each(rows, "situation not made:", back);
}
