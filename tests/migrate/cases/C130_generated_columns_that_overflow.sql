-- C130: PostgreSQL is asked before anything is moved whether it can compute a column in every row
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE g(a INT, big BOOLEAN AS (a * a > 5), twice INT AS (a + 1));
INSERT INTO g(a) VALUES(1), (4000000000), (NULL);
-- message
g.big: its values are copied, but it is no longer computed
-- plan
g.a bigint
g.big boolean generated ("a" * "a") > 5
g.twice bigint generated "a" + 1
-- postgresql
SELECT * FROM g ORDER BY a;
= 1|f|2
= 4000000000|t|4000000001
= NULL|NULL|NULL
SELECT attname FROM pg_attribute WHERE attrelid = 'g'::regclass AND attgenerated = 's' ORDER BY 1;
= twice
