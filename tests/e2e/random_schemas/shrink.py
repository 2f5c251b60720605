"""Takes parts from a database as long as it still fails, so that what remains shows the fault."""


def shrink(database, fails, budget=250):
    """The smallest database found that `fails(database)` still holds for."""
    best = database
    changed = True
    while changed and budget > 0:
        changed = False
        for smaller in smaller_than(best):
            budget -= 1
            if budget < 0:
                break
            if fails(smaller):
                best, changed = smaller, True
                break
    return best


def smaller_than(database):
    """Databases with one part less, the largest parts first."""
    for i in range(len(database.tables)):
        if len(database.tables) > 1:
            smaller = database.copy()
            del smaller.tables[i]
            yield smaller
    for i, table in enumerate(database.tables):
        yield from without_rows(database, i, len(table.rows))
        for part in ("indexes", "later", "constraints", "options"):
            for k in range(len(getattr(table, part))):
                smaller = database.copy()
                del getattr(smaller.tables[i], part)[k]
                yield smaller
        yield from without_columns(database, i)
    for i in range(len(database.pragmas)):
        smaller = database.copy()
        del smaller.pragmas[i]
        yield smaller
    yield from with_plainer_values(database)


def without_rows(database, i, count):
    size = count
    while size >= 1:
        for start in range(0, count, size):
            smaller = database.copy()
            del smaller.tables[i].rows[start:start + size]
            yield smaller
        size //= 2


def without_columns(database, i):
    for k, column in enumerate(database.tables[i].columns):
        if len(database.tables[i].columns) > 1:
            smaller = database.copy()
            del smaller.tables[i].columns[k]
            for row in smaller.tables[i].rows:
                row.pop(column.name, None)
            yield smaller
        for c in range(len(column.clauses)):
            if not column.generated:
                smaller = database.copy()
                del smaller.tables[i].columns[k].clauses[c]
                yield smaller


def with_plainer_values(database):
    for i, table in enumerate(database.tables):
        for r, row in enumerate(table.rows):
            for name, literal in row.items():
                if literal not in ("NULL", "1"):
                    for plain in ("NULL", "1"):
                        smaller = database.copy()
                        smaller.tables[i].rows[r][name] = plain
                        yield smaller
