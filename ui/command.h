/* THE command table: everything the dashboard can be told to do. Help screen and key line are made from
 * it. */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H

enum command {
	COMMAND_NONE,
	COMMAND_UP, COMMAND_DOWN, COMMAND_PAGE_UP, COMMAND_PAGE_DOWN, COMMAND_HOME, COMMAND_END,
	COMMAND_DETAILS, COMMAND_KILL, COMMAND_KILL_HARD,
	COMMAND_COPY, COMMAND_COPY_URL, COMMAND_COPY_MENU, COMMAND_OPEN,
	COMMAND_WHY, COMMAND_TRY, COMMAND_TAG, COMMAND_UNTAG, COMMAND_GROUP, COMMAND_FOLD, COMMAND_UNFOLD,
	COMMAND_FILTER, COMMAND_CLEAR, COMMAND_SORT, COMMAND_REVERSE, COMMAND_ALL, COMMAND_LEFTOVERS,
	COMMAND_NARROW,
	COMMAND_NEXT_VIEW, COMMAND_PREVIOUS_VIEW,
	COMMAND_PAUSE, COMMAND_SLOWER, COMMAND_FASTER, COMMAND_RESCAN, COMMAND_REDRAW, COMMAND_HELP,
	COMMAND_BACK, COMMAND_QUIT,
	/* in the prompt, a menu, a dialog */
	COMMAND_ACCEPT, COMMAND_CANCEL, COMMAND_NEXT, COMMAND_PREVIOUS, COMMAND_CONFIRM,
	COMMAND_LEFT, COMMAND_RIGHT, COMMAND_LINE_HOME, COMMAND_LINE_END,
	COMMAND_ERASE, COMMAND_DELETE, COMMAND_ERASE_WORD, COMMAND_ERASE_ALL,
	COMMAND_COUNT
};

struct command_info {
	const char *name;        /* stable, for the configuration: "kill" */
	const char *hint;        /* a word for the key line; NULL = not there */
	const char *help;        /* one line for the help screen */
};

const struct command_info *command_info(enum command command);   /* static table */

#endif
