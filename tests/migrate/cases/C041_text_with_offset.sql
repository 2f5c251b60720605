-- C041: all with an offset are instants; some with and some without are text
CREATE TABLE all_offsets(d TIMESTAMP); INSERT INTO all_offsets VALUES('2020-01-01T12:34:56Z'), ('2020-01-01 12:34:56+05:30');
CREATE TABLE some_offsets(d TIMESTAMP); INSERT INTO some_offsets VALUES('2020-01-01T12:34:56Z'), ('2020-01-01 12:34:56');
-- plan
all_offsets.d timestamptz
some_offsets.d text
warning offset-lost: all_offsets.d (2)
warning mixed-time-forms: some_offsets.d (2)
-- postgresql
SELECT d FROM all_offsets;
= 2020-01-01 12:34:56+00
= 2020-01-01 07:04:56+00
SELECT d FROM some_offsets;
= 2020-01-01T12:34:56Z
= 2020-01-01 12:34:56
