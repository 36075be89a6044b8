"""A Redis, and a pair of them watched by sentinels, started for a stress run and ended by their pids."""
import os
import signal
import socket
import subprocess
import sys
import time

# Seconds that a server may take to answer, and a fleet to agree: sentinels that got no time to run do nothing for 30 s.
PATIENCE = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """Its port stays the same when it is started anew; what it kept is gone then, unless `settings` say otherwise."""

    def __init__(self, folder, *settings, sentinel=None):
        self.port = free_port()
        self.folder = os.path.join(folder, f"redis-{self.port}")
        os.makedirs(self.folder)
        self.command = ["redis-server"]
        if sentinel:
            path = os.path.join(self.folder, "sentinel.conf")
            with open(path, "w") as file:
                file.write(sentinel)
            self.command += [path, "--sentinel"]
        self.command += ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder]
        self.settings = list(settings) if sentinel else ["--save", "", *settings]
        self.process = None
        self.start()

    def start(self, *settings):
        self.process = subprocess.Popen(self.command + self.settings + list(settings), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while self.ask("PING") != "PONG":
            if time.monotonic() > deadline or self.process.poll() is not None:
                sys.exit("redis-server does not start")
            time.sleep(0.02)

    def ask(self, *words):
        """What it says; empty where it says nothing within two seconds."""
        command = ["redis-cli", "-h", "127.0.0.1", "-p", str(self.port), *words]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=2).stdout.strip()
        except subprocess.TimeoutExpired:
            return ""

    def suspend(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Watched:
    """A master and its replica, and three sentinels who see to it that there is a master."""

    NAME = "edge"
    # Milliseconds of silence after which a master is taken for dead.
    SILENCE = 1000

    def __init__(self, folder):
        self.master = Redis(folder)
        self.replica = Redis(folder, "--replicaof", "127.0.0.1", str(self.master.port))
        # It may become a master, so it is told of its master by word only.
        self.replica.settings = self.master.settings
        text = (
            f"sentinel monitor {self.NAME} 127.0.0.1 {self.master.port} 2\n"
            f"sentinel down-after-milliseconds {self.NAME} {self.SILENCE}\nsentinel failover-timeout {self.NAME} 4000\n"
        )
        self.sentinels = [Redis(folder, sentinel=text) for _ in range(3)]
        self.url = "redis+sentinel://" + ",".join(f"127.0.0.1:{s.port}" for s in self.sentinels) + f"/{self.NAME}"

    def wait(self, condition, problem):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(problem)
            time.sleep(0.1)

    def is_whole(self):
        """All sentinels know each other, the master and its replica, which has what the master has. They may have failed
        over once more meanwhile."""
        if self.masters() == {str(self.replica.port)}:
            self.master, self.replica = self.replica, self.master
        for sentinel in self.sentinels:
            told = sentinel.ask("SENTINEL", "master", self.NAME).split("\n")
            told = dict(zip(told[::2], told[1::2]))
            if (told.get("port"), told.get("flags")) != (str(self.master.port), "master"):
                return False
            if told["num-other-sentinels"] != "2" or told["num-slaves"] == "0":
                return False
        role = self.replica.ask("ROLE").split("\n")
        if role[0] == "master":
            self.make_replica()
        return self.master.ask("ROLE").startswith("master") and role[0] == "slave" and "connected" in role

    def masters(self):
        """The ports that the sentinels tell of."""
        return {
            sentinel.ask("SENTINEL", "get-master-addr-by-name", self.NAME).split("\n")[-1] for sentinel in self.sentinels
        }

    def fail_over(self, problem):
        """Waits until the replica is the master for all sentinels, and says so here."""
        port = {str(self.replica.port)}
        self.wait(lambda: self.masters() == port and self.replica.ask("ROLE").startswith("master"), problem)
        self.master, self.replica = self.replica, self.master

    def make_replica(self):
        self.replica.ask("REPLICAOF", "127.0.0.1", str(self.master.port))

    def stop(self):
        for server in (*self.sentinels, self.replica, self.master):
            server.kill()
