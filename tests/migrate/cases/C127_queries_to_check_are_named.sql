-- C127: what no copy can keep is told once
CREATE TABLE t(a TEXT); INSERT INTO t VALUES('ABC');
-- message
LIKE is case-sensitive in PostgreSQL
-- plan
t.a text
-- postgresql
SELECT count(*) FROM t WHERE a LIKE 'abc';
= 0
