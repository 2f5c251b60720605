-- C124: two spellings of an instant in an expression: the server says that they are equal
-- exit: 5
CREATE TABLE t(a DATETIME, b DATETIME); INSERT INTO t VALUES('2020-01-01 00:00', NULL), (NULL, '2020-01-01 00:00:00');
CREATE UNIQUE INDEX t_either ON t(ifnull(a, b));
-- message
become equal in PostgreSQL
-- plan
t.a timestamp
t.b timestamp
CREATE UNIQUE INDEX "t_either" ON "t" ((coalesce("a", "b")) ASC NULLS FIRST)
