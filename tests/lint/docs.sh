#!/bin/sh
# What is written about lotop for its users: the man page is sound, and the README and the examples of the man page
# use only options and commands that there are; every file that a Markdown file names is there. (What is missing in the
# man page, tests/unit/test_manual.c finds.)
# Proves first that it finds what is not there.
set -eu
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The names of a table: names FILE.
names() {
	sed -n 's/^\t\(\[[A-Z_]*\] = \)\{0,1\}{ "\([a-z][a-z-]*\)", .*/\2/p' "$1"
}

names src/cli/options.c >"$scratch/options"
names src/cli/subcommand.c >"$scratch/subcommands"
if [ ! -s "$scratch/options" ] || [ ! -s "$scratch/subcommands" ]; then
	echo "the tables in src/cli are not where they were"
	exit 1
fi

# commands FILE: every "lotop ..." in it that is a command line, one a line.
commands() {
	grep -oE '^(\.Dl |[ \t]*(\$ )?)(sudo )?(\./dev run|lotop)( .*)?$' "$1" | sed -E 's/^(\.Dl |[ \t]*(\$ )?)(sudo )?//; s/#.*//'
}

# known FILE: prints what its command lines use and lotop does not have; fails if there is something.
known() {
	commands "$1" >"$scratch/lines"
	grep -oE -e '--[a-z-]+' "$scratch/lines" | sed 's/^--//' | sort -u >"$scratch/used-options"
	sed -nE 's/^lotop ([a-z]+).*/\1/p' "$scratch/lines" | sort -u >"$scratch/used-subcommands"
	! { grep -vxFf "$scratch/options" "$scratch/used-options" ||
		grep -vxFf "$scratch/subcommands" "$scratch/used-subcommands"; }
}

finds() {
	echo "$1" >"$scratch/sample"
	if known "$scratch/sample" >/dev/null; then
		echo "self-test: this was not found: $1"
		exit 1
	fi
}
finds 'lotop list --yaml'
finds '.Dl lotop lists 3000'
finds '    $ sudo lotop fly'
echo 'lotop list --json 3000    # --any --comment' >"$scratch/sample"
known "$scratch/sample" || {
	echo "self-test: a sound line was refused"
	exit 1
}

# named FILE: prints the files of this repository that it names and that are not there; fails if there is one. A pattern
# is none, nor a name with a place to fill in (test_X.c, cmd_NAME.c).
# shellcheck disable=SC2016 # backquotes of Markdown
named() {
	grep -oE '[`(](src|tests|ui|platform|docs|man|packaging|cmake|completions)/[A-Za-z0-9_./-]+[`)]' "$1" |
		tr -d '`()' | grep -vE '_X\.|_NAME\.' | sort -u >"$scratch/paths"
	missing=0
	while read -r path; do
		[ -e "$path" ] || {
			echo "$path"
			missing=1
		}
	done <"$scratch/paths"
	return $missing
}

# shellcheck disable=SC2016
echo 'see `src/main.c`, [it](docs/nowhere.svg) and `tests/unit/test_X.c`' >"$scratch/sample"
[ "$(named "$scratch/sample")" = docs/nowhere.svg ] || {
	echo "self-test: a file that is not there was not found"
	exit 1
}

failed=0
for file in README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md; do
	named "$file" >"$scratch/unknown" || {
		echo "$file names what is not there:"
		cat "$scratch/unknown"
		failed=1
	}
done
for file in README.md man/lotop.1; do
	known "$file" >"$scratch/unknown" || {
		echo "$file uses what lotop does not have:"
		cat "$scratch/unknown"
		failed=1
	}
done
if command -v mandoc >/dev/null; then
	for page in man/*.[1-8]; do
		mandoc -T lint -W style "$page" 2>&1 | grep -v -e 'outdated mandoc.db' -e 'not found: Xr lotop' &&
			failed=1
	done
else
	echo "mandoc is not installed: the man pages were not checked"
fi
exit $failed
