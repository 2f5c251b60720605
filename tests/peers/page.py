"""Writes the comparison as a page of the documentation."""

HEAD = """# Compared with other tools

Each database below went through each tool, and the copy was judged by a checker that shares no code with any of them
(`tests/e2e/check_equal.py`): every value, NOT NULL, keys, unique indexes, foreign keys, defaults and the next id, and by
trying the same INSERT, UPDATE and DELETE statements on both sides. Types and letter case of names may differ.

| sign | meaning |
|---|---|
| **equal** | nothing is lost |
| refused | exit code other than 0 and nothing in the target: safe, but not moved |
| reported: … | exit code other than 0 (Repot: 7), and what is lost or differs |
| **silent**: … | exit code 0, and yet this is lost or changed |

Run on {date} with {versions}; each with what its manual says for a copy of everything.

*Repot* is `repot migrate` without options; *Repot, lenient* has `--on-misfit text --skip-untranslatable`, for those who want their
rows first. Again, on Debian 12 as root: `tests/peers/run --install`. The real databases are not part of the project;
they are looked for in `../shared/dbs`.

Where Repot is weaker: it refuses by default what others take, be it only because of one trigger, and a value of another
kind in one row keeps the whole database from moving until somebody decides; it takes a third reading of the rows for the
verification; it reads SQLite only, where pgloader reads six kinds of sources, ogr2ogr knows geometries, and Sequel any
pair of its databases.
"""


def cell(verdict):
    if not verdict.lost and not verdict.empty:
        return "**equal**" if verdict.code in (0, 7) else f"equal, but exit {verdict.code}"
    if verdict.empty:
        return "**silent**: nothing moved" if verdict.code == 0 else "refused"
    lost = ", ".join(verdict.lost)
    return f"reported: {lost}" if verdict.code != 0 else f"**silent**: {lost}"


def table(results, tools, title):
    lines = [f"| {title} | " + " | ".join(tools) + " |", "|---" * (len(tools) + 1) + "|"]
    for _, name, verdicts in results:
        lines.append(f"| {name.replace('_', ' ')} | " + " | ".join(cell(verdicts[tool]) for tool in tools) + " |")
    return "\n".join(lines)


def totals(results, tools):
    signs = ["equal", "refused", "reported", "silent"]
    lines = ["| of all " + str(len(results)) + " | " + " | ".join(signs) + " |", "|---" * 5 + "|"]
    for tool in tools:
        cells = [cell(verdicts[tool]) for _, _, verdicts in results]
        counts = [sum(sign in found.split(":")[0] for found in cells) for sign in signs]
        lines.append(f"| {tool} | " + " | ".join(map(str, counts)) + " |")
    return "\n".join(lines)


def page(results, versions, date):
    tools = list(versions)
    parts = [HEAD.format(date=date, versions="; ".join(f"{tool}: {version}" for tool, version in versions.items()
                                                       if tool != "Repot, lenient")),
             "## In sum\n", totals(results, tools), "",
             "## One file per case\n", table([r for r in results if r[0] == "case"], tools, "case"), ""]
    real = [r for r in results if r[0] == "real"]
    if real:
        parts += ["## Databases of real applications\n", table(real, tools, "database"), ""]
    return "\n".join(parts)
