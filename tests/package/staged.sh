#!/bin/sh
# tests/package/staged.sh BUILD-FOLDER: `cmake --install` with DESTDIR puts everything below it and nothing elsewhere,
# and the program runs from there.
set -eu
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

DESTDIR=$scratch/stage cmake --install "$build" --prefix /opt/lotop >"$scratch/log"
outside=$(cd "$scratch/stage" && find . -type f ! -path './opt/lotop/*')
[ -z "$outside" ] || {
	echo "installed outside of the prefix: $outside"
	exit 1
}
root=$scratch/stage/opt/lotop
[ -s "$root/share/man/man1/lotop.1" ] && "$root/bin/lotop" --version
