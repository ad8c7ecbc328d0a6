/* --identity PID:START:COOKIE: who was meant when somebody looked, to be compared with who is there now. */
#ifndef CLI_IDENTITY_H
#define CLI_IDENTITY_H

#include "action/volley.h"

/* Fills pid, start_time and cookie (0 = not known). 0, or an exit status after a complaint. */
int identity_parse(const char *text, struct target_id *out);
/* Is the socket that is meant one of this row's? True where its cookie is not known. */
bool identity_has_socket(const struct target_id *meant, const struct listener *l);
/* Refuses every shot at anything else. pid 0 means everybody. */
void identity_refuse_others(const struct target_id *meant, struct volley *v);

#endif
