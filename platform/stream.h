/* The door to another machine: a program that was started here and tells about it on its stdout, in the format of a
 * recording (`ssh devbox lotop stream`). It is started by its argument vector, without a shell and without a
 * terminal, so that nothing of it can ask for a password on the screen. Everything that it says is hostile: it is
 * bounded, decoded strictly, and its texts are cleaned. One thread owns a stream; no call waits. */
#ifndef PLATFORM_STREAM_H
#define PLATFORM_STREAM_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/facts.h"

enum { STREAM_FDS = 4, STREAM_TEXT = 160 };

enum stream_event { STREAM_NOTHING, STREAM_FRAME, STREAM_ENDED };

struct stream_order {            /* a kill that was decided on here and is to be done over there */
	const char *signal;      /* "TERM"; static */
	int32_t pid;             /* who is meant, to be verified over there: */
	uint64_t start_time;
	uint64_t cookie;         /* of the socket; 0 = not known */
	uint16_t port;
	int wait_ms;
};

struct stream_result {           /* what `lotop kill --json` said over there; texts safe */
	char outcome[24];        /* as in its JSON; "" = there was no answer that could be read: `text` says why */
	char text[STREAM_TEXT];
	int32_t new_pid;
};

struct stream {
	const struct stream_ops *ops;    /* first member of every implementation */
};

struct stream_ops {
	/* Starts the program, anew when it has run before. 0, or -errno: then why() tells. */
	int (*start)(struct stream *s);
	/* Descriptors to wait for, at most STREAM_FDS; returns how many. */
	size_t (*poll)(struct stream *s, struct pollfd fds[STREAM_FDS]);
	/* Takes a piece of what has come. STREAM_FRAME: *out is the caller's. STREAM_ENDED, once: the program has ended or
	 * was ended for what it sent. */
	enum stream_event (*step)(struct stream *s, struct facts **out);
	bool (*is_running)(const struct stream *s);
	/* One safe line: how it ended, with the last thing that it complained of; "" = nothing to tell. */
	const char *(*why)(struct stream *s);
	/* Milliseconds between two frames, as it said. */
	int (*interval_ms)(const struct stream *s);
	/* 0 where a kill can be asked for; -EINVAL and a safe reason where the command leaves no place for it. */
	int (*may_kill)(const struct stream *s, char *refusal, size_t size);
	/* Runs `lotop kill` by the same way. 0, or -errno and a safe reason in `refusal`. */
	int (*kill)(struct stream *s, const struct stream_order *order, char *refusal, size_t size);
	/* True when the kill that was asked for last is over: *out. */
	bool (*killed)(struct stream *s, struct stream_result *out);
	void (*free)(struct stream *s);          /* ends the programs that run */
};

/* platform/stream/stream.c. Copies `argv`, which has at least one word. */
struct stream *platform_stream_new(const char *const argv[]);

#endif
