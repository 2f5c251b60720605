"""Migrations of three databases over a network that cuts, resets, stalls or swallows at random byte offsets: each goes on
by itself, or ends with a clear error and goes on by the same command; every row is there once.

REPOT_LONG_TESTS=N breaks N times as often; REPOT_RANDOM_SEED makes another series. The counts are printed.
"""

import collections
import os
import random
import subprocess
import time

from broken_migrations import fail, series

FAULTS = 10 * int(os.environ.get("REPOT_LONG_TESTS", "1"))
KINDS = tuple(os.environ.get("REPOT_FAULT_KINDS", "cut reset stall swallow").split())
ATTEMPTS = 10


class Network:
    """tests/faults/proxy.cpp before the server's socket."""

    def __init__(self, server):
        socket = server.cluster / ".s.PGSQL.5432"
        self.process = subprocess.Popen([os.environ["REPOT_FAULT_PROXY"], socket], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def stop(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()


class Breaker:
    def __init__(self, network):
        self.network = network
        self.faults = collections.Counter()
        self.ends = collections.Counter()

    def broken(self):
        return self.faults.total()

    def stop(self):
        self.network.stop()

    def break_while_it_runs(self, process):
        """A fault after the other, each once the one before has happened."""
        kind = None
        while process.poll() is None:
            if kind is None or self.network.say("fired") == "yes":
                if kind is not None:
                    self.faults[kind] += 1
                    if self.faults.total() % 3 == 0:
                        return
                kind = random.choice(KINDS)
                # Most connections are short, and one carries the rows.
                most = random.choice((300, 5_000, 100_000, 3_000_000))
                self.network.say(f"arm {kind} {random.choice(('client', 'server'))} {random.randrange(most)}")
            time.sleep(0.02)
        if kind is not None and self.network.say("fired") == "yes":
            self.faults[kind] += 1

    def break_one(self, migration):
        target = f"postgresql://postgres@127.0.0.1:{self.network.port}/{migration.database}"
        for _ in range(ATTEMPTS):
            process = migration.start(target, "--silent-after", "1", "--reconnect-for", "20")
            self.break_while_it_runs(process)
            done = migration.ended(process)
            self.ends[process.returncode] += 1
            if done:
                return migration.check()
        fail(f"{migration.source} does not come to its end")


def main():
    breaker, done = series(FAULTS, lambda server: Breaker(Network(server)))
    print(f"{dict(breaker.faults)}; {done} migrations, all verified; runs by exit code: {dict(breaker.ends)}")


if __name__ == "__main__":
    main()
