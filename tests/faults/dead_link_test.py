"""A migration whose client dies together with its network, so that the server hears of neither. The run's lock is still held
by its session: a second run is refused with words that tell how to end that, and the server notices by itself within two
minutes; then the same command goes on. In a network of the test's own, which takes root's rights and the two minutes:
REPOT_LONG_TESTS=1 asks for it.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from broken_migrations import Migration, Server, fail, make_ranged

SKIPPED = 77
PATIENCE = 120  # Seconds; keepalives take 60 and three times 10.


def link(state):
    subprocess.run(["ip", "link", "set", "lo", state], check=True)


def lose(migration, server):
    """A run that is alone with the lock, and its session at the server that nobody told."""
    over_tcp = server.database(migration.database) + "&hostaddr=127.0.0.1"
    process = migration.start(over_tcp, "--rate-limit", "300kB")
    while migration.state() != "loading":
        if process.poll() is not None:
            fail("the run did not come to its rows", process.communicate()[0])
        time.sleep(0.05)
    link("down")
    process.kill()
    process.communicate()


def refused(migration):
    """Whether the same command is refused now, in the words that help."""
    process = migration.start(None, "--reconnect-for", "5")
    out, _ = process.communicate(timeout=300)
    if process.returncode == 5:
        if not re.search(r"another run of repot is at work.*if it is dead.*pg_terminate_backend\(\d+\)", out, re.S):
            fail("the refusal does not help", out)
        return True
    if process.returncode not in (0, 7):
        fail(f"it ended with {process.returncode}", out)
    return False


def main():
    with tempfile.TemporaryDirectory(prefix="repot-link-") as name:
        folder = pathlib.Path(name)
        server = Server(folder, "--tcp")
        try:
            migration = Migration(server, [(make_ranged(folder / "ranged.db"), ["--on-misfit", "quarantine"], False)], 0)
            lose(migration, server)
            lost = time.monotonic()
            if not refused(migration):
                fail("the session of the dead run had no lock")
            while refused(migration):
                if time.monotonic() - lost > PATIENCE:
                    fail(f"after {PATIENCE} s the server still keeps the session of a client that is gone")
                time.sleep(1)
            print(f"the lock was free {time.monotonic() - lost:.0f} s after the link and the client died")
            migration.check()
        finally:
            server.throwaway("stop")


if __name__ == "__main__":
    own_network = "REPOT_OWN_NETWORK"
    if own_network in os.environ:
        link("up")
        main()
    elif "REPOT_LONG_TESTS" not in os.environ:
        print("skipped: takes two minutes; REPOT_LONG_TESTS=1 asks for it")
        sys.exit(SKIPPED)
    elif subprocess.run(["unshare", "-n", "ip", "link"], capture_output=True).returncode != 0:
        print("skipped: no network of its own can be made here")
        sys.exit(SKIPPED)
    else:
        sys.exit(subprocess.run(["unshare", "-n", sys.executable, "-B", __file__],
                                env=os.environ | {own_network: "1"}).returncode)
