#!/bin/sh
# Real servers beside lotop and ss, in a private network namespace: every listener that ss shows has to be a row
# with the same address, port, state and processes; for an ordinary user with the same rows, unknown owners marked.
#     check_peers.sh LOTOP
# What is not installed is left out; with fewer than two servers there is nothing to learn (77: skipped).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lotop=$1
nobody=65534

skip() {
	echo "skipped: $1"
	exit 77
}

for tool in python3 ss ip setpriv unshare; do
	command -v "$tool" >/dev/null || skip "$tool is not installed"
done
[ "$(id -u)" = 0 ] || skip "switching to another user needs root"
if [ -z "${PEERS_NAMESPACE:-}" ]; then
	unshare -n true 2>/dev/null || skip "no network namespace may be made here"
	PEERS_NAMESPACE=1 exec unshare -n "$0" "$@"
fi
ip link set lo up

scratch=$(mktemp -d)
started=
finish() {
	for pid in $started; do
		kill "$pid" 2>/dev/null || continue
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
chmod 755 "$scratch"
cp "$lotop" "$scratch/lotop"    # where an ordinary user may run it

as_nobody() {
	exec setpriv --reuid="$nobody" --regid="$nobody" --clear-groups "$@"
}

# The first python3 may be one that only root can run.
python=$(command -v python3)
(as_nobody "$python" -c '') 2>/dev/null || python=/usr/bin/python3

servers=0
# start PORT COMMAND...: waits until something is bound to the port.
start() {
	port=$1
	shift
	"$@" >"$scratch/log.$port" 2>&1 </dev/null &
	started="$! $started"
	for _ in $(seq 100); do
		[ -z "$(ss -H -ltun "sport = :$port")" ] || return 0
		sleep 0.05
	done
	echo "did not open port $port in 5 s: $*"
	cat "$scratch/log.$port"
	exit 1
}

# server PROGRAM PORT COMMAND...
server() {
	if command -v "$1" >/dev/null; then
		shift
		start "$@"
		servers=$((servers + 1))
	else
		echo "not installed: $1"
	fi
}

cat >"$scratch/nginx.conf" <<END
user nobody nogroup;
worker_processes 2;
pid $scratch/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path $scratch/body;
	proxy_temp_path $scratch/proxy;
	fastcgi_temp_path $scratch/fastcgi;
	uwsgi_temp_path $scratch/uwsgi;
	scgi_temp_path $scratch/scgi;
	server { listen 127.0.0.1:8081; }
	server { listen 8082 reuseport; }
	server { listen [::]:8082 ipv6only=on; }
	server { listen [::]:8083 ipv6only=off; }
}
END

server nginx 8083 nginx -e stderr -c "$scratch/nginx.conf" -g 'daemon off;'
server redis-server 6399 redis-server --port 6399 --bind 127.0.0.1 ::1 --save '' --appendonly no --dir "$scratch"
server node 3456 node -e 'require("http").createServer().listen(3456, "::1")'
server socat 5353 socat -u UDP4-RECV:5353,bind=127.0.0.1 STDOUT
server python3 62893 as_nobody "$python" -m http.server 62893 --bind 127.0.0.1
[ "$servers" -ge 2 ] || skip "fewer than two servers are installed"

echo "$servers servers:"
python3 "$here/peers.py" "$scratch/lotop" "$nobody"
