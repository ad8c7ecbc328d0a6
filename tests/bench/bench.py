#!/usr/bin/env python3
"""Measures lotop beside ss, lsof and netstat on the same sockets, in one run, in alternating pairs.

    bench.py BUILD_DIR [S|M|L|C ...] [--pairs N] [--ticks N] [--list] [--out FILE]

Starts bench_load in a network namespace of its own (re-executes itself under unshare), measures whole processes (user + system
CPU, wall, peak RSS), the running dashboard on a pseudo-terminal, and counts its system calls with strace. Every line
shows the ratio to `ss -H -tulnp` beside the target. The answers are compared first: a fast one that differs ends the
run. Absolute times differ from machine to machine; ratios hardly.
"""
import argparse, collections, fcntl, json, os, platform, re, shutil, signal, statistics, struct, subprocess, sys, tempfile, termios, threading, time

SS = ["ss", "-H", "-tulnp"]
ORDINARY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
ABOUT = """# What lotop costs

Made by `./dev bench` on {cores} cores, Linux {release}: believe the ratios, not the milliseconds, for other work may
have gone on. S: 300 processes, 40 listeners; M: 1,000 and 300; L: 2,000 and 2,000, with 30,000 established connections;
C: as L, but 60 of the processes hold everything, in 150 cgroups (tests/bench/bench_load.c). Medians of alternating
pairs; the dashboard ticks ten times a second while it is measured, unless a line says otherwise. Alone: in a process
namespace in which nobody else starts anything, for each new process is looked at (there without BPF).
"""
INTERVAL = 0.1                     # seconds between the dashboard's ticks while it is measured

# name: (what, {workload: highest ratio to the CPU or wall of `ss -H -tulnp`})
TARGETS = {
    "list, no BPF, CPU": {"S": 0.60, "M": 0.60, "L": 0.57},
    "list, no BPF, wall": {"S": 0.40, "M": 0.35, "L": 0.35},
    "list, BPF, CPU": {"S": 0.12, "M": 0.04, "L": 0.05},
    "first frame, wall": {"S": 0.10, "M": 0.02, "L": 0.01},
    "steady tick, alone, CPU": {"S": 0.004, "M": 0.0015, "L": 0.002},
    "churn tick, no BPF, CPU": {"S": 0.03, "M": 0.008, "L": 0.006},
    "dashboard peak RSS, MB": {"S": 6, "M": 7, "L": 10},
    "idle tick, alone, system calls": {"S": 40, "M": 40, "L": 60},
    "tick that reads all, against LISTEN + UDP dumps": {"S": 3, "M": 3, "L": 3},
}

Cost = collections.namedtuple("Cost", "cpu wall rss")    # ms, ms, MB


def run(argv):
    """The cost of one whole process; what it prints is thrown away."""
    start = time.monotonic()
    null = os.open(os.devnull, os.O_RDWR)
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)])
    os.close(null)
    _, status, usage = os.wait4(pid, 0)
    wall = (time.monotonic() - start) * 1e3
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{' '.join(argv)}: exit status {os.waitstatus_to_exitcode(status)}")
    return Cost((usage.ru_utime + usage.ru_stime) * 1e3, wall, usage.ru_maxrss / 1024)


def pairs(a, b, count):
    """Alternating runs: the medians of both, and of the ratios pair by pair (CPU, wall)."""
    run(a), run(b)
    both = [(run(a), run(b)) for _ in range(count)]
    median = lambda values: statistics.median(values)
    return (Cost(*(median(getattr(x, f) for x, _ in both) for f in Cost._fields)),
            Cost(*(median(getattr(y, f) for _, y in both) for f in Cost._fields)),
            median(x.cpu / y.cpu for x, y in both), median(x.wall / y.wall for x, y in both))


def answer_of_ss():
    """Every (protocol, port, pid, descriptor)."""
    found = set()
    for line in subprocess.run(SS, capture_output=True, text=True, check=True).stdout.splitlines():
        fields = line.split(maxsplit=6)
        port = int(fields[4].rpartition(":")[2])
        found |= {(fields[0], port, int(pid), int(fd)) for pid, fd in re.findall(r"pid=(\d+),fd=(\d+)", line)}
    return found


def answer_of(argv):
    output = subprocess.run(argv + ["list", "--json", "--all"], capture_output=True, text=True).stdout
    return {(row["protocol"], row["port"], holder["pid"], fd) for row in json.loads(output)["listeners"]
            if row["state"] in ("LISTEN", "UNCONN") for holder in row["holders"] for fd in holder["fds"]}


def compare_answers(report, workload, lotop):
    theirs = answer_of_ss()
    for argv in ([lotop], [lotop, "--no-bpf"]):
        ours = answer_of(argv)
        if ours != theirs:
            sys.exit(f"{workload}: {' '.join(argv)} list: {len(ours - theirs)} too many, {len(theirs - ours)} too few: "
                     f"{sorted(ours ^ theirs)[:5]}")
    report.line(f"| {workload} | the same (protocol, port, pid, fd) as ss, with BPF and without | {len(theirs)} | | | met |")


