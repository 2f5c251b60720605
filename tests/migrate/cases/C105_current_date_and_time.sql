-- C105: in UTC, as in SQLite, whatever the session's zone
CREATE TABLE t(id INTEGER PRIMARY KEY, a DATE DEFAULT CURRENT_DATE, b TIME DEFAULT CURRENT_TIME, c TEXT DEFAULT CURRENT_DATE);
INSERT INTO t VALUES(1, '2020-01-01', '12:00:00', 'x');
-- plan
t.id bigint not null identity, next 2
t.a date default (now() AT TIME ZONE 'utc')::date
t.b time default date_trunc('second', now() AT TIME ZONE 'utc')::time
t.c text default to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD')
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
-- postgresql
SET timezone = 'Pacific/Kiritimati'; INSERT INTO t(id) VALUES(2) RETURNING a = (now() AT TIME ZONE 'utc')::date, abs(extract(epoch FROM b - (now() AT TIME ZONE 'utc')::time)) < 60, c = (now() AT TIME ZONE 'utc')::date::text;
= t|t|t
