#!/bin/sh
# tests/package/sample.sh BUILD-FOLDER: the README's sample of JSON is what the command above it prints, but for line
# breaks and indentation. Proves first that it sees a difference.
set -eu
build=$1
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8 TZ=UTC

# The indented lines of the section JSON: a command, then what it prints.
sample() {
	sed -n '/^## JSON$/,/^## Rec/s/^    //p' "$1"
}

bare() {
	tr -d ' \n'
}

command=$(sample README.md | sed -n 1p)
case $command in
"lotop list --json "*) ;;
*)
	echo "the sample begins with '$command', which is no command of JSON"
	exit 1
	;;
esac
# shellcheck disable=SC2086 # words
printed=$("$build/lotop" ${command#lotop })
is_printed() {
	[ "$(bare)" = "$(echo "$printed" | bare)" ]
}

if sample README.md | sed '1d; s/"port":3000/"port":3001/' | is_printed; then
	echo "self-test: another port was not noticed"
	exit 1
fi
sample README.md | sed 1d | is_printed || {
	echo "README.md, section JSON: not what '$command' prints:"
	echo "$printed"
	exit 1
}
