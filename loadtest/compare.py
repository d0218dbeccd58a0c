#!/usr/bin/env python3
"""Compares what a call costs two builds of `tamis`: processor time of the server for each decision.

    loadtest/compare.py target/release/tamis-load BEFORE AFTER [--pairs 9] [--seconds 3] [load options ...]

Each build is a command such as `./tamis-before` or `"./tamis --decision-log /dev/null"`; `serve --demo` with one thread and a store
of its own is added. Server and load have a processor each, the first two. Prints each pair, then the medians and the ratio's quartiles.
"""

import argparse
import json
import re
import shlex
import statistics
import subprocess
import tempfile
from pathlib import Path


def serve(command: str, folder: Path):
    """Starts a server; returns it and its address."""
    program, *options = shlex.split(command)
    line = ["taskset", "-c", "0", program, "serve", "--demo", "--threads", "1", "--log", "warn"]
    line += ["--listen", "127.0.0.1:0", "--store", str(folder / "tamis.db"), *options]
    server = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    found = re.search(r"http://(\S+)", server.stdout.readline())
    return server, found.group(1)


def load(program: str, server, address: str, seconds: int, options: list[str]):
    """Puts load on a server."""
    line = ["taskset", "-c", "1", program, "run", "--target", address, "--account", "demo"]
    line += ["--duration", f"{seconds}s", "--warmup", "1s", "--server-pid", str(server.pid), "--output", "json"]
    return subprocess.Popen(line + options, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def cost(loading) -> float:
    """Processor time of the server for one decision, in microseconds."""
    return json.loads(loading.communicate()[0])["server_cpu"]["cpu_us_per_decision"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ["load", "before", "after"]:
        parser.add_argument(name)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=3)
    args, options = parser.parse_known_args()
    options = options or ["--connections", "8", "--streams", "10"]
    with tempfile.TemporaryDirectory() as folder:
        servers = []
        try:
            for name in ["before", "after"]:
                place = Path(folder) / name
                place.mkdir()
                servers.append(serve(getattr(args, name), place))
            pairs = []
            for _ in range(args.pairs):
                both = [load(args.load, *server, args.seconds, options) for server in servers]
                found = [cost(loading) for loading in both]
                pairs.append(found)
                print(f"before {found[0]:6.2f} µs   after {found[1]:6.2f} µs   ratio {found[1] / found[0]:.3f}", flush=True)
            before, after = (statistics.median(side) for side in zip(*pairs))
            low, ratio, high = statistics.quantiles([b / a for a, b in pairs], n=4)
            print(f"median before {before:.2f} µs, after {after:.2f} µs; ratio {ratio:.3f} ({low:.3f} to {high:.3f})")
        finally:
            for server, _ in servers:
                server.terminate()
                server.wait()


main()
