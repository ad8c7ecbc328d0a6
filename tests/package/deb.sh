#!/bin/sh
# tests/package/deb.sh BUILD-FOLDER: the Debian package of that build has its files in their places and forms, declares
# the libraries that the program loads, runs from the folder it is unpacked into, and is made of the same bytes again
# at another time and place. lintian's opinion counts where it is installed.
set -eu
build=$1
cd "$(dirname "$0")/../.."

for program in cpack dpkg-deb dpkg-shlibdeps file; do
	command -v $program >/dev/null || {
		echo "skipped: $program is not installed"
		exit 77
	}
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
umask 022    # cpack's files of the outer archive have no other mode
export SOURCE_DATE_EPOCH=1700000000

# make NAME: $scratch/NAME/lotop_*.deb
make() {
	cpack --config "$build/CPackConfig.cmake" -B "$scratch/$1" -G DEB >"$scratch/log" 2>&1 || {
		cat "$scratch/log"
		exit 1
	}
}

fail() {
	echo "$*"
	exit 1
}

# What has to be there, by what there is in the sources; and the places where more may be.
expected() {
	cat <<-END
	usr/bin/lotop
	usr/share/applications/lotop.desktop
	usr/share/doc/lotop/README.md
	usr/share/doc/lotop/changelog.Debian.gz
	usr/share/doc/lotop/changelog.gz
	usr/share/doc/lotop/copyright
	usr/share/lintian/overrides/lotop
	END
	find man -type f | sed -n 's|^man/\(.*\.\([1-8]\)\)$|usr/share/man/man\2/\1.gz|p'
	[ ! -e completions/lotop.bash ] || echo usr/share/bash-completion/completions/lotop
	[ ! -e completions/_lotop ] || echo usr/share/zsh/vendor-completions/_lotop
	[ ! -e completions/lotop.fish ] || echo usr/share/fish/vendor_completions.d/lotop.fish
	[ ! -e packaging/lotop-record.service ] || echo usr/lib/systemd/user/lotop-record.service
	[ ! -e packaging/lotop.conf ] || echo usr/share/doc/lotop/examples/lotop.conf
}

places='^usr/(bin/lotop|lib/systemd/user/lotop[^/]*|share/(applications|bash-completion/completions|doc/lotop(/examples)?|'
places="${places}fish/vendor_completions.d|lintian/overrides|man/man[1-8]|zsh/vendor-completions)/[^/]*)\$"

make first
(TZ=Asia/Tokyo HOME=/nonexistent make second)
first=$(echo "$scratch"/first/lotop_*.deb)
cmp "$first" "$scratch"/second/lotop_*.deb || fail "made again, the package has other bytes"

dpkg-deb -x "$first" "$scratch/root"
(cd "$scratch/root" && find . -type f | sed 's|^\./||' | sort) >"$scratch/files"
expected | sort | comm -23 - "$scratch/files" | grep . && fail "these files are missing"
grep -vE "$places" "$scratch/files" && fail "these files have no business there"
find "$scratch/root" ! -perm -a+r -o -perm /022 | grep . && fail "not readable by all, or writable by others"
grep -rqF "$PWD" "$scratch/root" && fail "the place of the sources stands in the package"

"$scratch/root/usr/bin/lotop" --version | grep -qx "lotop $(dpkg-deb -f "$first" Version | sed 's/-.*//')" ||
	fail "lotop --version is not the package's version"
"$scratch/root/usr/bin/lotop" help list >/dev/null || fail "lotop help list failed"
maintainer=$(dpkg-deb -f "$first" Maintainer)
zcat "$scratch/root/usr/share/doc/lotop/changelog.Debian.gz" | grep -qF -e " -- $maintainer  " ||
	fail "the changelog is not signed by $maintainer"
for library in libc6 libncursesw6 libnl-3-200 libjansson4; do
	dpkg-deb -f "$first" Depends | grep -qw -e "$library" || fail "$library is not in Depends"
done
for page in "$scratch"/root/usr/share/man/man*/*.gz; do
	gzip -t "$page"
done
if command -v lintian >/dev/null; then
	lintian --fail-on error,warning "$first" 2>"$scratch/log" || fail "lintian complains"
fi
echo "$(wc -l <"$scratch/files") files, $(stat -c %s "$first") bytes, twice the same"
