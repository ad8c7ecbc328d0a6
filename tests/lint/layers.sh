#!/bin/sh
# Who may include what: the walls of the house. Also: no cycle between modules (X.c and X.h are one).
# Proves first, on small trees with one fault each, that it can fail.
set -eu
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# check TREE: prints every violation; fails if there is one.
check() (
	cd "$1"
	# shellcheck disable=SC2016 # awk's dollars
	find src ui platform -name '*.[ch]' | sort | xargs awk -v edges="$scratch/edges" '
		# A room sees itself and these. `main` sees everybody.
		BEGIN {
			sees["base"]
			sees["model"]     = "base"
			sees["door"]      = "model base"
			sees["linux"]     = sees["replay"] = "door model base"
			sees["stream"]    = "replay door model base"
			sees["action"]    = "door model base"
			sees["collector"] = "action door model base"
			sees["ui"]        = sees["cli"] = "collector action door model base"

			# A library has a home: headers that match the first are for files that match the second.
			home["^(n?cursesw?/)?(n?curses|term|panel)\\.h$"] = "^ui/(draw|theme|screen|keyboard)\\.c$"
			home["^netlink/"]                                 = "^platform/linux/netlink\\.c$"
			home["^jansson\\.h$"]                             = "^(platform/(replay|stream)/|platform/linux/engine_parse\\.c$|src/cli/|src/main\\.c$)"
			home["^ini\\.h$"]                                 = "^src/(config|model/expect)\\.c$"

			for (i = 1; i < ARGC; i++)
				exists[ARGV[i]]
			printf "" > edges
		}
		function room(path) {
			if (path ~ /^src\/[^\/]*$/)
				return "main"
			if (path ~ /^platform\/[^\/]*$/)
				return "door"
			sub(/^(src|platform)\//, "", path)
			return substr(path, 1, index(path, "/") - 1)
		}
		function module(path) { sub(/\.[ch]$/, "", path); return path }
		function resolve(name, folder) {
			sub(/[^\/]*$/, "", folder)
			return (folder name) in exists ? folder name : ("src/" name) in exists ? "src/" name : name
		}
		function complain(text) { print FILENAME ":" FNR ": " text; found = 1 }
		/^[ \t]*#[ \t]*include[ \t]*["<]/ {
			name = $0
			sub(/^[^"<]*["<]/, "", name)
			sub(/[">].*/, "", name)
			for (header in home)
				if (name ~ header && FILENAME !~ home[header])
					complain(name " has its home in " home[header])
			if (name ~ /\.\./)
				complain("a path with .. hides the room")
			target = resolve(name, FILENAME)
			if (!(target in exists))
				next
			if (module(target) != module(FILENAME))
				print module(FILENAME), module(target) > edges
			from = room(FILENAME)
			to = room(target)
			if (from != to && from != "main" && index(" " sees[from] " ", " " to " ") == 0)
				complain(from " may not include " name)
		}
		END { exit found }' || return 1
	if ! tsort "$scratch/edges" >/dev/null 2>"$scratch/cycle"; then
		echo "these modules include each other in a circle:"
		cat "$scratch/cycle"
		return 1
	fi
)

sound_tree() {
	rm -rf "$scratch/tree"
	mkdir -p "$scratch/tree" && cd "$scratch/tree"
	mkdir -p src/base src/model src/collector src/action src/cli ui platform/linux platform/replay
	echo '#include <stddef.h>' >src/base/b.h
	echo '#include "base/b.h"' | tee src/base/b.c src/model/m.h >/dev/null
	echo '#include "model/m.h"' | tee src/model/n.h platform/platform.h >/dev/null
	echo '#include "platform/platform.h"' | tee src/action/a.h src/collector/c.h platform/linux/l.h >/dev/null
	echo '#include "collector/c.h"' | tee src/main.c src/cli/l.h ui/u.h >/dev/null
	echo '#include <curses.h>' >ui/draw.c
}

# refuses FILE LINE: this line makes a sound tree unsound.
refuses() {
	(sound_tree)
	echo "$2" >>"$scratch/tree/$1"
	if check "$scratch/tree" >"$scratch/output"; then
		echo "self-test: $1 with $2 was not refused"
		exit 1
	fi
}

(sound_tree)
check "$scratch/tree" || {
	echo "self-test: a sound tree was refused"
	exit 1
}
refuses src/base/x.c '#include "model/m.h"'
refuses src/model/x.c '#include "platform/platform.h"'
refuses src/action/x.c '#include "collector/c.h"'
refuses platform/linux/x.c '# include "action/a.h"'
refuses platform/replay/x.c '#include "platform/linux/l.h"'
refuses src/collector/x.c '#include "ui/u.h"'
refuses ui/x.c '#include "platform/linux/l.h"'
refuses ui/x.c '#include "cli/l.h"'
refuses ui/x.c '#include "../src/cli/l.h"'
refuses ui/table.c '#include <curses.h>'
refuses ui/table.c '#include <ncursesw/ncurses.h>'
refuses platform/linux/sockdiag.c '#include <netlink/netlink.h>'
refuses ui/x.c '#include <jansson.h>'
refuses src/main.c '#include <ini.h>'
refuses src/model/m.h '#include "n.h"'

check . || exit 1
echo "every file keeps to its room; no module cycle"
