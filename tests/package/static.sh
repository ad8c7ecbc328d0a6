#!/bin/sh
# tests/package/static.sh BUILD-FOLDER: a build with LOTOP_STATIC needs the C library alone, and lists what listens.
set -eu
build=$1
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

setting() {
	sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"
}

build_static() {
	cmake -S . -B "$scratch" -G Ninja -DLOTOP_STATIC=ON -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=Debug \
		-DCMAKE_C_COMPILER="$(setting CMAKE_C_COMPILER)" &&
		cmake --build "$scratch" --target lotop
}

(build_static) >"$scratch/log" 2>&1 || {
	cat "$scratch/log"
	exit 1
}
if ldd "$scratch/lotop" | grep -vE 'linux-vdso|libc\.so|ld-linux'; then
	echo "these libraries are not in the program"
	exit 1
fi
"$scratch/lotop" list --json | grep -q '"listeners"'
echo "$(stat -c %s "$scratch/lotop") bytes, with the C library alone"
