#!/bin/sh
# docs/picture.sh [BUILD-FOLDER]: makes the pictures in docs/, and the film of the tour, from a real run: the dashboard, in tmux, on a developer's
# desk. The desk is staged, the processes are real: node, python and, where they are installed, redis, nginx and
# socat, in network, process, host name and mount namespaces of their own. Nothing outside is touched, and all of it
# ends with the script. Needs root, tmux and python3; rsvg-convert for PNGs.
set -eu

in_own_namespaces() {
	exec unshare --net --pid --uts --mount --ipc --fork --kill-child --mount-proc \
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=xterm-256color TMUX_TMPDIR=/mnt \
		IN_NAMESPACES=1 sh "$docs/picture.sh" "$build"
}

# A work place on /mnt, then users and a home, all in this mount namespace only. The checkout may itself be below /home.
make_house() {
	hostname devbox
	ip link set lo up
	mount -t tmpfs tmpfs /mnt
	mkdir /mnt/docs /mnt/build
	mount --bind "$docs" /mnt/docs
	mount --bind "$build" /mnt/build
	cd /mnt
	mount -t tmpfs tmpfs /home
	{ echo "alice:x:1000:1000::/home/alice:/bin/sh"; cat /etc/passwd; } >passwd
	mount --bind passwd /etc/passwd
	mkdir -p /home/alice/shop/web /home/alice/shop/api /home/alice/blog/public
	chown -R 1000:1000 /home/alice
	echo 4100 >/proc/sys/kernel/ns_last_pid
}

# as USER FOLDER COMMAND...: in the background, in a session of its own.
as() {
	user=$1 folder=$2
	shift 2
	(cd "$folder" && exec setsid setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@" >/dev/null 2>&1 </dev/null) &
}

node_server='require("http").createServer((q, s) => s.end("ok"))'

make_shop() {
	cd /home/alice/shop
	echo '{ "name": "shop", "dependencies": { "next": "15" } }' >package.json
	mkdir -p .git && echo 'ref: refs/heads/main' >.git/HEAD
	echo "$node_server.listen(3000, '127.0.0.1')" >web/server.js
	echo "$node_server.listen(8000, '::1')" >api/server.js
	echo "$node_server.listen(4000, '127.0.0.1')" >api/worker.js
	chown -R 1000:1000 .
	cd /mnt
	as alice /home/alice/shop node web/server.js
	as alice /home/alice/shop node api/worker.js
	stopped=$!
	as alice /home/alice/blog python3 -m http.server 8080 --directory public
	as alice /home/alice/shop python3 -c 'import socket,time
s = socket.socket()
s.bind(("127.0.0.1", 7000))
time.sleep(600)'
	as alice /home/alice/shop node --inspect=127.0.0.1:9229 -e 'setInterval(() => {}, 1000)'
}

make_services() {
	if command -v redis-server >/dev/null; then
		as redis / redis-server --port 6379 --bind 127.0.0.1 ::1 --save ''
	fi
	if command -v nginx >/dev/null; then
		mount -t tmpfs tmpfs /etc/nginx
		echo 'daemon off; pid /etc/nginx/pid; error_log stderr; worker_processes 2; events {}
			http { access_log off; server { listen 80; listen [::1]:8443; } }' >/etc/nginx/nginx.conf
		as root / nginx
	fi
	if command -v socat >/dev/null; then
		as alice /home/alice socat TCP-LISTEN:5432,bind=127.0.0.1,fork TCP:db.example.net:5432
	fi
	as nobody / python3 -c 'import socket,time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.53", 53))
time.sleep(600)'
}

# Clients of the shop, a server that went away a moment ago, and one that was stopped with Ctrl-Z.
make_life() {
	as alice /home/alice python3 -c 'import socket,time
keep = [socket.create_connection(("127.0.0.1", port)) for port in (3000, 3000, 3000, 6379, 6379)]
time.sleep(600)'
	python3 -c 'import socket
s = socket.create_server(("127.0.0.1", 5000))
client = socket.create_connection(("127.0.0.1", 5000))
s.accept()[0].close()
client.close()'
	kill -STOP "$stopped"
}

# The last one starts while the dashboard looks on, so its row is new.
make_api() {
	as alice /home/alice/shop node api/server.js
	sleep 2.2
}

# key KEY: presses it and waits until the screen stands still.
key() {
	tmux send-keys "$1"
	sleep 1
}

# draw NAME COLUMNS CAPTURE...: docs/NAME.svg and docs/NAME-light.svg.
draw() {
	name=$1
	shift
	python3 docs/picture.py "$@" >"docs/$name.svg"
	python3 docs/picture.py --light "$@" >"docs/$name-light.svg"
}

# shoot NAME COLUMNS: docs/NAME.svg, docs/NAME-light.svg, and build/NAME.png to look at.
shoot() {
	tmux capture-pane -e -p -N >screen
	draw "$1" "$2" screen
	! command -v rsvg-convert >/dev/null || rsvg-convert "docs/$1.svg" -o "build/$1.png"
	echo "docs/$1.svg"
}

# open COLUMNS LINES: the dashboard on a terminal of that size.
open() {
	tmux -f /dev/null new-session -d -x "$1" -y "$2" "TERM=tmux-256color exec build/lotop"
	sleep 2.5
}

# shut: the terminal is closed; a new one must not meet the old server on its way out.
shut() {
	tmux kill-server
	while tmux list-sessions >/dev/null 2>&1; do sleep 0.2; done
	sleep 0.5
}

# remember: what is on the screen now is the next one of the tour, and in the film there is time to read it.
remember() {
	sleep 2
	screens=$((${screens:-0} + 1))
	tmux capture-pane -e -p -N >"tour-$(printf %02d $screens)"
}

# film FILE COLUMNS LINES TITLE: from here on, what the dashboard writes; from Ctrl-L on that is a whole picture.
film() {
	tmux pipe-pane "exec python3 docs/cast.py $2 $3 '$4' >$1"
	key C-l
}

# A minute with lotop: a new server comes, whose is it, why can its port not be bound, end it, it is free.
make_tour() {
	open 100 30
	film docs/tour.cast 100 30 'lotop: who has port 9000, why is it taken, end it, it is free'
	remember
	as alice /home/alice/shop python3 -m http.server 9000 --bind 127.0.0.1
	sleep 2.2
	remember
	tmux send-keys / && tmux send-keys -l 'port:9000'
	sleep 1
	remember
	key Enter
	key Enter
	remember
	key Escape
	key w && sleep 1
	remember
	key Escape
	key k
	remember
	key Enter
	key y && sleep 1    # it is alice's, and the pictures are taken by root
	remember
	tmux pipe-pane
	draw tour 100 tour-*
	echo docs/tour.cast
	key Escape
	key Tab
	key Tab
	shoot events 100
	shut
}

make_pictures() {
	open 100 30
	key Down && key Down
	make_api
	shoot listeners 100
	tmux send-keys / && tmux send-keys -l 'port:3000'
	key Enter
	key k
	shoot kill 100
	key Escape
	key Enter
	shoot details 100
	shut
	open 100 30
	key Down && key Down
	key w && sleep 1
	shoot why 100
	shut
	open 100 30
	key Tab && sleep 1
	shoot connections 100
	shut
	open 140 30
	shoot listeners-wide 140
	key Down && key Down && key d
	shoot split 140
	shut
	make_tour
}

docs=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$docs/../build}" && pwd)
[ "${IN_NAMESPACES:-}" ] || in_own_namespaces
make_house
make_services
sleep 9    # so that not all are of one age
make_shop
sleep 1.5
make_life
make_pictures
