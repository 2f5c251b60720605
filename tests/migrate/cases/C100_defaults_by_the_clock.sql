-- C100: each clock in the spelling of its column; f and g are never CURRENT_TIMESTAMP
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(id INTEGER PRIMARY KEY, a DATETIME DEFAULT (datetime('now')), b INTEGER DEFAULT (strftime('%s','now')), c TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), d TEXT DEFAULT (lower(hex(randomblob(16)))), e DATETIME DEFAULT (datetime('now','localtime')), f DATE DEFAULT (date('now','+7 days')), g TEXT DEFAULT (datetime('2000-01-01')), h TEXT DEFAULT CURRENT_TIMESTAMP);
INSERT INTO t(id, a, b, c, d, e, f, g, h) VALUES(1, '2020-01-01 00:00:00', 5, 'c', 'd', '2020-01-01 00:00:00', '2020-01-01', 'g', '2020-01-01 00:00:00');
-- plan
t.id bigint not null identity, next 2
t.a timestamp default date_trunc('second', now() AT TIME ZONE 'utc')
t.b bigint default floor(extract(epoch FROM now()))::bigint
t.c text
t.d text
t.e timestamp
t.f date
t.g text
t.h text default to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS')
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
reported default-dropped: t.c
reported default-dropped: t.d
reported default-dropped: t.e
reported default-dropped: t.f
reported default-dropped: t.g
-- postgresql
INSERT INTO t(id) VALUES(2);
SELECT abs(extract(epoch FROM a - (now() AT TIME ZONE 'utc'))) < 60, abs(b - extract(epoch FROM now())) < 60, c ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$', d, g, length(h) FROM t WHERE id = 2;
= t|t|NULL|NULL|NULL|19
