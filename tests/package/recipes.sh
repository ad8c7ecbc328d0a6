#!/bin/sh
# tests/package/recipes.sh BUILD-FOLDER: every command of the README's recipes, and of its table of what they replace, runs
# as it is written there and succeeds, on real servers in a private network namespace. Left out: what needs another machine (ssh) or never ends (the dashboard).
set -eu
build=$1
here=$(cd "$(dirname "$0")/../.." && pwd)

if [ "${IN_NAMESPACE:-}" != yes ]; then
	for program in script python3 setsid nsenter; do
		command -v $program >/dev/null || {
			echo "skipped: $program is not installed"
			exit 77
		}
	done
	unshare --net --pid --fork --kill-child --mount-proc true 2>/dev/null || {
		echo "skipped: may not make the namespaces"
		exit 77
	}
	IN_NAMESPACE=yes exec unshare --net --pid --fork --kill-child --mount-proc "$0" "$build"
fi

ip link set lo up
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/shop"
ln -s "$build/lotop" "$scratch/bin/lotop"
printf '#!/bin/sh\nexec "$@"\n' >"$scratch/bin/sudo"
chmod +x "$scratch/bin/sudo"
PATH=$scratch/bin:$PATH
cd "$scratch/shop"
echo true >migrate && chmod +x migrate

# serve PORT ADDRESS: a server in a session of its own, unless there is one.
serve() {
	lotop list --no-header "port:$1 state:listen" >"$scratch/seen" 2>&1 && return
	setsid python3 -m http.server "$1" --bind "$2" >"$scratch/server.log" 2>&1 &
	lotop wait "$1" --timeout 10s
}

# on_terminal COMMAND: y is the answer to every question.
on_terminal() {
	echo y | script -qec "$1" /dev/null
}

recipe() {
	how="sh -c"
	case $1 in
	*ssh*) return ;;
	*--free*) lotop kill -y 3000 >"$scratch/output" ;;
	*" kill "*) how=on_terminal ;;
	*watch) set -- "timeout 1 $1 || [ \$? = 124 ]" ;;
	*nsenter*) set -- "$(echo "$1" | sed "s/4211/$$/; s/\$/ list/")" ;;
	esac
	$how "$1" >"$scratch/output" 2>&1 || {
		cat "$scratch/output"
		echo "this recipe failed: $1"
		exit 1
	}
	ran=$((ran + 1))
}

ran=0
sed -n '/^## Recipes/,/^## [^R]/ { /^    #/d; s/^    //p }' "$here/README.md" | sed 's/  *#.*//' >"$scratch/recipes"
# The middle of each line of the table beside them.
# shellcheck disable=SC2016 # backquotes of Markdown
sed -n '/^## Instead of/,/^## R/s/^| .* | `\(lotop [^`]*\)` | .*/\1/p' "$here/README.md" >"$scratch/instead"
[ "$(wc -l <"$scratch/instead")" -ge 7 ] || {
	echo "README.md, section Instead of: not the table that it was"
	exit 1
}
cat "$scratch/instead" >>"$scratch/recipes"
while read -r line <&3; do
	serve 3000 127.0.0.1
	serve 8080 0.0.0.0
	serve 5432 127.0.0.1
	recipe "$line"
done 3<"$scratch/recipes"
[ "$ran" -ge 10 ] || {
	echo "only $ran recipes were found in README.md"
	exit 1
}
echo "$ran recipes run as written"
