#!/usr/bin/env python3
"""Measures what the policies of the edge cost: the same route without and with them, in one gateway, in turn (A B A B …),
as run.py does. A ratio is the median of the ratios of neighbours. Then the first verification of a token, which is later
remembered, by CPU time of requests with tokens that are new against the same ones again; and compression.
Usage: bench/policies.py [--bin FOLDER] [--rounds N] [--seconds N]
"""
import argparse, base64, glob, hashlib, hmac, http.client, json, statistics, subprocess, time
from run import HERE, ONE_CORE, ROOT, backends, measure, stop, weft, workspace

SECRET = "0123456789abcdef0123456789abcdef"
GATEWAY = f"""{ONE_CORE}
auth:
  secret: {{ jwt: {{ issuer: bench, audience: bench, keys: {{ secret: "${{env.SECRET}}" }} }} }}
  rsa: {{ jwt: {{ issuer: bench, audience: bench, keys: {{ pem: rsa.pub }} }} }}
  ec: {{ jwt: {{ issuer: bench, audience: bench, keys: {{ pem: ec.pub }} }} }}
"""
# Each pair: without, with; and the share that the second may cost above the first.
PAIRS = {
    "composite": ("/plain/composite", "/edge/composite", 1.12),
    "proxy 1 KB": ("/plain/proxy", "/edge/proxy", 1.25),
    "gzip of a composite": ("/plain/composite", "/zipped/composite", None),
    "gzip of a hit": ("/plain/hit", "/zipped/hit", 1.0),
}
POLICIES = {
    "plain": "",
    "edge": "auth: secret, limit: 1000000000/h, cors: { origins: [https://shop.example] }, secure: true, ",
    "zipped": "compress: { encodings: [gzip] }, ",
}
CALLS = """calls: { user: GET b1 /users/42, orders: GET b2 /orders?userId=42, recommendations: GET b3 /recommendations/42, notifications: GET b4 /notifications/42 }"""


def definition():
    backends = "".join(f"  b{n}: {{ url: \"${{env.BACKEND_{n}}}\" }}\n" for n in range(1, 5))
    routes = "".join(
        f"  GET /{name}/composite: {{ {keys}{CALLS} }}\n  GET /{name}/hit: {{ {keys}cache: 1h, {CALLS} }}\n"
        f"  GET /{name}/proxy: {{ {keys}proxy: b1 /1k }}\n" for name, keys in POLICIES.items())
    routes += "".join(f"  GET /first/{name}: {{ auth: {name}, response: 1 }}\n" for name in ("secret", "rsa", "ec"))
    return f"bff: bench\nbackends:\n{backends}routes:\n{routes}"


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(der):
    """An ECDSA signature as JWS has it: r and s of 32 bytes each."""
    length = der[3]
    r, s = der[4:4 + length], der[6 + length:]
    return r[-32:].rjust(32, b"\0") + s[-32:].rjust(32, b"\0")


def token(algorithm, key, number):
    claims = {"iss": "bench", "aud": "bench", "sub": f"user-{number}", "exp": int(time.time()) + 3600}
    signed = f'{text(json.dumps({"alg": algorithm}).encode())}.{text(json.dumps(claims).encode())}'.encode()
    if algorithm == "HS256":
        signature = hmac.new(key.encode(), signed, hashlib.sha256).digest()
    else:
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=signed, capture_output=True, check=True).stdout
        signature = raw(signature) if algorithm == "ES256" else signature
    return f"{signed.decode()}.{text(signature)}"


def busy(pid):
    """CPU time of all threads, in nanoseconds."""
    return sum(int(open(path).read().split()[0]) for path in glob.glob(f"/proc/{pid}/task/*/schedstat"))


def ask(connection, path, tokens):
    for value in tokens:
        connection.request("GET", path, headers={"Authorization": f"Bearer {value}"})
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise SystemExit(f"{path}: {answer.status}")


def first(process, url, name, algorithm, key, count, rounds):
    """Microseconds that a token costs more when it is new."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    found = []
    for round in range(rounds):
        tokens = [token(algorithm, key, f"{round}-{n}") for n in range(count)]
        times = [busy(process.pid)]
        for _ in range(2):
            ask(connection, f"/first/{name}", tokens)
            times.append(busy(process.pid))
        found.append((times[1] - times[0] - (times[2] - times[1])) / 1e3 / count)
    connection.close()
    return statistics.median(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", default=f"{ROOT}/.build/release")
    parser.add_argument("--seconds", type=int, default=2, help="per measurement")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--clients", type=int, default=64)
    options = parser.parse_args()
    with workspace() as folder:
        ports = backends(folder)
        for name, arguments in (("rsa", ["genrsa", "-out", f"{folder}/rsa.key", "2048"]),
                                ("ec", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{folder}/ec.key"])):
            subprocess.run(["openssl", *arguments], check=True, capture_output=True)
            subprocess.run(["openssl", "pkey", "-in", f"{folder}/{name}.key", "-pubout", "-out", f"{folder}/{name}.pub"], check=True)
        files = {"bench.yaml": definition(), **{f"{n}.pub": open(f"{folder}/{n}.pub").read() for n in ("rsa", "ec")}}
        process, url = weft(folder, f"{options.bin}/weft", files, ports, GATEWAY, environment={"SECRET": SECRET})
        script = f"{folder}/headers.lua"
        open(script, "w").write(
            f'wrk.headers["Authorization"] = "Bearer {token("HS256", SECRET, 0)}"\n'
            'wrk.headers["Origin"] = "https://shop.example"\nwrk.headers["Accept-Encoding"] = "gzip"\n')
        ratios = {}
        for name, (plain, edge, aim) in PAIRS.items():
            rounds = [[measure(f"{name}, {which}", process, url + path, options.seconds, options.clients, script)["cpu_us"]
                       for which, path in (("without", plain), ("with", edge))] for _ in range(options.rounds)]
            ratios[name] = statistics.median(b / a for a, b in rounds), statistics.median(b - a for a, b in rounds), aim
        print("\n| case | with against without | more | aim |\n| --- | ---: | ---: | ---: |")
        for name, (ratio, more, aim) in ratios.items():
            print(f"| {name} | {ratio:.2f} | {more:.1f} µs | {aim or ''} |")
        print("\n| first verification | more than remembered |\n| --- | ---: |")
        for name, algorithm, key in (("secret", "HS256", SECRET), ("rsa", "RS256", f"{folder}/rsa.key"), ("ec", "ES256", f"{folder}/ec.key")):
            print(f"| {algorithm} | {first(process, url, name, algorithm, key, 500, 5):.0f} µs |", flush=True)
        stop(process)


if __name__ == "__main__":
    main()
