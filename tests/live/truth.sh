#!/bin/sh
# truth.sh LOG: how many rows of truth.txt the tests in this log of ctest have made, and why the others were not.
set -eu

awk -F '\t' '
	FILENAME != ARGV[2] && /^[^#]/ { rows[++total] = $1; title[$1] = $2; why[$1] = $3; next }
	FILENAME != ARGV[2] { next }
	/^situation made: / { sub(/^situation made: /, ""); made[$0] = 1 }
	/^situation not made: / {
		sub(/^situation not made: /, "")
		row = reason = $0
		sub(/:.*/, "", row)
		sub(/^[^:]*: /, "", reason)
		why[row] = reason
	}
	END {
		for (i = 1; i <= total; i++)
			if (rows[i] in made)
				count++
		printf "situations made: %d of %d\n", count, total
		for (i = 1; i <= total; i++)
			if (!(rows[i] in made))
				printf "  not made: %s %s: %s\n", rows[i], title[rows[i]],
				       why[rows[i]] ? why[rows[i]] : "no test of this run made it"
	}' "${0%/*}/truth.txt" "$1"
