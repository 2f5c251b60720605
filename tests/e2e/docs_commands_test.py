"""Runs the commands of the documentation: every ```sh block says by a comment in front of it how.

    <!-- test: sandbox -->   run here, with app.db beside it, repot in PATH and $TARGET an empty database
    <!-- test: … -->         run elsewhere; the comment says where

and every ```cpp block, which program it is taken from:

    <!-- from: examples/guide/main.cpp -->
"""

import os
import pathlib
import re
import subprocess
import unittest

from command import DatabaseTest, PROJECT, REPOT, run

BLOCK = re.compile(r"(?:<!-- test: (?P<how>[^>]*?) -->\n)?```sh\n(?P<commands>.*?)```", re.S)
CODE = re.compile(r"(?:<!-- from: (?P<source>[^>]*?) -->\n)?```cpp\n(?P<code>.*?)```", re.S)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


class Documentation(DatabaseTest):
    def test_every_command_runs(self):
        subprocess.run([PROJECT / "docs/examples/music-library/make", self.folder / "app.db"],
                       check=True, capture_output=True)
        environment = os.environ | {
            "TARGET": self.target,
            "PATH": f"{pathlib.Path(REPOT).parent}:{os.environ['PATH']}",
        }
        ran = 0
        for page in PAGES:
            for block in BLOCK.finditer(page.read_text()):
                with self.subTest(f"{page.name}: {block['commands']}"):
                    self.assertIsNotNone(block["how"], "no comment says how this block is tested")
                    if block["how"] != "sandbox":
                        continue
                    ran += 1
                    done = subprocess.run(["bash", "-eu", "-c", block["commands"]], cwd=self.folder,
                                          env=environment, capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreaterEqual(ran, 3)

    def test_every_piece_of_code_is_part_of_a_program(self):
        pieces = 0
        for page in PAGES:
            for block in CODE.finditer(page.read_text()):
                with self.subTest(f"{page.name}: {block['code']}"):
                    self.assertIsNotNone(block["source"], "no comment says where this is from")
                    program = (PROJECT / "docs" / block["source"]).read_text()
                    self.assertIn(" ".join(block["code"].split()), " ".join(program.split()))
                    pieces += 1
        self.assertGreaterEqual(pieces, 5)

    def test_every_link_leads_somewhere(self):
        for page in PAGES:
            text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
            for target in LINK.findall(text):
                with self.subTest(f"{page.name}: {target}"):
                    self.assertTrue((page.parent / target).exists())

    def test_the_page_of_the_command_line_is_the_programs_own(self):
        """With RENEW=1 the page is written anew."""
        page = PROJECT / "docs/cli.md"
        code, text, _ = run("manual", "--markdown")
        self.assertEqual(code, 0)
        if os.environ.get("RENEW") == "1":
            page.write_text(text)
        self.assertEqual(page.read_text(), text, "RENEW=1 writes it anew")

    def test_every_exit_code_is_documented(self):
        codes = re.findall(r"= (\d+),", (PROJECT / "migrate-tool/cli/exit_codes.hpp").read_text())
        page = (PROJECT / "docs/exit-codes.md").read_text()
        self.assertGreater(len(codes), 8)
        for code in codes:
            self.assertRegex(page, rf"\| (\d+, )?{code}(, \d+)? \|")


if __name__ == "__main__":
    unittest.main()
