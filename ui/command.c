/* Owns names and help texts of commands. Refuses to know keys (keymap.c) and what a command does (app.c). */
#include "ui/command.h"

#include <stddef.h>

static const struct command_info commands[COMMAND_COUNT] = {
	[COMMAND_NONE] = { "none", NULL, "" },
	[COMMAND_UP] = { "up", NULL, "one line up" },
	[COMMAND_DOWN] = { "down", NULL, "one line down" },
	[COMMAND_PAGE_UP] = { "page-up", NULL, "one screen up" },
	[COMMAND_PAGE_DOWN] = { "page-down", NULL, "one screen down" },
	[COMMAND_HOME] = { "home", NULL, "to the first line" },
	[COMMAND_END] = { "end", NULL, "to the last line" },
	[COMMAND_DETAILS] = { "details", "details",
			      "details: everything that is known, and where it was read" },
	[COMMAND_KILL] = { "kill", "kill", "end the process: shows first what dies, TERM preselected" },
	[COMMAND_KILL_HARD] = { "kill-hard", NULL, "the same with KILL preselected" },
	[COMMAND_COPY] = { "copy", "copy", "copy the address: 127.0.0.1:3000" },
	[COMMAND_COPY_URL] = { "copy-url", NULL, "copy the URL: http://127.0.0.1:3000" },
	[COMMAND_COPY_MENU] = { "copy-menu", NULL, "copy something else: curl, PID, command line" },
	[COMMAND_OPEN] = { "open", "open", "open the URL in the browser" },
	[COMMAND_WHY] = { "why", "why", "why: what holds this port, who reaches it, and what to do" },
	[COMMAND_TRY] = { "try", "try", "ask again, with one connection: the service may notice it" },
	[COMMAND_TAG] = { "tag", NULL, "tag this row: kill and copy are about the tagged rows then" },
	[COMMAND_UNTAG] = { "untag", NULL, "take all tags away" },
	[COMMAND_GROUP] = { "group", NULL, "group by process, by project, not at all" },
	[COMMAND_FOLD] = { "fold", NULL, "fold the group" },
	[COMMAND_UNFOLD] = { "unfold", NULL, "unfold the group" },
	[COMMAND_FILTER] = { "filter", "filter", "filter as you type" },
	[COMMAND_CLEAR] = { "clear", NULL, "clear the filter" },
	[COMMAND_SORT] = { "sort", "sort", "choose the column to sort by" },
	[COMMAND_REVERSE] = { "reverse", NULL, "reverse the order" },
	[COMMAND_ALL] = { "all", NULL, "also show what loopback cannot reach (bound to another address)" },
	[COMMAND_LEFTOVERS] = { "leftovers", NULL, "leftovers of closed connections on or off" },
	[COMMAND_NARROW] = { "narrow", NULL, "connections of every listener, or of the selected one" },
	[COMMAND_NEXT_VIEW] = { "next-view", "view", "next view: listeners, connections, events" },
	[COMMAND_PREVIOUS_VIEW] = { "previous-view", NULL, "previous view" },
	[COMMAND_PAUSE] = { "pause", NULL, "pause, go on" },
	[COMMAND_SLOWER] = { "slower", NULL, "look less often" },
	[COMMAND_FASTER] = { "faster", NULL, "look more often" },
	[COMMAND_RESCAN] = { "rescan", NULL, "look now" },
	[COMMAND_REDRAW] = { "redraw", NULL, "draw the screen anew" },
	[COMMAND_HELP] = { "help", "help", "help" },
	[COMMAND_BACK] = { "back", "back", "back" },
	[COMMAND_QUIT] = { "quit", "quit", "quit" },
	[COMMAND_ACCEPT] = { "accept", NULL, "accept" },
	[COMMAND_CANCEL] = { "cancel", NULL, "cancel" },
	[COMMAND_NEXT] = { "next", NULL, "next choice" },
	[COMMAND_PREVIOUS] = { "previous", NULL, "previous choice" },
	[COMMAND_CONFIRM] = { "confirm", NULL, "confirm" },
	[COMMAND_LEFT] = { "left", NULL, "one character to the left" },
	[COMMAND_RIGHT] = { "right", NULL, "one character to the right" },
	[COMMAND_LINE_HOME] = { "line-home", NULL, "to the start of the line" },
	[COMMAND_LINE_END] = { "line-end", NULL, "to the end of the line" },
	[COMMAND_ERASE] = { "erase", NULL, "erase the character before" },
	[COMMAND_DELETE] = { "delete", NULL, "erase the character behind" },
	[COMMAND_ERASE_WORD] = { "erase-word", NULL, "erase the word before" },
	[COMMAND_ERASE_ALL] = { "erase-all", NULL, "erase everything" },
};

const struct command_info *command_info(enum command command)
{
	return &commands[command];
}
