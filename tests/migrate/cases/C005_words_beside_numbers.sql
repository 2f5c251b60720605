-- C005: beside 0 and 1, words are values that do not fit, for the verifier too
-- options: --on-misfit null
CREATE TABLE t(b BOOLEAN); INSERT INTO t VALUES('f'), (1), (0), ('no');
-- message
t.b: declared BOOLEAN, holds other values than 0 and 1; they become NULL, as asked for (2)
-- plan
t.b boolean misfits null
warning not-boolean: t.b (2)
-- postgresql
SELECT b, count(*) FROM t GROUP BY b ORDER BY b;
= f|1
= t|1
= NULL|2
