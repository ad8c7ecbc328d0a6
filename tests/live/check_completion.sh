#!/bin/sh
# The completion scripts, as far as their shells are installed: what bash is offered, and that all can be read.
# check_completion.sh LOTOP
set -eu
folder=$(cd "$(dirname "$0")/../../completions" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ln -s "$1" "$scratch/lotop"
PATH=$scratch:$PATH
export PATH

# offers LINE EXPECTED: the words that bash puts in place of the last one, joined by blanks.
offers() {
	got=$(bash -c '
		source "$1/lotop.bash"
		COMP_LINE=$2 COMP_POINT=${#2}
		_lotop
		echo "${COMPREPLY[*]}"' bash "$folder" "$1")
	[ "$got" = "$2" ] || {
		echo "bash, \"$1\": \"$2\" expected, \"$got\" offered"
		exit 1
	}
}

if command -v bash >/dev/null; then
	offers 'lotop ki' 'kill'
	offers 'lotop help wai' 'wait'
	offers 'lotop list --sort add' 'address'
	offers 'lotop list --sort=add' 'address'
	offers 'lotop list mark:exp' 'exposed'
	offers 'lotop list --record ' ''
fi
! command -v zsh >/dev/null || zsh -n "$folder/_lotop"
! command -v fish >/dev/null || fish -n "$folder/lotop.fish"
