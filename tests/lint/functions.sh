#!/bin/sh
# No function over 60 lines, unless a comment right above it says "long:" and why; no file over 600.
# Proves first that it finds one of each.
set -eu
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# measure FILE...: prints what is too long; fails if something is.
measure() {
	awk '
		FNR == 1 { start = 0; above = signature = "" }
		FNR == 601 { print FILENAME ": more than 600 lines"; found = 1 }
		/^[a-zA-Z_].*\(/ && !start { signature = $0; excused = above ~ /long:/ }
		/^\{/ && signature { start = FNR }
		/^\}/ && start {
			if (FNR - start + 1 > 60 && !excused) {
				print FILENAME ":" start ": " FNR - start + 1 " lines in " signature
				found = 1
			}
			start = 0
			signature = ""
		}
		!start && !/^[a-zA-Z_{]/ { above = /^[ \t]*\/?\*/ ? above $0 : "" }
		END { exit found }' "$@"
}

# sample LINES COMMENT: a file with one function of so many lines.
sample() {
	awk -v lines="$1" -v comment="$2" 'BEGIN {
		print comment "\nint f(int a,\n      int b)\n{"
		for (i = 2; i < lines; i++)
			print "\ta = b;"
		print "}"
	}' >"$scratch/sample.c"
}

expect() {
	if measure "$scratch/sample.c" >/dev/null; then result=good; else result=bad; fi
	[ "$result" = "$1" ] || {
		echo "self-test: $2 was found $result"
		exit 1
	}
}

sample 60 "" && expect good "a function of 60 lines"
sample 61 "" && expect bad "a function of 61 lines"
sample 61 "/* long: a table in code */" && expect good "a function with an excuse"
sample 597 "/* long: it is */" && expect good "a file of 600 lines"
sample 598 "/* long: it is */" && expect bad "a file of 601 lines"

find src ui platform tests -name '*.[ch]' | sort >"$scratch/files"
# shellcheck disable=SC2046 # names without blanks
measure $(cat "$scratch/files") || exit 1
echo "$(wc -l <"$scratch/files") files: no function over 60 lines, no file over 600"
