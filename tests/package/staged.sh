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
# What a shell never looks at is not installed (zsh: print -l $fpath).
DESTDIR=$scratch/local cmake --install "$build" --prefix /usr/local >"$scratch/log"
[ -s "$scratch/local/usr/local/share/zsh/site-functions/_lotop" ] || {
	echo "zsh does not find its completion below /usr/local"
	exit 1
}
root=$scratch/stage/opt/lotop
[ -s "$root/share/man/man1/lotop.1" ] && "$root/bin/lotop" --version
