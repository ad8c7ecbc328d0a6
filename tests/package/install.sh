#!/bin/sh
# tests/package/install.sh BUILD-FOLDER: the Debian package of that build in a root of its own that has only the base system
# (debootstrap): it installs with what it depends on, lists, shows the dashboard, its manual and its completions, and
# once it is purged nothing of it is left. Needs root, debootstrap and the packages of this Debian release.
set -eu
build=$1
cd "$(dirname "$0")/../.."

skip() {
	echo "skipped: $*"
	exit 77
}

fail() {
	echo "$*"
	exit 1
}

# inside COMMAND: in the new root; with its own process, mount and network namespace.
inside() {
	# shellcheck disable=SC2016 # for the shell inside
	unshare --net --pid --mount --fork --kill-child sh -eu -c '
		ip link set lo up
		mount -t proc proc "$1/proc"
		mount --rbind /dev "$1/dev"
		exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp/home TERM=xterm LANG=C.UTF-8 sh -eu -c "$2"
	' sh "$root" "$1"
}

# Packages come as on this machine: from the same place, by the same settings.
apt_get() {
	chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get "$@" >"$scratch/log" 2>&1 || {
		tail -5 "$scratch/log"
		skip "apt-get $1 does not work in the new root"
	}
}

make_root() {
	# shellcheck disable=SC1091
	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	# shellcheck disable=SC2016 # for apt-get
	mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' "Created-By: Packages" "Origin: Debian" |
		sed -n "s/^$release //p" | head -n 1)
	[ "$mirror" ] || skip "apt knows no place for the packages of Debian $release"
	debootstrap --variant=minbase "$release" "$root" "$mirror" >"$scratch/log" 2>&1 || {
		tail -5 "$scratch/log"
		skip "debootstrap does not work here"
	}
	cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/"
	cp /etc/resolv.conf "$root/etc/"
	rm -f "$root/etc/dpkg/dpkg.cfg.d/"*
	apt_get update
	apt_get install -y --no-install-recommends man-db bash-completion
}

# What the package brings, and what only keeps books or was there by chance, left out.
files() {
	(cd "$root" && find . -xdev ! -path './proc/*' ! -path './tmp/*' ! -path './var/cache/*' ! -path './var/log/*' \
		! -path './var/lib/apt/*' ! -path './var/lib/dpkg/*-old' ! -path './var/lib/systemd/*' ! -path './dev/*' | sort)
}

use() {
	inside 'lotop --version' | grep -q "^lotop [0-9]" || fail "lotop --version failed"
	inside "mkdir -p /tmp/home
		perl -MIO::Socket::INET -e '\$s = IO::Socket::INET->new(LocalAddr => \"127.0.0.1:3000\", Listen => 5) or die; sleep 60' &
		sleep 1
		lotop list 3000
		(sleep 3; printf q) | script -qec 'stty rows 24 cols 80; lotop --interval 0.5' /dev/null
		kill \$!" >"$scratch/seen" 2>&1 || { cat "$scratch/seen"; fail "lotop ends with an error"; }
	[ "$(grep -c 'perl' "$scratch/seen")" -ge 2 ] || { cat "$scratch/seen"; fail "the list or the dashboard misses a listener"; }
	inside 'man lotop | cat' | grep -q '^NAME' || fail "man lotop shows nothing"
	inside 'man lotop.conf | cat' | grep -q '^NAME' || fail "man lotop.conf shows nothing"
	inside 'bash -c "
		. /usr/share/bash-completion/bash_completion
		_completion_loader lotop || true
		complete -p lotop"' | grep -q lotop || fail "bash does not find the completions"
}

[ "$(id -u)" = 0 ] || skip "needs root"
for program in debootstrap cpack dpkg-deb dpkg-shlibdeps apt-get ip; do
	command -v $program >/dev/null || skip "$program is not installed"
done
unshare --net --pid --mount --fork true 2>/dev/null || skip "may not make the namespaces"
scratch=$(mktemp -d)
root=$scratch/root
trap 'rm -rf "$scratch"' EXIT

cpack --config "$build/CPackConfig.cmake" -B "$scratch/package" -G DEB >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
make_root
cp "$scratch"/package/lotop_*.deb "$root/tmp/lotop.deb"
# shellcheck disable=SC2046 # a list of words: the names in Depends, without versions
apt_get install -y --no-install-recommends $(dpkg-deb -f "$root/tmp/lotop.deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/,//g')
files >"$scratch/before"
chroot "$root" dpkg --install /tmp/lotop.deb >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "dpkg --install failed"; }
files | comm -13 "$scratch/before" - | grep -q usr/bin/lotop || fail "nothing was installed"
use
chroot "$root" dpkg --purge lotop >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "dpkg --purge failed"; }
files >"$scratch/after"
diff "$scratch/before" "$scratch/after" || fail "the purged package has left or taken these files"
echo "installed, used and purged in a fresh Debian root"
