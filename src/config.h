/* The text of a config file, or of a remembered view, which has the same form. */
#ifndef CONFIG_H
#define CONFIG_H

#include "settings.h"

enum { CONFIG_LINE_MAX = 1000 };         /* bytes */

/* Takes every line that is sound; each other one adds "NAME:LINE: what (what to try)\n" to `problems`, in
 * its safe form. `name` is how messages call the file. Returns how many there were. */
unsigned config_parse(struct settings *s, struct slice text, const char *name, struct buf *problems);
/* The key map of all the wishes; to be called once, when everything was parsed. */
unsigned config_make_keys(struct settings *s, const char *name, struct buf *problems);

#endif
