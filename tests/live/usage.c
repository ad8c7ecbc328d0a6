/* Owns how a process is measured from /proc. Refuses to judge it. */
#include "usage.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include "base/fatal.h"

enum { TRIES = 100, PAUSE_MS = 10 };

static int count_entries(pid_t pid, const char *folder)
{
	struct dirent *entry;
	char path[40];
	DIR *dir;
	int count = 0;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, folder);
	dir = opendir(path);
	if (!dir)
		fatal("usage: a folder in /proc cannot be read");
	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static long memory_kib(pid_t pid)
{
	char path[40], line[256];
	long kib = -1;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file) && sscanf(line, "RssAnon: %ld", &kib) != 1)
		;
	if (kib < 0)
		fatal("usage: /proc does not tell of memory");
	fclose(file);
	return kib;
}

struct usage usage_read(pid_t pid)
{
	return (struct usage){
		.memory_kib = memory_kib(pid),
		.descriptors = count_entries(pid, "fd"),
		.threads = count_entries(pid, "task"),
	};
}

static void take_least(struct usage *least, struct usage now)
{
	least->memory_kib = now.memory_kib < least->memory_kib ? now.memory_kib : least->memory_kib;
	least->descriptors = now.descriptors < least->descriptors ? now.descriptors : least->descriptors;
	least->threads = now.threads < least->threads ? now.threads : least->threads;
}

struct usage usage_read_at_rest(pid_t pid)
{
	struct usage least = usage_read(pid);

	for (int i = 0; i < TRIES; i++) {
		poll(NULL, 0, PAUSE_MS);
		take_least(&least, usage_read(pid));
	}
	return least;
}