class Load:
    def __init__(self, build, workload):
        self.process = subprocess.Popen([f"{build}/tests/bench_load", workload], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.expect("ready")

    def expect(self, word):
        line = self.process.stdout.readline().strip()
        if line != word:
            sys.exit(f"bench_load: expected {word!r}, got {line!r}")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        self.expect("ok")

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        time.sleep(3)                                # its children end one by one (PR_SET_PDEATHSIG), and with them their ports


class Dashboard:
    """lotop on a pseudo-terminal of 140 x 40 whose output is drained all the time."""

    def __init__(self, argv):
        self.fd, terminal = os.openpty()
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
        environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8")
        environment.pop("TMUX", None)
        self.bytes, self.first_row = 0, None
        self.started = time.monotonic()              # as run() starts its peers: a copy of this interpreter takes longer
        self.pid = os.posix_spawnp(argv[0], argv, environment, setsid=True, file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.ttyname(terminal), os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1), (os.POSIX_SPAWN_DUP2, 0, 2)])
        os.close(terminal)
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        seen = b""
        try:
            while data := os.read(self.fd, 65536):
                self.bytes += len(data)
                if self.first_row is None:
                    seen += data
                    if b"LISTEN" in seen or b"TIME-WAIT" in seen:
                        self.first_row = (time.monotonic() - self.started) * 1e3
        except OSError:
            pass

    def cpu(self):
        return time.clock_gettime((~self.pid << 3) | 2) * 1e3      # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED)

    def per_tick(self, ticks, interval=INTERVAL):
        """CPU ms, and bytes written, of one tick."""
        cpu, written = self.cpu(), self.bytes
        time.sleep(ticks * interval)
        return (self.cpu() - cpu) / ticks, (self.bytes - written) / ticks

    def peak_rss(self):
        return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{self.pid}/status").read())[1]) / 1024

    def calls_per_tick(self, ticks):
        strace = subprocess.Popen(["strace", "-f", "-c", "-p", str(self.pid)], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True)
        time.sleep(ticks * INTERVAL)
        strace.send_signal(signal.SIGINT)
        total = re.search(r"^\s*100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s+(?:\d+\s+)?total$", strace.communicate()[1], re.M)
        return int(total[1]) / ticks if total else None

    def end(self):
        os.write(self.fd, b"q")
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class Report:
    def __init__(self, out):
        self.out = open(out, "w") if out else None

    def line(self, text=""):
        print(text, flush=True)
        if self.out:
            self.out.write(text + "\n")

    def cell(self, workload, name, value, ratio, unit="ms"):
        target = TARGETS.get(name, {}).get(workload)
        verdict = "" if target is None else "met" if ratio <= target else "MISSED"
        self.line(f"| {workload} | {name} | {value:.3g} {unit} | {ratio:.4g} | {'' if target is None else target} | {verdict} |")


def one_shot(report, workload, lotop, load, count):
    """lotop list against its peers; gives the peer's CPU and wall."""
    load.tell("tw")
    plain, ss, cpu, wall = pairs([lotop, "--no-bpf", "list"], SS, count)
    report.line(f"| {workload} | `ss -H -tulnp`: CPU, wall | {ss.cpu:.3g}, {ss.wall:.3g} ms | 1 | | |")
    report.cell(workload, "list, no BPF, CPU", plain.cpu, cpu)
    report.cell(workload, "list, no BPF, wall", plain.wall, wall)
    fast, _, cpu, wall = pairs([lotop, "list"], SS, count)
    report.cell(workload, "list, BPF, CPU", fast.cpu, cpu)
    report.cell(workload, "list, BPF, wall", fast.wall, wall)
    user, _, cpu, wall = pairs(ORDINARY + [lotop, "list"], ORDINARY + SS, count)
    report.cell(workload, "list, ordinary user, CPU", user.cpu, cpu)
    for peer in (["netstat", "-tulnp"], ["lsof", "-nP", "-iTCP", "-sTCP:LISTEN"]):
        if shutil.which(peer[0]):
            cost = run(peer)
            report.cell(workload, f"`{' '.join(peer)}`, CPU", cost.cpu, cost.cpu / ss.cpu)
    return ss


def dashboard(report, workload, lotop, load, ss, ticks, bpf):
    name = "BPF" if bpf else "no BPF"
    argv = [lotop, "-i", str(INTERVAL)] + ([] if bpf else ["--no-bpf"])
    firsts = []
    for _ in range(5):
        screen = Dashboard(argv)
        time.sleep(2)
        firsts.append(screen.first_row or float("inf"))
        screen.end()
    first = statistics.median(firsts)
    report.cell(workload, "first frame, wall" if bpf else f"first frame, {name}, wall", first, first / ss.wall)
    screen = Dashboard(argv)
    time.sleep(8)                                    # owners found, marks faded
    load.tell("tw")
    time.sleep(2)
    steady(report, workload, screen, ss, ticks, f", {name}")
    load.tell("churn 20 5")
    time.sleep(2)
    cpu, _ = screen.per_tick(ticks)
    report.cell(workload, f"churn tick, {name}, CPU", cpu, cpu / ss.cpu)
    load.tell("calm")
    report.cell(workload, "dashboard peak RSS, MB" if not bpf else "dashboard peak RSS, BPF, MB", screen.peak_rss(),
                screen.peak_rss(), "MB")
    screen.end()


