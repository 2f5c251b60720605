-- C130: computed where PostgreSQL computes the same, else copied and reported
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE g(a INT, x TEXT, b INT GENERATED ALWAYS AS (a * 2) VIRTUAL, c TEXT AS (a || 'x') STORED, d AS (json_extract(x, '$.k')), e INT AS (b + 1), f TEXT AS (lower(x)));
INSERT INTO g(a, x) VALUES(1, '{"k":"V"}'), (NULL, '{"k":"W"}');
-- plan
g.a bigint
g.x text
g.b bigint generated "a" * 2
g.c text generated "a"::text || 'x'
g.d text
g.e bigint
g.f text generated lower("x" COLLATE "C")
reported generated-column: g.d
reported generated-column: g.e
-- postgresql
SELECT * FROM g ORDER BY a;
= 1|{"k":"V"}|2|1x|V|3|{"k":"v"}
= NULL|{"k":"W"}|NULL|NULL|W|NULL|{"k":"w"}
SELECT attname FROM pg_attribute WHERE attrelid = 'g'::regclass AND attgenerated = 's' ORDER BY 1;
= b
= c
= f
INSERT INTO g(a, x) VALUES(5, 'Q') RETURNING b, c, f;
= 10|5x|q
