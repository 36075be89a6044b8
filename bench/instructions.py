#!/usr/bin/env python3
"""Counts the instructions that builds of the gateway take for a request, under valgrind: what CPU times can't tell on a
machine that others share. One client, one request at a time; each case is warmed up first. System calls count as
nothing. valgrind wants builds without debug information (`strip -g`). Usage: bench/instructions.py BEFORE [AFTER] (folders with a weft) [--requests N] [--case NAME]...
"""
import argparse, glob, http.client, os, re, subprocess, time
from cache import ROUTE
from run import CASES, HERE, ONE_CORE, ROOT, backends, stop, weft, workspace

MORE = {"hit from memory": "/cached/1"}


def ask(url, path, count):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=120)
    for _ in range(count):
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise SystemExit(f"{path}: {answer.status}")
    connection.close()


def count(folder, kept, ports, binary, name, requests):
    """Instructions for each request."""
    definitions = {"bench.yaml": open(f"{HERE}/definitions/bench.yaml").read()} if name in CASES else {"c.yaml": ROUTE}
    out = f"{kept}/callgrind-{os.path.basename(os.path.dirname(binary))}-{name.replace(' ', '-')}"
    wrapper = f"{out}.sh"
    with open(wrapper, "w") as file:
        file.write(f'#!/bin/sh\nexec valgrind -q --tool=callgrind --callgrind-out-file={out} {binary} "$@"\n')
    os.chmod(wrapper, 0o755)
    process, url = weft(folder, wrapper, definitions, ports, ONE_CORE, core=None)
    path = {**CASES, **MORE}[name]
    ask(url, path, requests // 4)
    subprocess.run(["callgrind_control", "-z", str(process.pid)], check=True, capture_output=True)
    ask(url, path, requests)
    subprocess.run(["callgrind_control", "-d", str(process.pid)], check=True, capture_output=True)
    stop(process)
    totals = [int(re.search(r"^(?:totals|summary): (\d+)", open(f).read(), re.M).group(1)) for f in sorted(glob.glob(f"{out}.1"))]
    return totals[0] / requests


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("builds", nargs="+")
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--case", action="append", help="only these")
    parser.add_argument("--keep", help="a folder for valgrind's files, for callgrind_annotate")
    options = parser.parse_args()
    with workspace() as folder:
        kept = options.keep or folder
        ports = backends(folder)
        for name in options.case or [*CASES, *MORE]:
            figures = [count(folder, kept, ports, f"{os.path.abspath(b)}/weft", name, options.requests) for b in options.builds]
            ratio = f"  ratio {figures[1] / figures[0]:.3f}" if len(figures) > 1 else ""
            print(f"{name:18} " + "  ".join(f"{f:10.0f}" for f in figures) + ratio, flush=True)


if __name__ == "__main__":
    main()
