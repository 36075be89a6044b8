"""A gateway and its backend process, started for a stress run, and what they take."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
DEFINITION = """
backends:
  b: { url: "${env.BACKEND}" }
routes:
  GET /static:
    response: { hello: world }

  GET /page/:id/:user/:orders/:extra:
    timeout: 5s
    calls:
      user: { request: "GET b /json/user/${path.id}/${path.user}", timeout: 1s }
      orders: { request: "GET b /json/orders/${path.id}/${path.orders}", timeout: 1s, fallback: [] }
      extra: { request: "GET b /json/extra/${path.id}/${path.extra}", timeout: 1s }
      next: { request: "GET b /json/next/${user.id}/ok", timeout: 1s }
    response:
      asked: ${path.id}
      user: ${user}
      orders: ${orders}
      extra: ${extra}
      next: ${next}
    meta: { when: never }

  GET /strict/:id/:user:
    calls:
      user: { request: "GET b /json/user/${path.id}/${path.user}", timeout: 1s, required: true }
      other: { request: "GET b /json/other/${path.id}/slow", timeout: 2s }
    response: { asked: "${path.id}", user: "${user}" }

  POST /order/:fault:
    calls:
      made: { request: "POST b /echo/${path.fault}", timeout: 1s, required: true, body: { n: "${body.n}", text: "${body.text}" } }
    response: { n: "${body.n}", made: "${made.got}" }

  ANY /raw/*rest:
    proxy: b /${path.rest}
    timeout: 1s
"""


class Backend:
    def __init__(self):
        command = [sys.executable, os.path.join(HERE, "backend.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def active(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/active", timeout=10) as answer:
            return int(answer.read())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(15)


# The gateway gives freed memory back every ten seconds.
RETURNING = 11
LISTEN_TLS = "listen: { address: 127.0.0.1:0, tls: { certificates: [{ certificate: c.pem, key: c.key }] } }\n"


class Gateway:
    """Serves `files`, which read the backend's address from `env.BACKEND`, or what `environment` has."""

    def __init__(self, binary, backend=None, files=None, environment=None, tls=False):
        self.folder = tempfile.TemporaryDirectory()
        for name, text in (files or {"stress.yaml": DEFINITION, "gateway.yaml": "log: { access: true }\n"}).items():
            self.write(name, text + (LISTEN_TLS if tls and name == "gateway.yaml" else ""))
        if tls:
            self.make_certificate()
        self.log = open(os.path.join(self.folder.name, "log"), "w+b")
        command = [binary, "run", self.folder.name, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, env=os.environ | (environment or {"BACKEND": backend}),
            text=True,
        )
        self.pid = self.process.pid
        self.port, self.admin = (self.next_port() for _ in range(2))

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def make_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "30", "-subj", "/CN=stress.test", "-addext", "subjectAltName=DNS:stress.test", "-out", "c.pem", "-keyout",
             "c.key"], cwd=self.folder.name, check=True, capture_output=True)

    def next_port(self):
        match = re.search(r"https?://.*:(\d+)", self.process.stdout.readline())
        return int(match.group(1)) if match else sys.exit("\n".join(["the gateway does not start", *self.logged()[-20:]]))

    def resident(self):
        """In KiB."""
        with open(f"/proc/{self.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def reload(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.admin}/reload", method="POST", headers={"X-Weft-Admin": "1"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def logged(self):
        """The lines so far."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace").splitlines()

    def health(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/health", timeout=10) as answer:
            return json.load(answer)

    def wait_until_idle(self, backend=None, limit=60):
        """No client, no request, and none at the backend; then until freed memory has gone back. What is left when
        `limit` seconds are over, else None."""
        deadline = time.monotonic() + limit
        while True:
            health = self.health()
            left = {name: health[name] for name in ("requestsInFlight", "connections")}
            left["at the backend"] = backend.active() if backend else 0
            if not any(left.values()):
                time.sleep(RETURNING)
                return None
            if time.monotonic() > deadline:
                return left
            time.sleep(0.1)

    def stop(self):
        """The exit status, or None where it had to be killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
        finally:
            self.log.close()
            self.folder.cleanup()
