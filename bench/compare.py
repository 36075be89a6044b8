#!/usr/bin/env python3
"""Measures two builds of the gateway beside each other: CPU per request of each case, in turn in one run (A B A B …), as
run.py does. A ratio is the median of the ratios of neighbours; above 1 the second build is the slower one. Memory is
taken at 64 clients, of gateways that served nothing else. Usage: bench/compare.py BEFORE AFTER (folders with a weft)
[--rounds N] [--seconds N] [--case NAME]...
"""
import argparse, json, statistics
from cache import ROUTE, SCRIPT
from run import CASES, HERE, ONE_CORE, backends, measure, stop, weft, workspace

# Beside the cases of run.py.
MORE = {"hit from memory": "/cached/1"}


def compare(folder, ports, name, options, script):
    definitions = {"bench.yaml": open(f"{HERE}/definitions/bench.yaml").read()} if name in CASES else {"c.yaml": ROUTE}
    pair = [weft(folder, f"{path}/weft", definitions, ports, ONE_CORE) for path in (options.before, options.after)]
    figures = []
    for _ in range(options.rounds):
        figures.append([
            measure(f"{name}, {which}", process, url + {**CASES, **MORE}[name], options.seconds, options.clients,
                    script if name in MORE else None)
            for which, (process, url) in zip(("before", "after"), pair)])
    for process, _ in pair:
        stop(process)
    return {
        "ratio": statistics.median(after["cpu_us"] / before["cpu_us"] for before, after in figures),
        "before_us": statistics.median(before["cpu_us"] for before, _ in figures),
        "after_us": statistics.median(after["cpu_us"] for _, after in figures),
        "before_mb": figures[-1][0]["memory_mb"], "after_mb": figures[-1][1]["memory_mb"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--seconds", type=int, default=2, help="per measurement")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--case", action="append", help="only these")
    parser.add_argument("--json", help="write the figures there too")
    options = parser.parse_args()
    results = {}
    with workspace() as folder:
        script = f"{folder}/keys.lua"
        open(script, "w").write(SCRIPT)
        ports = backends(folder)
        for name in options.case or [*CASES, *MORE]:
            results[name] = compare(folder, ports, name, options, script)
    print("\n| case | before | after | ratio | memory before | after |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, r in results.items():
        print(f"| {name} | {r['before_us']:.1f} µs | {r['after_us']:.1f} µs | {r['ratio']:.3f} "
              f"| {r['before_mb']:.1f} MB | {r['after_mb']:.1f} MB |")
    if options.json:
        json.dump(results, open(options.json, "w"), indent=1)


if __name__ == "__main__":
    main()
