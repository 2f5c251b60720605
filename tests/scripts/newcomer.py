"""Types the README's commands at a terminal in a chroot, and looks whether they did what the README says.

    newcomer.py ROOT       with the sources in ROOT/root/repot

Of tests/scripts/first-minutes. The commands are those blocks of the README that name this test. What a block leaves to
the reader is put in: a database of theirs, and a server. What asks a question gets the answer of somebody who goes on.
"""

import os
import pathlib
import pty
import re
import subprocess
import sys
import time

CLONE = "/root/repot"
BLOCK = re.compile(r"<!-- test: [^>]*first-minutes[^>]* -->\n```sh\n(.*?)```", re.S)
QUESTIONS = [(re.compile(rb"\[[yY]/[nN]\] ?$"), b"y\n"), (re.compile(rb"\[[^\]\n]+\] $"), b"\n")]
READ_A_MINUTE, TYPED_A_MINUTE = 230, 200   # Words, characters.


def command_in(root, line):
    return ["chroot", root, "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root", "TERM=xterm", "LANG=C.UTF-8", "bash", "-ec", f"cd {CLONE}\n{line}"]


def typed(root, commands):
    """What the terminal showed; ends the program where a command fails."""
    shown, answered = bytearray(), 0

    def read(terminal):
        nonlocal answered
        data = os.read(terminal, 4096)
        shown.extend(data)
        for question, answer in QUESTIONS:
            if question.search(bytes(shown[answered:][-200:])):
                os.write(terminal, answer)
                answered = len(shown)
                break
        return data

    print(f"\n$ {commands.strip()}", flush=True)
    start = time.monotonic()
    code = os.waitstatus_to_exitcode(pty.spawn(command_in(root, commands), read, lambda _: b""))
    seconds = time.monotonic() - start
    if code != 0:
        sys.exit(f"\nfirst-minutes: exit code {code} of: {commands}")
    return shown.decode(errors="replace").replace("\r", ""), seconds


def asked(root, line):
    done = subprocess.run(command_in(root, line), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"first-minutes: {line}\n{done.stdout}{done.stderr}")
    return done.stdout


def must(condition, what):
    if not condition:
        sys.exit(f"\nfirst-minutes: {what}")


def main():
    root = sys.argv[1]
    readme = pathlib.Path(root + CLONE, "README.md").read_text()
    blocks = [(block[1], len(re.findall(r"\w+", readme[:block.end()]))) for block in BLOCK.finditer(readme)]
    must(len(blocks) == 3, f"the README has {len(blocks)} blocks for this test, not 3")
    (demo, until_demo), (start, until_start), (move, until_move) = blocks

    shown, demo_seconds = typed(root, demo)
    url = re.search(r"psql '([^']+)'", shown)
    must(url, "the demo tells no psql command")
    library = f"{CLONE}/build/demo/music-library.db"
    print(asked(root, f"tests/e2e/check_equal.py {library} '{url[1]}'"))

    shown, start_seconds = typed(root, start)
    for database in ("sqlite", "postgresql"):
        must(re.search(rf"Test.* {database} .*Passed", shown), f"the test on {database} did not pass")

    asked(root, f"psql -Xqd '{url[1]}' -c 'CREATE DATABASE mine' && cp {library} app.db")
    mine = url[1].replace("/postgres?", "/mine?")
    must("postgresql://user@host/database" in move, "the README's block has another target")
    shown, move_seconds = typed(root, move.replace("postgresql://user@host/database", f"'{mine}'"))
    print(asked(root, f"tests/e2e/check_equal.py app.db '{mine}'"))

    for what, block, words, seconds in (("a moved library", demo, until_demo, demo_seconds),
                                        ("a new application", start, until_start, start_seconds),
                                        ("a database moved", move, until_move, move_seconds)):
        print(f"{what}: {words} words ({words / READ_A_MINUTE:.1f} min) from the README's first, "
              f"{len(block)} characters to type ({len(block) / TYPED_A_MINUTE:.1f} min), {seconds:.0f} s of the machine")


if __name__ == "__main__":
    main()
