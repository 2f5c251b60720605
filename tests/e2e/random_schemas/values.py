"""Random values as SQLite literals: ordinary ones of each kind, and those that break other tools."""

import json
import uuid

WORDS = ["alpha", "Alpha", "ALPHA", "beta", "beta ", " beta", "gamma", "Éclair", "éclair", "straße",
         "日本語", "e\u0301", "👨‍👩‍👧", "x", "y", "z", "", "0", "1", "007", "1e3", "12.50", "null", "NULL",
         "\\N", "\\.", "\\", "a\\b", "it's", '"q"', "tab\there", "line\nbreak", "cr\r\n", "%s", "$1",
         "'; DROP TABLE t; --", "\ufeffbom", "\ufffe", "\U0010ffff", "true", "no", "-5"]
INTEGERS = [0, 1, -1, 2, 5, 42, 255, 256, 32767, 32768, 2**31 - 1, 2**31, -2**31, 2**53, 2**53 + 1,
            -2**53 - 1, 10**15, 2**62, 2**63 - 1, -2**63, 1647950409, 1647950409737]
REALS = [0.0, -0.0, 0.1, 0.5, 1.0, 2.5, -3.25, 1e15, 1e16, 123456789.123456789, 1234567.891,
         16777217.0, 5e-324, 2.2250738585072014e-308, 1e308, 1.7976931348623157e308, 1 / 3, 1e-7,
         9007199254740993.0, 99.99, 999.995, 1.239, 1e22, float("inf"), float("-inf")]
DATES = ["2020-01-01", "1999-12-31", "2024-02-29", "0001-01-01", "9999-12-31"]
ODD_DATES = ["0000-00-00", "2020-02-30", "now", "today", "epoch", "infinity", "20200101", "1/2/2020",
             "2020-001", "10000-01-01", "-0044-03-15", "2023-02-29", "CURRENT_TIMESTAMP", "24:00:00",
             "2020-01-01 24:00:00", "2020-01-01 23:59:60", "2020-06-30T23:59:60Z",
             "2020-12-31 23:59:59.9999999", "2020-01-01 12:00:00 UTC", "2020-W01-1",
             "2020-01-01 12:00:00.123456789 +0000 UTC", "2020-01-01T12:00:00+25:00", "0000-06-01"]
TIMES = ["00:00:00", "12:34", "12:34:56", "23:59:59.999999", "01:02:03.5"]
OFFSETS = ["Z", "+00:00", "+05:30", "-08:00", "+14:00", "-00:30"]
FRACTIONS = ["", ".5", ".123", ".123456", ".100000", ".0"]


def text(value):
    """A literal of a str or of bytes that need not be UTF-8."""
    if isinstance(value, str):
        if all(c.isprintable() for c in value):
            return "'" + value.replace("'", "''") + "'"
        value = value.encode()
    return f"CAST(x'{value.hex()}' AS TEXT)"


def blob(value):
    return f"x'{value.hex()}'"


def real(value):
    if value in (float("inf"), float("-inf")):
        return "9e999" if value > 0 else "-9e999"
    return repr(value)


def of_bool(rng):
    return rng.choice("01")


def of_bool_word(rng):
    return text(rng.choice(["t", "f"]))


def of_small(rng):
    return str(rng.randint(-20, 200))


def of_int(rng):
    return str(rng.choice(INTEGERS) if rng.random() < 0.4 else rng.randint(-10**9, 10**12))


def of_real(rng):
    if rng.random() < 0.5:
        return real(rng.choice(REALS))
    return real(rng.uniform(-1e6, 1e6) if rng.random() < 0.7 else rng.random() * 10.0**rng.randint(-300, 300))


def of_decimal(rng):
    return f"{rng.randint(-99999, 99999) / 100}"


def of_word(rng):
    if rng.random() < 0.7:
        return text(rng.choice(WORDS))
    return text("".join(rng.choice("abcXYZ é ") for _ in range(rng.randint(1, 60))))


def of_name(rng):
    return text(rng.choice("abcdefgh") * rng.randint(1, 3) + str(rng.randint(0, 99)))


def of_blob(rng):
    size = rng.choice([0, 1, 2, 16, 16, 300, 5000]) if rng.random() < 0.98 else 120_000
    return blob(rng.randbytes(size))


def of_text_blob(rng):
    return blob(rng.choice(WORDS).encode())


def of_date(rng):
    return text(rng.choice(DATES))


def moment(rng):
    return rng.choice(DATES) + rng.choice(" T") + rng.choice(TIMES) + ""


def of_moment(rng):
    whole = f"{rng.choice(DATES)}{rng.choice(' T')}{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:" \
            f"{rng.randint(0, 59):02}"
    return text(whole + rng.choice(FRACTIONS))


def of_offset(rng):
    day = rng.choice(["2020-01-01", "1999-12-31", "2024-02-29"])
    return text(f"{day}T{rng.randint(0, 23):02}:30:15{rng.choice(FRACTIONS)}{rng.choice(OFFSETS)}")


def of_time(rng):
    return text(rng.choice(TIMES))


def of_odd_date(rng):
    return text(rng.choice(ODD_DATES))


def of_epoch(rng):
    return str(rng.choice([1647950409, 1647950409737, 0, -1, 18262, 2458849]))


def of_uuid(rng):
    return text(str(uuid.UUID(int=rng.getrandbits(128))))


def of_json(rng):
    value = rng.choice([{"a": 1, "b": [1, 2.5, None]}, [], {}, "s", 1.0, True, {"é": "\u2028"}, -0.0])
    spelled = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1]))
    return text(rng.choice([spelled, spelled, '{"a":1,"a":2}', ' {"k" : 1e2}']))


def of_bad_json(rng):
    return text(rng.choice(["{a:1}", "", "NaN", '{"x":"\\u0000"}', '"\\ud83d"', "[1,]"]))


def of_null_byte(_):
    return text(b"a\0b")


def of_bad_utf8(rng):
    return text(rng.choice([b"f\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"]))


# For a declared type: how an application that means it fills it.
CLEAN = {
    "integer": [of_small, of_int], "boolean": [of_bool, of_bool, of_bool_word], "real": [of_real],
    "decimal": [of_decimal, of_small], "text": [of_word, of_name], "blob": [of_blob],
    "date": [of_date], "moment": [of_moment, of_moment, of_offset, of_epoch], "time": [of_time],
    "json": [of_json], "uuid": [of_uuid], "any": [of_int, of_real, of_word, of_blob],
}
NASTY = [of_int, of_real, of_word, of_blob, of_text_blob, of_odd_date, of_moment, of_date, of_offset,
         of_bool_word, of_bad_json, of_null_byte, of_bad_utf8, of_epoch, of_decimal]


def filler(rng, kind, nastiness):
    """A function that makes the values of one column."""
    makers = [rng.choice(CLEAN[kind])]
    if rng.random() < nastiness:
        makers += rng.sample(NASTY, rng.choice([1, 1, 2]))
    nulls = rng.choice([0, 0, 0.1, 0.5])

    def make():
        if rng.random() < nulls:
            return "NULL"
        return rng.choice(makers)(rng)
    return make
