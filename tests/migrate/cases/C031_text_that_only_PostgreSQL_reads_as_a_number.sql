-- C031: PostgreSQL 16 and newer read 0x1F as 31; here it is text in any case
CREATE TABLE t(a INTEGER);
INSERT INTO t VALUES('0x1F'), ('1_000'), ('+5x'), ('１２');
-- plan
t.a text
warning no-value-as-declared: t.a (4)
-- postgresql
SELECT a FROM t;
= 0x1F
= 1_000
= +5x
= １２
