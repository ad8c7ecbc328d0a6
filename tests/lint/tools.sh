#!/bin/sh
# What shellcheck and cppcheck find, where they are installed: it has to be nothing.
set -eu
cd "$(dirname "$0")/../.."
ran=

if command -v shellcheck >/dev/null; then
	shellcheck dev .ci/run docs/*.sh tests/lint/*.sh tests/package/*.sh
	ran="$ran shellcheck"
fi
if command -v cppcheck >/dev/null; then
	cppcheck --quiet -j 2 --std=c11 --enable=warning,portability,performance --inline-suppr --error-exitcode=1 \
		-D_GNU_SOURCE -I. -Isrc --suppress=missingIncludeSystem --suppress=internalAstError \
		-i platform/linux/bpf src platform ui
	ran="$ran cppcheck"
fi
[ -n "$ran" ] || {
	echo "skipped: neither shellcheck nor cppcheck is installed"
	exit 77
}
echo "clean:$ran"
