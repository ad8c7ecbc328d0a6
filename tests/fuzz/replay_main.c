/* Runs a fuzz target without libFuzzer: every file of the folders (or every file) given as
 * arguments is one input. A target that misbehaves ends the program; it knows no expected results.
 * An empty or missing folder is an error: a corpus that was lost must not pass as tested. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { INPUT_MAX = 1 << 20 };

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *input = malloc(INPUT_MAX);
	uint8_t *exact;
	size_t len;

	if (!file || !input) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	len = fread(input, 1, INPUT_MAX, file);
	fclose(file);
	exact = realloc(input, len ? len : 1);    /* so that ASan sees a read behind the end */
	LLVMFuzzerTestOneInput(exact ? exact : input, len);
	free(exact ? exact : input);
	return 1;
}

static int replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];
	int count = 0;

	if (!dir)
		return replay_file(folder);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		count += replay_file(path);
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	for (int i = 1; i < argc; i++)
		count += replay_folder(argv[i]);
	printf("%d inputs\n", count);
	return count ? 0 : 1;
}
