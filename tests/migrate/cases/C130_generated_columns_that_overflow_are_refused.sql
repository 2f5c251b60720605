-- C130: without leave to go on, nothing is written
-- options: --collation=c
-- exit: 5
CREATE TABLE g(a INT, big BOOLEAN AS (a * a > 5), twice INT AS (a + 1));
INSERT INTO g(a) VALUES(1), (4000000000), (NULL);
-- message
g.big: its values are copied, but it is no longer computed
-- plan
g.a bigint
g.big boolean generated ("a" * "a") > 5
g.twice bigint generated "a" + 1
