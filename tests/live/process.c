/* Owns the reading of /proc/PID/stat for tests. Refuses to know what lotop makes of it: its own reader is
 * what is tested. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "process.h"

/* What stands behind "PID (NAME) ", from the state on; "": gone. A name may have any bytes, ')' too. */
static void read_stat(pid_t pid, char out[static 512])
{
	char path[32], text[512] = "", *end;
	FILE *file;

	*out = '\0';
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return;
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	if (end && end[1] == ' ')
		strcpy(out, end + 2);
}

char process_state(pid_t pid)
{
	char stat[512];

	read_stat(pid, stat);
	return *stat;
}

bool process_is_alive(pid_t pid)
{
	char state = process_state(pid);

	return state && state != 'Z' && state != 'X';
}

pid_t process_parent(pid_t pid)
{
	char stat[512];

	read_stat(pid, stat);
	return *stat ? (pid_t)strtol(stat + 1, NULL, 10) : 0;
}
