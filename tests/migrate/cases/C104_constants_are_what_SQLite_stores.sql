-- C104: literals of all kinds in the column's type
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER DEFAULT -1, b INTEGER DEFAULT +2, c REAL DEFAULT 1e3, d INTEGER DEFAULT 0x10, e INTEGER DEFAULT '5', f TEXT DEFAULT 1, g BLOB DEFAULT x'00ff', h TEXT DEFAULT 'it''s', i INTEGER NOT NULL DEFAULT '', j INTEGER DEFAULT 1.5, k TEXT DEFAULT 'a\b', l INTEGER DEFAULT TRUE);
-- plan
t.id bigint not null identity, next 1
t.a bigint default -1
t.b bigint default 2
t.c double precision default 1000
t.d bigint default 16
t.e bigint default 5
t.f text default '1'
t.g bytea default '\x00ff'::bytea
t.h text default 'it''s'
t.i bigint not null
t.j bigint
t.k text default 'a\b'
t.l bigint default 1
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
reported default-dropped: t.i
reported default-dropped: t.j
-- postgresql
INSERT INTO t(id, i) VALUES(1, 0) RETURNING a, b, c, d, e, f, g, h, j, k, l;
= -1|2|1000|16|5|1|\x00ff|it's|NULL|a\b|1
INSERT INTO t(id) VALUES(2);
! 23502
