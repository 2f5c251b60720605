"""A migration whose server dies for good: the target names two hosts, the standby takes over, and the run goes on there by
itself. What the standby had not received yet is neither in its tables nor in its ledger, so it is copied again.

REPOT_LONG_TESTS=N does it N times as often; REPOT_RANDOM_SEED makes another series.
"""

import collections
import os
import pathlib
import random
import sys
import tempfile
import time

from broken_migrations import Migration, Server, fail, make_ranged

ROUNDS = 2 * int(os.environ.get("REPOT_LONG_TESTS", "1"))


class Pair(Server):
    """A primary and its standby; asks the one that lives."""

    def __init__(self, folder):
        super().__init__(folder)
        self.primary, self.second = self.cluster, folder / "standby"
        self.cluster = self.second
        self.standby_url = self.throwaway("standby", self.primary)

    def both(self, database):
        """The URL of an application that knows both."""
        def option(url, name):
            return url.split(f"{name}=")[1].split("&")[0]
        hosts, ports = (f"{option(self.url, name)},{option(self.standby_url, name)}" for name in ("host", "port"))
        return (f"postgresql:///{database}?host={hosts}&port={ports}&user=postgres"
                "&connect_timeout=5")

    def fail_over(self):
        """The primary crashes; after a while the standby is promoted."""
        self.cluster = self.primary
        self.throwaway("halt", "--crash")
        time.sleep(random.uniform(0, 0.5))
        self.cluster, self.url = self.second, self.standby_url
        self.throwaway("promote")

    def stop(self):
        for self.cluster in (self.second, self.primary):
            self.throwaway("stop")


def one(folder, source, states):
    folder.mkdir(mode=0o711)
    pair = Pair(folder)
    try:
        migration = Migration(pair, [source], 0)
        process = migration.start(pair.both(migration.database), "--rate-limit", "8MB")
        while migration.state() in ("before", "creating") and process.poll() is None:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.8))
        states[migration.state()] += 1
        pair.fail_over()
        if not migration.ended(process):
            fail("the run did not go on at the standby")
        migration.check()
    finally:
        pair.stop()


def main():
    random.seed(int(os.environ.get("REPOT_RANDOM_SEED", "1")))
    states = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="repot-failover-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o711)
        source = (make_ranged(folder / "ranged.db"), ["--on-misfit", "quarantine"], False)
        for number in range(ROUNDS):
            one(folder / str(number), source, states)
    print(f"{ROUNDS} failovers, all verified; states when the primary died: {dict(states)}")


if __name__ == "__main__":
    sys.exit(main())
