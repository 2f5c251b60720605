"""Canonical forms of values, by which a source row and a target row are compared.

Written from the documented type mapping alone and shared with no part of Repot, so that a fault in
Repot's own verification cannot hide here. A form is a plain string; two values are equal if and
only if their forms are.
"""

import datetime
import json
import re
import struct
from decimal import Decimal

NULL = "NULL"
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?|nan", re.IGNORECASE)
MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?")
CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?")
CANONICAL_INTEGER = re.compile(r"0|-?[1-9]\d{0,18}")
TRUE, FALSE = {"1", "t", "true", "y", "yes"}, {"0", "f", "false", "n", "no"}


class Unmappable(Exception):
    """A source value that the documented mapping never puts into such a column."""


def number(text):
    """Integers of 64 bits by their digits, everything else as the nearest double, by its bits."""
    if re.fullmatch(r"[+-]?\d+", text) and -2**63 <= int(text) < 2**63:
        return f"int {int(text)}"
    value = float(text)
    if value == value and abs(value) != float("inf"):
        exact = Decimal(text)
        if exact == exact.to_integral_value() and -2**63 <= exact < 2**63:
            return f"int {int(exact)}"
    return "real " + value.hex()


def float_bits(value):
    return "bits " + struct.pack(">d", value).hex()


def fraction(digits):
    digits = (digits or "").rstrip("0")
    if len(digits) > 6:
        raise Unmappable("more digits than microseconds have")
    return digits


def moment(text, kind):
    """A date or a point in time: without zone as its fields, with zone as the instant in UTC."""
    found = MOMENT.fullmatch(text)
    if not found:
        raise Unmappable("no ISO date or time")
    year, month, day, hour, minute, second, rest, zone = found.groups()
    if kind == "date":
        if hour is not None or zone:
            raise Unmappable("a time in a date")
        return f"date {year}-{month}-{day}"
    if bool(zone) != (kind == "timestamptz"):
        raise Unmappable("a zone too much or too few")
    value = datetime.datetime(*(int(part or 0) for part in (year, month, day, hour, minute, second)))
    if zone and zone != "Z":
        sign = -1 if zone[0] == "-" else 1
        value -= sign * datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:] if
                                           len(zone) > 3 else 0))
    return f"{kind} {value.isoformat()}.{fraction(rest)}"


def clock(text):
    found = CLOCK.fullmatch(text)
    if not found:
        raise Unmappable("no ISO time of day")
    hour, minute, second, rest = found.groups()
    return f"time {hour}:{minute}:{second or '00'}.{fraction(rest)}"


def of_json(data, kind):
    if kind == "json":
        return "json " + data.hex()
    return "jsonb " + json.dumps(json.loads(data), sort_keys=True)


def of_boolean(storage, value):
    spelled = str(value) if storage == "integer" else bytes(value).decode().lower()
    if spelled in TRUE | FALSE:
        return f"boolean {int(spelled in TRUE)}"
    raise Unmappable("no boolean")


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def of_text(storage, value, spells_numbers):
    """`spells_numbers`: the source column holds reals too, whose spelling in text is free."""
    if storage == "integer":
        spelled = str(value).encode()
    elif storage == "real":
        return number(repr(value))
    else:
        spelled = bytes(value)
        if b"\0" in spelled or not is_utf8(spelled):
            raise Unmappable("no text that PostgreSQL holds")
    if spells_numbers and NUMBER.fullmatch(spelled.decode("utf-8", "replace")):
        return number(spelled.decode())
    return "text " + spelled.hex()


def source_form(storage, value, kind, spells_numbers=False):
    """The form of a source value (SQLite storage class, value; text and blob as bytes) as it has
    to be in a target column of the PostgreSQL type `kind`."""
    if storage == "null":
        return NULL
    if kind == "bytea" and storage in ("text", "blob"):
        return "bytes " + bytes(value).hex()
    if kind in ("text", "varchar"):
        return of_text(storage, value, spells_numbers)
    if kind == "boolean" and storage in ("integer", "text"):
        return of_boolean(storage, value)
    if storage == "integer":
        if kind == "int8":
            return f"int {value}"
        if kind == "numeric":
            return number(str(value))
        if kind == "float8" and abs(value) <= 2**53:
            return float_bits(float(value))
    if storage == "real":
        if kind == "float8":
            return float_bits(value)
        if kind == "numeric":
            return number(repr(value))
    if storage == "text":
        text = bytes(value).decode()
        if kind == "int8" and CANONICAL_INTEGER.fullmatch(text):
            return f"int {int(text)}"   # A key that refers to integers, where all its texts are such.
        if kind in ("json", "jsonb"):
            return of_json(bytes(value), kind)
        if kind in ("date", "timestamp", "timestamptz"):
            return moment(text, kind)
        if kind == "time":
            return clock(text)
        if kind == "uuid":
            return "uuid " + text.lower().strip("{}").replace("-", "")
    raise Unmappable(f"{storage} has no place in {kind}")


# What psql has to print for a column of each type, so that target_form() can read it: hex where
# bytes count, PostgreSQL's ISO text elsewhere.
TARGET_SQL = {
    "int8": "{}::text", "numeric": "{}::text", "boolean": "{}::int::text",
    "float8": "encode(float8send({}::float8),'hex')", "bytea": "encode({},'hex')",
    "text": "encode(convert_to({},'UTF8'),'hex')", "varchar": "encode(convert_to({},'UTF8'),'hex')",
    "json": "encode(convert_to({}::text,'UTF8'),'hex')",
    "jsonb": "encode(convert_to({}::text,'UTF8'),'hex')",
    "date": "{}::text", "time": "{}::text", "timestamp": "{}::text", "timestamptz": "{}::text",
    "uuid": "replace({}::text,'-','')",
}


def target_form(printed, kind, spells_numbers=False):
    """The form of a target value as psql printed it by TARGET_SQL; None is NULL."""
    if printed is None:
        return NULL
    if kind == "int8":
        return f"int {int(printed)}"
    if kind == "numeric":
        return number(printed)
    if kind == "boolean":
        return f"boolean {printed}"
    if kind == "float8":
        return "bits " + printed
    if kind == "bytea":
        return "bytes " + printed
    if kind in ("text", "varchar"):
        return of_text("text", bytes.fromhex(printed), spells_numbers)
    if kind in ("json", "jsonb"):
        return of_json(bytes.fromhex(printed), kind)
    if kind == "uuid":
        return "uuid " + printed
    try:
        return clock(printed) if kind == "time" else moment(printed, kind)
    except (Unmappable, ValueError):
        return f"{kind} {printed}"   # The year 18262, BC, infinity: equal to nothing in the source.
