/* Owns starting and ending the helper, and matching what it made with what lotop lists. Refuses to judge. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/fatal.h"
#include "run.h"
#include "situation.h"

enum { ANSWER_MS = 5000 };

static _Noreturn void child(const char *name, unsigned port, const int hold[2], const int answer[2],
			    void (*prepare)(void))
{
	char number[8];
	const char *argv[] = { LOTOP_HELPER_DIR "/helper_socket", name, number, NULL };

	snprintf(number, sizeof number, "%u", port);
	dup2(hold[0], STDIN_FILENO);
	dup2(answer[1], STDOUT_FILENO);
	run_exec(argv, prepare);
}

void situation_start(struct situation *s, const char *name, unsigned port, void (*prepare)(void))
{
	int hold[2], answer[2];

	if (pipe2(hold, O_CLOEXEC) || pipe2(answer, O_CLOEXEC))
		fatal("situation: no pipe");
	pid_t pid = fork();
	if (pid < 0)
		fatal("situation: no process");
	if (!pid)
		child(name, port, hold, answer, prepare);
	close(hold[0]);
	close(answer[1]);
	*s = (struct situation){ .pid = pid, .hold = hold[1], .answer = answer[0] };
}

static void read_line(int fd, struct buf *line)
{
	struct pollfd end = { fd, POLLIN, 0 };
	char byte;

	while (poll(&end, 1, ANSWER_MS) == 1 && read(fd, &byte, 1) == 1 && byte != '\n')
		buf_add_char(line, byte);
}

void situation_wait(struct situation *s)
{
	struct buf line = { 0 };
	static const char ready[] = "ready ";

	read_line(s->answer, &line);
	const char *text = buf_string(&line);
	if (!strncmp(text, ready, sizeof ready - 1))
		s->made = json_loads(text + sizeof ready - 1, 0, NULL);
	if (!s->made)
		snprintf(s->reason, sizeof s->reason, "%s", *text ? text : "the helper gave no answer");
	buf_done(&line);
}

void situation_end(struct situation *s)
{
	if (!s->pid)
		return;
	close(s->hold);
	close(s->answer);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	json_decref(s->made);
	*s = (struct situation){ 0 };
}

json_t *situation_find(json_t *listeners, json_t *row)
{
	static const char *const keys[] = { "protocol", "address", "port", "state" };
	json_t *listener;
	size_t i;

	json_array_foreach(listeners, i, listener) {
		size_t k = 0;
		while (k < sizeof keys / sizeof *keys &&
		       json_equal(json_object_get(listener, keys[k]), json_object_get(row, keys[k])))
			k++;
		if (k == sizeof keys / sizeof *keys)
			return listener;
	}
	return NULL;
}

static bool has_pair(json_t *found, json_t *pair)
{
	json_t *holder, *fd;
	size_t i, k;

	json_array_foreach(json_object_get(found, "holders"), i, holder) {
		if (!json_equal(json_object_get(holder, "pid"), json_array_get(pair, 0)))
			continue;
		json_array_foreach(json_object_get(holder, "fds"), k, fd)
			if (json_equal(fd, json_array_get(pair, 1)))
				return true;
	}
	return false;
}

static size_t count_pairs(json_t *found)
{
	json_t *holder;
	size_t i, count = 0;

	json_array_foreach(json_object_get(found, "holders"), i, holder)
		count += json_array_size(json_object_get(holder, "fds"));
	return count;
}

bool situation_same_holders(json_t *found, json_t *row)
{
	json_t *pairs = json_object_get(row, "holders"), *pair;
	size_t i;

	json_array_foreach(pairs, i, pair)
		if (!has_pair(found, pair))
			return false;
	return count_pairs(found) == json_array_size(pairs);
}
