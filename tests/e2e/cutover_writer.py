"""An application that writes, with a pause after each write, to the database that an environment file names, and logs
each write that was acknowledged, with its database and time. It finds out by itself, from errors, that the file names another one.

cutover_writer.py ENV_FILE LOG WRITER FIRST PAUSE     PAUSE in seconds
"""

import pathlib
import sqlite3
import sys
import time

from databases import Psql


def url_of(env_file):
    for line in pathlib.Path(env_file).read_text().splitlines():
        if line.startswith("DATABASE_URL="):
            return line.removeprefix("DATABASE_URL=").strip('"')
    sys.exit("no DATABASE_URL")


class Sqlite:
    name = "sqlite"

    def __init__(self, url):
        self.db = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
        self.db.execute("PRAGMA foreign_keys = ON")

    def write(self, writer, number):
        self.db.execute("BEGIN IMMEDIATE")
        try:
            note = self.db.execute("INSERT INTO note(writer, n) VALUES (?, ?)", (writer, number)).lastrowid
            self.db.execute("INSERT INTO event VALUES (?, ?, 'new')", (f"{writer}-{number}", note))
            self.db.execute("UPDATE event SET state = 'old' WHERE id = ?", (f"{writer}-{number - 1}",))
            self.db.execute("COMMIT")
        except sqlite3.Error:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    def close(self):
        self.db.close()


class Server:
    name = "postgresql"

    def __init__(self, url):
        self.session = Psql(url)

    def write(self, writer, number):
        self.session.run(
            f"WITH n AS (INSERT INTO note(writer, n) VALUES ({writer}, {number}) RETURNING id), "
            f"o AS (UPDATE event SET state = 'old' WHERE id = '{writer}-{number - 1}') "
            f"INSERT INTO event SELECT '{writer}-{number}', id, 'new' FROM n;")

    def close(self):
        self.session.process.kill()


def main():
    env_file, log, writer, number = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    pause = float(sys.argv[5])
    database = None
    with open(log, "a", buffering=1) as acknowledged:
        while True:
            try:
                if database is None:
                    url = url_of(env_file)
                    database = Sqlite(url) if url.startswith("sqlite") else Server(url)
                database.write(writer, number)
                acknowledged.write(f"{writer} {number} {database.name} {time.time():.6f}\n")
            except (sqlite3.Error, RuntimeError, OSError):
                # Whether it is stored is not known, so it is not tried again.
                if database is not None:
                    database.close()
                database = None
                time.sleep(0.005)
            number += 1
            time.sleep(pause)


if __name__ == "__main__":
    main()
