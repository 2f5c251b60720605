"""Migrations of three databases that are killed, and servers that are killed under them, at random times: the same
command again always ends with every row there once, as a checker says that shares no code with Repot.

REPOT_LONG_TESTS=N kills N times as often; REPOT_RANDOM_SEED makes another series. The counts are printed.
"""

import collections
import os
import random
import time

from broken_migrations import fail, series

KILLS = 10 * int(os.environ.get("REPOT_LONG_TESTS", "1"))
ATTEMPTS = 10


class Killer:
    def __init__(self):
        self.kills = collections.Counter()
        self.states = collections.Counter()

    def broken(self):
        return self.kills.total()

    def stop(self):
        pass

    def kill_sometime(self, migration, process):
        """At any time, but most often once there is something to be lost."""
        if random.random() < 0.8:
            while migration.state() in ("before", "creating") and process.poll() is None:
                time.sleep(0.01)
        time.sleep(random.uniform(0, 0.6))
        state = migration.state()
        if random.random() < 0.5:
            if process.poll() is None:
                process.kill()
                self.kills["client"] += 1
                self.states[state] += 1
        elif process.poll() is None and migration.server.kill_a_session(migration.database):
            self.kills["server"] += 1
            self.states[state] += 1

    def break_one(self, migration):
        """Again and again, until it comes to its end in spite of that."""
        for attempt in range(ATTEMPTS):
            process = migration.start()
            if attempt + 1 < ATTEMPTS:
                self.kill_sometime(migration, process)
            if migration.ended(process):
                return migration.check()
        fail(f"{migration.source} does not come to its end")


def main():
    killer, done = series(KILLS, lambda _: Killer())
    print(f"{killer.kills['client']} kills of the client, {killer.kills['server']} of the server; {done} migrations, "
          f"all verified; states at the kills: {dict(killer.states)}")


if __name__ == "__main__":
    main()
