#!/usr/bin/env python3
"""Compares lotop with ss in this network namespace: peers.py LOTOP UID. Started by check_peers.sh."""
import ipaddress, json, os, re, socket, subprocess, sys

lotop, ordinary_uid = sys.argv[1], sys.argv[2]
failures = []


def check(is_true, what):
    if not is_true:
        failures.append(what)


def is_in_scope(address):
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_loopback or ip.is_unspecified


def read_ss():
    """{(protocol, address, port, state): pids}; what shares them is one row, as in lotop."""
    rows = {}
    for line in subprocess.run(["ss", "-H", "-ltunp"], capture_output=True, text=True, check=True).stdout.splitlines():
        protocol, state, _, _, local, _, *users = line.split(None, 6)
        address, port = local.rsplit(":", 1)
        address = address.split("%")[0].strip("[]").replace("*", "::")
        if is_in_scope(address):
            pids = {int(pid) for pid in re.findall(r"pid=(\d+)", "".join(users))}
            rows.setdefault((protocol, address, int(port), state), set()).update(pids)
    return rows


def run_lotop(*prefix):
    done = subprocess.run([*prefix, lotop, "list", "--json"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"lotop list --json ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def open_rows(answer):
    return {(r["protocol"], r["address"], r["port"], r["state"]): r
            for r in answer["listeners"] if r["state"] in ("LISTEN", "UNCONN")}


def pids(row):
    return {holder["pid"] for holder in row["holders"]}


def compare_as_root(truth):
    rows = open_rows(run_lotop())
    for key in truth.keys() | rows.keys():
        check(key in rows, f"lotop lacks {key}")
        check(key in truth, f"ss does not know {key}")
        if key in rows and key in truth:
            check(pids(rows[key]) == truth[key], f"{key}: lotop says {pids(rows[key])}, ss says {truth[key]}")
    return len(rows)


def compare_as_user(truth):
    answer = run_lotop("setpriv", f"--reuid={ordinary_uid}", f"--regid={ordinary_uid}", "--clear-groups")
    rows = open_rows(answer)
    hidden = [key for key, row in rows.items() if not row["holders"]]
    check(rows.keys() == truth.keys(), f"as a user these differ: {rows.keys() ^ truth.keys()}")
    for key, row in rows.items():
        check(pids(row) <= truth.get(key, set()), f"{key}: lotop invents {pids(row)}")
        check(row["holders"] or "hidden" in row["marks"], f"{key}: nobody holds it, and it is not marked")
    check(hidden, "everything is visible to an ordinary user")
    check(len(hidden) < len(rows), "an ordinary user does not see their own server")
    check(any(gap["what"] == "owners" for gap in answer["gaps"]), "no gap tells of the owners")
    return len(hidden)


def find(answer, state, port):
    return next((r for r in answer["listeners"] if r["state"] == state and r["port"] == port), None)


def check_bound():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 4999))
        answer = run_lotop()
    row = find(answer, "BOUND", 4999)
    if any(gap["what"] == "bound_only" for gap in answer["gaps"]):
        print("  this kernel cannot list bound sockets")
        return
    check(row and pids(row) == {os.getpid()}, f"BOUND without its holder: {row}")


def check_time_wait():
    with socket.create_server(("127.0.0.1", 4998)) as server, socket.create_connection(("127.0.0.1", 4998)) as client:
        accepted, _ = server.accept()
        accepted.close()         # the server closes first, so TIME-WAIT is on its port
        client.recv(1)
    row = find(run_lotop(), "TIME-WAIT", 4998)
    check(row and not row["holders"] and 0 < (row["expires_ms"] or 0) <= 60000, f"TIME-WAIT without its time: {row}")


truth = read_ss()
print(f"  {compare_as_root(truth)} rows as ss says; as a user {compare_as_user(truth)} of them with hidden owners")
check_bound()
check_time_wait()
print(*failures or ["  BOUND has its holder, TIME-WAIT its time"], sep="\n")
sys.exit(bool(failures))
