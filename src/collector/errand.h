/* Helper programs that run for the user: the clipboard's and the browser's. */
#ifndef COLLECTOR_ERRAND_H
#define COLLECTOR_ERRAND_H

#include "collector/job.h"

/* Runs what a JOB_COPY or JOB_OPEN asks for; the reply is a REPLY_MESSAGE. Takes up to two seconds. */
void errand_run(struct platform *p, const struct job *job, struct reply *reply);

#endif
