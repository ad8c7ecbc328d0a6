/* The tables of rules, by what they judge. why.c puts them in order: an earlier rule is the better answer. */
#ifndef MODEL_WHY_RULE_H
#define MODEL_WHY_RULE_H

#include "model/finding.h"
#include "model/why_scene.h"

struct why_rule {
	const char *id;                      /* NULL ends a table */
	uint8_t severity, question;
	const char *remedy;                  /* NULL = nothing to do */
	/* Does it hold? Then *d has the answer. What it wrote without holding is thrown away. */
	bool (*holds)(const struct why_scene *c, struct why_draft *d);
};

extern const struct why_rule why_netns[];        /* what is not here at all */
extern const struct why_rule why_machine[];      /* lo, addresses: whatever the port */
extern const struct why_rule why_server[];       /* somebody listens, and cannot answer */
extern const struct why_rule why_tunnel[];       /* somebody listens, and leads nowhere */
extern const struct why_rule why_attempt[];      /* what a connection, or the firewall's rules, showed */
extern const struct why_rule why_taken[];        /* held, and nobody listens */
extern const struct why_rule why_sharing[];      /* somebody listens, but not who should */
extern const struct why_rule why_unheld[];       /* nobody is seen to have it */
extern const struct why_rule why_several[];      /* several sockets, or several processes */
extern const struct why_rule why_place[];        /* somebody listens: where that is */
extern const struct why_rule why_absent[];       /* nobody listens here */
extern const struct why_rule why_notes[];        /* beside the answer */

#endif
