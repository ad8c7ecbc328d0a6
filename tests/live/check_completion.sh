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

# types LINE EXPECTED: what stands in the line of an interactive zsh after LINE and Tab.
types() {
	zsh -f -c '
		zmodload zsh/zpty zsh/datetime
		zpty -b shell zsh -f -i
		zpty -w shell "PS1=; unsetopt zle_bracketed_paste; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; print rea""dy"
		integer until=$(( EPOCHSECONDS + 15 ))
		said=
		while [[ $said != *ready* ]] && (( EPOCHSECONDS < until )); do
			zpty -r -t shell part && said+=$part || sleep 0.05
		done
		zpty -w -n shell "$2"$'"'\t'"'
		said=
		while [[ $said != *$3* ]] && (( EPOCHSECONDS < until )); do
			zpty -r -t shell part && said+=$part || sleep 0.05
		done
		zpty -d shell
		[[ $said == *$3* ]]' zsh "$folder" "$1" "$2" || {
		echo "zsh, \"$1\" and Tab: \"$2\" expected"
		exit 1
	}
}

if command -v zsh >/dev/null; then
	zsh -n "$folder/_lotop"
	types 'lotop ki' 'lotop kill'
	types 'lotop help wai' 'lotop help wait'
	types 'lotop list --sort add' 'lotop list --sort address'
	types 'lotop list mark:exp' 'lotop list mark:exposed'
fi

# completes LINE EXPECTED: the words that fish offers, without what it says about them.
completes() {
	got=$(fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$folder/lotop.fish" "$1" | cut -f 1 | tr '\n' ' ')
	[ "$got" = "$2 " ] || {
		echo "fish, \"$1\": \"$2\" expected, \"$got\" offered"
		exit 1
	}
}

if command -v fish >/dev/null; then
	fish -n "$folder/lotop.fish"
	completes 'lotop ki' 'kill'
	completes 'lotop help wai' 'wait'
	completes 'lotop list --sort add' 'address'
	completes 'lotop list mark:exp' 'mark:exposed'
fi
