"""A scenario file: a source in SQL, what the plan must say of it, and what PostgreSQL must answer.

    -- C041: what the case is about
    -- options: --views=skip          for `repot plan` and `repot migrate`
    -- exit: 5                        of `repot migrate`; without this line 0
    CREATE TABLE …                    the source, for the sqlite3 shell
    -- message
    words of the output               each line has to be in what `repot migrate` prints
    -- plan
    t.a bigint not null               each line has to be in the plan, as digest() prints it
    -- postgresql
    SELECT a FROM t;                  asked after the migration; a line with ; ends a question
    = 1                               the rows, columns parted by |; "! 23505" is an SQLSTATE
"""

import json
import pathlib
import re
import shlex

SECTIONS = ("message", "plan", "postgresql")


class Scenario:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.options, self.exit = [], 0
        self.source, self.questions = "", []
        self.lines = {"message": [], "plan": []}
        self.section = None
        for number, line in enumerate(self.path.read_text().splitlines(), 1):
            try:
                self._read(line)
            except (ValueError, IndexError) as error:
                raise ValueError(f"{self.path}:{number}: {error}") from error

    def _read(self, line):
        if line.startswith("-- ") and line[3:] in SECTIONS:
            self.section = line[3:]
        elif self.section is None:
            if line.startswith("-- options: "):
                self.options = shlex.split(line[12:])
            elif line.startswith("-- exit: "):
                self.exit = int(line[9:])
            self.source += line + "\n"
        elif self.section == "postgresql":
            self._read_question(line)
        elif line:
            self.lines[self.section].append(line)

    def _read_question(self, line):
        if line.startswith(("= ", "! ")) or line == "=":
            self.questions[-1][1].append(line)
        elif line and (not self.questions or self.questions[-1][0].endswith(";")):
            self.questions.append([line, []])
        elif line:
            self.questions[-1][0] += "\n" + line

    def renew(self, plan, answers):
        """Writes the file anew with what was found; for whoever has checked it."""
        text = self.source
        for section, lines in (("message", self.lines["message"]), ("plan", plan)):
            if lines:
                text += f"-- {section}\n" + "\n".join(lines) + "\n"
        if self.questions:
            text += "-- postgresql\n"
        for (question, _), answer in zip(self.questions, answers):
            text += "\n".join([question, *answer]) + "\n"
        self.path.write_text(text)


# What most plans say, and no case is about.
COMMON = {"queries-to-check", "no-primary-key"}
MOST_COLUMNS = 30


def digest(plan_json):
    """A plan as short lines: types, objects, views and findings, without reasons and paths."""
    plan = json.loads(plan_json)
    lines = []
    for table in plan["tables"]:
        shown = table["columns"][:MOST_COLUMNS]
        lines += [f'{table["target"]}.{column["target"]} {_type(column)}' for column in shown]
    lines += [re.sub(r"\s+", " ", item["sql"]) for item in plan["objects"] + plan["views"]]
    for finding in plan["findings"]:
        if finding["code"] not in COMMON:
            thing = finding["object"] if finding["object"] != plan["sourcePath"] else "the source"
            count = f' ({finding["count"]})' if finding["count"] else ""
            lines.append(f'{finding["level"]} {finding["code"]}: {thing}{count}')
    return [line.replace("\n", " ") for line in lines]


def _type(column):
    text = column["type"]
    if column["length"]:
        text += f'({column["length"]}'
        text += f',{column["scale"]})' if text.startswith("numeric") else ")"
    if column["conversion"] != "exact":
        text += f' by {column["conversion"]}'
    if column["notNull"]:
        text += " not null"
    if column["identity"]:
        text += " identity, exhausted" if column["identityExhausted"] else f' identity, next {column["identityNext"]}'
    if column["default"] is not None:
        text += f' default {column["default"]}'
    if column["generated"] is not None:
        text += f' generated {column["generated"]}'
    if column["misfit"] != "fail":
        text += f' misfits {column["misfit"]}'
    return text
