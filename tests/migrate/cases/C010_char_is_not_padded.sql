-- C010: PostgreSQL's char(5) would take 'ab' and 'ab  ' for equal
CREATE TABLE t(c CHAR(5) UNIQUE);
INSERT INTO t VALUES('ab'), ('ab  ');
-- plan
t.c varchar(5)
ALTER TABLE "t" ADD CONSTRAINT "t_c_key" UNIQUE ("c")
-- postgresql
SELECT c || '|', length(c) FROM t ORDER BY 1;
= ab  ||4
= ab||2
