#!/bin/sh
# What may not stand in the sources: calls without bounds or with a shell, unfinished work, typedef'd
# structs, bytes beyond ASCII, and traces of the machine that they were written on.
# Proves first that each pattern finds its kind.
set -eu
cd "$(dirname "$0")/../.."
export LC_ALL=C

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

calls='(^|[^a-zA-Z0-9_])(v?sprintf|strn?cpy|strn?cat|v?f?s?scanf|gets|strtok|ato[il]|alloca|system|popen)[ ]?\('
words='(TODO|FIXME)|^[ ]*typedef (struct|union|enum)'
beyond_ascii='[^ -~[:space:]]'
hosts='https?://[a-z0-9.-]*(registry|mirror|proxy|artifactory|nexus|internal)[a-z0-9.-]*'
here=$(pwd)

# lacks PATTERN FOLDER...: prints what is there; fails if something is.
lacks() {
	pattern=$1
	shift
	! grep -rnE --include='*.[ch]' -e "$pattern" "$@"
}

lacks_trace() {
	! grep -rnE --exclude-dir=.git --exclude-dir='build*' -e "$hosts" "$1" &&
		! grep -rnF --exclude-dir=.git --exclude-dir='build*' -e "$here/" "$1"
}

# finds PATTERN LINE
finds() {
	echo "$2" >"$scratch/sample.c"
	if lacks "$1" "$scratch" >/dev/null; then
		echo "self-test: this was not found: $2"
		exit 1
	fi
}

finds "$calls" '	strcpy(a, b);'
finds "$calls" '	return sscanf(line, "%d", &x);'
finds "$words" '/* TODO */'
finds "$words" 'typedef struct row row;'
finds "$beyond_ascii" "$(printf '/* caf\351 */')"
for trace in "https://regis""try.example.org/simple" "$here/src"; do
	echo "$trace" >"$scratch/sample.c"
	if lacks_trace "$scratch" >/dev/null; then
		echo "self-test: this was not found: $trace"
		exit 1
	fi
done

failed=0
lacks "$calls" src ui platform || failed=1
lacks "$words" src ui platform tests || failed=1
lacks "$beyond_ascii" src ui platform || failed=1
lacks_trace . || failed=1
exit $failed
