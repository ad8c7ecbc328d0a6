/* Programs that run a script: which of their arguments is the script. Pure. */
#ifndef MODEL_INTERPRETER_H
#define MODEL_INTERPRETER_H

#include <stdbool.h>
#include "base/slice.h"

struct interpreter {                 /* NULL = there are none of that kind */
	const char *name;            /* of the program, without a version */
	const char *language;
	const char *letters;         /* short options that take a value */
	const char *code;            /* short options whose value is the program itself: there is no script */
	const char *script;          /* short options whose value is the script */
	const char *const *words;    /* long options that take the next argument */
	const char *const *scripts;  /* long options whose next argument is the script */
	const char *const *commands; /* words that may stand before the script: deno run */
	bool has_long_options;       /* with one dash, as java has them: no letters */
};

const struct interpreter *interpreter_find(struct slice program);       /* "python3.11"; NULL = none */
/* Takes arguments off `rest` (without the program) up to the script, and that. False when there is none. */
bool interpreter_script(const struct interpreter *i, struct slice *rest, struct slice *script);
struct slice interpreter_without_version(struct slice program);         /* "php-fpm8.2" -> "php-fpm" */

#endif
