/* How lotop says that something is wrong: one line on stderr, "lotop: what: why (what to try)". */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

/* Each text may hold anything (file names, argv): it is written in its safe form. `why`, `hint` may be
 * NULL. */
void complain(const char *what, const char *why, const char *hint);
/* The same with strerror of a negative errno as the reason. */
/* The same of an option's value: "--sort prt: no such column (...)". */
void complain_value(const char *option, const char *value, const char *why, const char *hint);
void complain_errno(const char *what, int error, const char *hint);
/* The kernel refused everything that sockets could be read from. */
void complain_blind(int error);

#endif
