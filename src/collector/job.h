/* What the UI asks of the collector, and what it answers: plain values that travel through the mailbox. */
#ifndef COLLECTOR_JOB_H
#define COLLECTOR_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include "action/kill.h"
#include "action/lineage.h"
#include "action/scope.h"
#include "model/why.h"

enum { JOB_TEXT = 4096, JOB_MESSAGE = 160 };

enum job_kind {
	JOB_NONE,
	JOB_SCAN,            /* scan now, whatever the interval */
	JOB_INTERVAL,        /* interval_ms; scanning goes on at the new pace */
	JOB_PAUSE,           /* is_paused: no scans on the timer (JOB_SCAN still scans) */
	JOB_CONNECTIONS,     /* wants_connections: each connection with its holders, from the next scan on */
	JOB_KILL_BEGIN,      /* key, pid -> REPLY_KILL_PLAN */
	JOB_KILL_SEND,       /* signal, with -> REPLY_KILL_STATUS, several */
	JOB_KILL_CANCEL,
	JOB_WHY,             /* key.endpoint as why_new() takes it, connects -> REPLY_WHY */
	JOB_LINEAGE,         /* pid, a holder's -> REPLY_LINEAGE */
	JOB_COPY,            /* text -> REPLY_MESSAGE; helpers by clipboard_argv, see below */
	JOB_OPEN,            /* text is a URL -> REPLY_MESSAGE */
	JOB_QUIT
};

struct job {
	enum job_kind kind;
	struct row_key key;
	int32_t pid;
	int signal;
	enum company_kind with;          /* JOB_KILL_SEND: a scope that the plan came with; none = the process alone */
	int interval_ms;
	bool is_paused, wants_connections;
	bool connects;                   /* JOB_WHY: with one connection, which the service may notice */
	char text[JOB_TEXT];             /* JOB_COPY: validated safe text; JOB_OPEN: URL */
	char helper[64];                 /* JOB_COPY: "tmux", "wl-copy", "xclip" (a fixed list) */
};

enum reply_kind {
	REPLY_NONE, REPLY_KILL_PLAN, REPLY_KILL_STATUS, REPLY_MESSAGE, REPLY_WHY, REPLY_LINEAGE, REPLY_SCAN_FAILED
};

struct reply {
	enum reply_kind kind;
	bool is_error;                   /* REPLY_MESSAGE */
	int error;                       /* REPLY_SCAN_FAILED: errno */
	struct kill_plan plan;
	struct scopes scopes;            /* REPLY_KILL_PLAN: all of them armed */
	struct kill_status status;
	struct lineage lineage;          /* REPLY_LINEAGE: nobody, where the process is gone */
	struct why *why;                 /* REPLY_WHY: whoever takes the reply owns it; else NULL */
	char message[JOB_MESSAGE];
};

#endif