def steady(report, workload, screen, ss, ticks, name):
    cpu, written = screen.per_tick(ticks)
    report.cell(workload, f"steady tick{name}, CPU", cpu, cpu / ss.cpu)
    report.cell(workload, f"steady tick{name}, bytes to the terminal", written, written, "bytes")
    calls = screen.calls_per_tick(ticks) if shutil.which("strace") else None
    if calls:
        report.cell(workload, f"idle tick{name}, system calls", calls, calls, "calls")


def alone(report, workload, lotop, build, ss_cpu, ticks):
    """The steady tick where nobody but the load starts processes: this program is process 1's only other child."""
    load, screen = Load(build, workload), Dashboard([lotop, "-i", str(INTERVAL), "--no-bpf"])
    time.sleep(10)
    steady(report, workload, screen, Cost(ss_cpu, 0, 0), ticks, ", alone")
    screen.end()
    load.end()


def run_alone(report, workload, build, ss, ticks):
    """Not exec: whoever is process 1 has to wait for the orphans of bench_load, as a shell does."""
    argv = [sys.executable, sys.argv[0], build, workload, "--ticks", str(ticks), "--alone", str(ss.cpu)]
    output = subprocess.run(["unshare", "-pf", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh"] + argv,
                            capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        report.line(line)


def beside_dumps(report, workload, build):
    """What lotop adds to the two dumps of all that waits for somebody, in one process."""
    output = subprocess.run([f"{build}/tests/bench_tick"], capture_output=True, text=True, check=True).stdout
    _, tick, times, rest, rest_times = (float(n) for n in re.findall(r"([\d.]+) (?:us|times)", output))
    report.cell(workload, "tick that reads all, against LISTEN + UDP dumps", tick, times, "us")
    report.cell(workload, "tick while nothing happens, against LISTEN + UDP dumps", rest, rest_times, "us")


def once_a_second(report, workload, lotop, ss):
    screen = Dashboard([lotop, "-i", "1"])
    time.sleep(12)
    cpu, _ = screen.per_tick(20, 1)
    report.cell(workload, "steady tick once a second, CPU", cpu, cpu / ss.cpu)
    screen.end()


GROWTH = {"descriptors": (0, 1000, 10000), "connections": (0, 3000, 30000), "processes": (0, 300, 1500),
          "listeners": (0, 200, 2000)}


def growth(report, lotop, build, ticks):
    """The steady tick on S while one thing grows."""
    report.line("\n| S and more | steady tick, CPU ms |\n| --- | --- |")
    for kind, steps in GROWTH.items():
        load, have = Load(build, "S"), 0
        for step in steps:
            if step:
                load.tell(f"grow {kind} {step - have}")
                have = step
            screen = Dashboard([lotop, "-i", str(INTERVAL), "--no-bpf"])
            time.sleep(6)
            cpu, _ = screen.per_tick(ticks)
            report.line(f"| + {step} {kind} | {cpu:.3g} |")
            screen.end()
        load.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("workloads", nargs="*", default=["S"])
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--ticks", type=int, default=50)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--list", action="store_true", help="lotop list alone, not the dashboard")
    parser.add_argument("--alone", type=float, metavar="MS", help=argparse.SUPPRESS)       # see run_alone()
    parser.add_argument("--out")
    options = parser.parse_args()
    if not os.environ.get("LOTOP_BENCH_NAMESPACE"):
        os.environ["LOTOP_BENCH_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "-n" if os.getuid() == 0 else "-rn", "sh", "-c",
                              'ip link set lo up && exec "$@"', "sh"] + [sys.executable] + sys.argv)
    home = tempfile.TemporaryDirectory()               # the view as somebody left it is none to measure
    os.environ.update(XDG_STATE_HOME=home.name, XDG_CONFIG_HOME=home.name)
    lotop, report = f"{options.build}/lotop", Report(options.out)
    if options.alone:
        return alone(report, options.workloads[0], lotop, options.build, options.alone, options.ticks)
    report.line(ABOUT.format(cores=os.cpu_count(), release=platform.release().split("-")[0]))
    report.line("| workload | what | measured | ratio to ss, or itself | target | |\n| --- | --- | --- | --- | --- | --- |")
    for workload in options.workloads:
        load = Load(options.build, workload)
        compare_answers(report, workload, lotop)
        ss = one_shot(report, workload, lotop, load, options.pairs)
        if not options.list:
            beside_dumps(report, workload, options.build)
            once_a_second(report, workload, lotop, ss)
            dashboard(report, workload, lotop, load, ss, options.ticks, True)
            dashboard(report, workload, lotop, load, ss, options.ticks, False)
        load.end()
        if not options.list:
            run_alone(report, workload, options.build, ss, options.ticks)
    if options.growth:
        growth(report, lotop, options.build, options.ticks)


main()
