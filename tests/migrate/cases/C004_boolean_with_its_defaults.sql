-- C004: BOOLEAN of 0, 1 and NULL, with defaults in both spellings
CREATE TABLE t(b BOOLEAN NOT NULL DEFAULT 0, c BOOL DEFAULT 't', d TINYINT(1) DEFAULT 1, e BIT, f TINYINT(1));
INSERT INTO t VALUES(1, 'f', 0, 1, 2), (0, 't', 1, NULL, 0);
-- plan
t.b boolean not null default false
t.c boolean by boolean-text default true
t.d boolean default true
t.e boolean
t.f bigint
-- postgresql
SELECT * FROM t;
= t|f|f|t|2
= f|t|t|NULL|0
INSERT INTO t DEFAULT VALUES RETURNING b, c, d;
= f|t|t
