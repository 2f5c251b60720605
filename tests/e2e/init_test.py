"""`repot init`: what it asks, writes and refuses. That its files build and pass is tested by tests/package/run."""

import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

from command import REPOT, run


def at_terminal(folder, *arguments, answers):
    """Runs `repot init` with a terminal as its input, and returns what is printed and how it ended."""
    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    process = subprocess.Popen([REPOT, "init", *arguments], cwd=folder, stdin=theirs, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    os.close(theirs)
    output, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, output


class Init(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="repot init ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def files(self, name="."):
        return sorted(str(path.relative_to(self.folder / name)) for path in (self.folder / name).rglob("*")
                      if path.is_file())

    def test_a_script_is_asked_nothing(self):
        code, out, err = run("init", "to do", cwd=self.folder, stdin=subprocess.DEVNULL)
        self.assertEqual((code, err), (0, ""))
        written = self.files("to do")
        self.assertEqual(written, [".gitignore", "CMakeLists.txt", "README.md", "repot.json", "src/main.cpp", "src/migrations.cpp",
                                   "src/migrations.hpp", "src/task.hpp", "tests/task_test.cpp",
                                   "tests/with_postgresql"])
        for name in written:
            self.assertIn(f"to do/{name}\n", out)
            text = (self.folder / "to do" / name).read_text()
            self.assertNotRegex(text, "@[A-Z_]+@", name)
        self.assertIn("project(to-do ", (self.folder / "to do/CMakeLists.txt").read_text())
        self.assertTrue(os.access(self.folder / "to do/tests/with_postgresql", os.X_OK))
        self.assertFalse(os.access(self.folder / "to do/src/main.cpp", os.X_OK))

    def test_options_name_what_is_written(self):
        code, _, err = run("init", "--name", "library", "--entity", "OrderLine", "--quiet", cwd=self.folder)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("EntityMap<app::OrderLine>(\"order_lines\")", (self.folder / "src/order_line.hpp").read_text())
        self.assertIn("project(library ", (self.folder / "CMakeLists.txt").read_text())

    def test_plurals(self):
        for entity, table in (("Category", "categories"), ("Box", "boxes"), ("Day", "days"), ("Branch", "branches"),
                              ("HTTPRequest", "httprequests"), ("Bus", "buses")):
            run("init", entity, "--entity", entity, cwd=self.folder)
            [header] = [path for path in (self.folder / entity / "src").glob("*.hpp") if path.name != "migrations.hpp"]
            self.assertIn(f'("{table}")', header.read_text())

    def test_a_terminal_is_asked_and_asked_again(self):
        code, output = at_terminal(self.folder, "shop", answers="shop-2\nclass\nBook\n\n")
        self.assertEqual(code, 0, output)
        for question in ("Name of the project [shop]", "First entity [Task]", "Its table [books]"):
            self.assertIn(question, output)
        self.assertIn('"class" cannot be the name of the entity', output)
        self.assertIn("project(shop-2 ", (self.folder / "shop/CMakeLists.txt").read_text())
        self.assertTrue((self.folder / "shop/src/book.hpp").is_file())

    def test_a_terminal_is_not_asked_where_options_tell(self):
        for option in (("--yes",), ("--name", "one")):
            code, output = at_terminal(self.folder, option[-1].strip("-"), *option, answers="")
            self.assertEqual(code, 0, output)
            self.assertNotIn("[", output.split("Next")[0])

    def test_nothing_is_written_over(self):
        (self.folder / "src").mkdir()
        (self.folder / "src/main.cpp").write_text("mine")
        (self.folder / "README.md").symlink_to("nowhere")
        code, out, err = run("init", cwd=self.folder)
        self.assertEqual((code, out), (5, ""))
        self.assertIn("README.md, src/main.cpp", err)
        self.assertEqual((self.folder / "src/main.cpp").read_text(), "mine")
        self.assertEqual(self.files(), ["src/main.cpp"])

    def test_other_files_of_the_folder_stay(self):
        (self.folder / "LICENSE").write_text("mine")
        self.assertEqual(run("init", cwd=self.folder)[0], 0)
        self.assertEqual((self.folder / "LICENSE").read_text(), "mine")

    def test_names_that_cannot_be_are_refused_before_anything_is_written(self):
        for option, value in (("--name", "a b"), ("--name", "$(id)"), ("--name", "1st"), ("--name", "x" * 51),
                              ("--entity", "task"), ("--entity", "A::B"), ("--entity", "Größe"), ("--entity", "A__B"),
                              ("--table", "Tasks"), ("--table", "a\"b"), ("--table", "sqlite_x"),
                              ("--table", "repot_x")):
            code, _, err = run("init", "new", option, value, cwd=self.folder)
            self.assertEqual(code, 2, (option, value))
            self.assertIn("cannot be the name of the", err)
        self.assertEqual(self.files(), [])
        self.assertFalse((self.folder / "new").exists())

    def test_a_folder_that_cannot_be_made(self):
        (self.folder / "file").write_text("")
        code, _, err = run("init", "file/below", cwd=self.folder)
        self.assertEqual(code, 6)
        self.assertIn("cannot make the folder file/below", err)


if __name__ == "__main__":
    unittest.main()
