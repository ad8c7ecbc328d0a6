#!/bin/sh
# docs/CODE-MAP.md is what the first sentences of the sources say; every source starts with a comment that says
# something. `tests/lint/code_map.sh --write` makes the file anew.
# Proves first that it finds a file without such a comment.
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C
file=docs/CODE-MAP.md

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# sentences FILE...: "path<TAB>first sentence of the comment at its top"; fails for a file that has none.
sentences() {
	awk '
		function finish() {
			if (path == "")
				return
			sub(/[ \t]*\*\/.*/, "", text)
			gsub(/[ \t]+/, " ", text)
			sub(/^ /, "", text)
			if (length(text) < 25) {
				print path ": no comment at its top that says what it owns" >"/dev/stderr"
				failed = 1
			}
			head = substr(text, 1, 20)
			text = substr(text, 21)
			if (match(text, /[^.]\. /))
				text = substr(text, 1, RSTART)
			text = head text
			if (length(text) > 105 && match(text, /[:;] /) && RSTART > 20)
				text = substr(text, 1, RSTART - 1)
			sub(/[.:;, ]*$/, "", text)
			print path "\t" text
		}
		FNR == 1 { finish(); path = FILENAME; text = ""; open = /^\/\*/; line = substr($0, 3) }
		FNR > 1 { line = $0; sub(/^ \* ?/, " ", line) }
		open { text = text line; open = line !~ /\*\// }
		END { finish(); exit failed }' "$@"
}

# A module is one line: the header speaks for it, and the .c where there is no header.
generate() {
	cat <<-END
	# Code map

	One line for each module, by room: the first sentence of its header, or of its \`.c\` where it has none. How the rooms
	hang together stands in [CONTRIBUTING.md](../CONTRIBUTING.md). Made by \`tests/lint/code_map.sh --write\`.
	END
	find src ui platform tests -name '*.[ch]' -printf '%h/ %p\n' | sort | sed 's/.* //' >"$scratch/files"
	# shellcheck disable=SC2046 # names without blanks
	sentences $(cat "$scratch/files") >"$scratch/sentences" || return 1
	awk -F '\t' '
		function stem(path) { sub(/\.[ch]$/, "", path); return path }
		NR == FNR { if ($1 ~ /\.h$/) header[stem($1)] = 1; next }
		$1 ~ /\.c$/ && stem($1) in header { next }
		{
			folder = name = $1
			sub(/\/[^\/]*$/, "", folder)
			sub(/.*\//, "", name)
			if ($1 ~ /\.h$/ && !system("test -e " stem($1) ".c"))
				name = stem(name) ".[ch]"
			text = $2
			gsub(/[*_<>|]/, "\\\\&", text)
			if (folder != last)
				print "\n## " folder "/\n"
			last = folder
			print "- **" name "**: " text
		}' "$scratch/sentences" "$scratch/sentences"
}

refuses() {
	printf '%s\n' "$1" >"$scratch/sample.c"
	if sentences "$scratch/sample.c" >/dev/null 2>&1; then
		echo "self-test: this was not refused: $1"
		exit 1
	fi
}
refuses '#include <stddef.h>'
refuses '/* A file. */'
printf '/* Owns the tea, as a table. Never\n * the pot. */\n' >"$scratch/sample.c"
[ "$(sentences "$scratch/sample.c" | cut -f 2)" = "Owns the tea, as a table" ] || {
	echo "self-test: the first sentence was not found"
	exit 1
}

if [ "${1:-}" = --write ]; then
	generate >"$scratch/map"
	cp "$scratch/map" "$file"
	exit
fi
generate >"$scratch/map" || exit 1
diff -u "$file" "$scratch/map" || {
	echo "$file is not what the sources say: tests/lint/code_map.sh --write"
	exit 1
}
echo "$(wc -l <"$scratch/files") files, each with its sentence in $file"
