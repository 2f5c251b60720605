-- C128: a CHECK that overflows in a row of the source is added NOT VALID
CREATE TABLE a(x INTEGER, CHECK (abs(x) < 10));
CREATE TABLE b(x INTEGER CONSTRAINT small CHECK (x * x > 5));
PRAGMA ignore_check_constraints = ON;
INSERT INTO a VALUES(-9223372036854775808), (3);
INSERT INTO b VALUES(4000000000), (4);
-- message
cannot be evaluated in every row
-- plan
a.x bigint
b.x bigint
ALTER TABLE "a" ADD CONSTRAINT "a_check" CHECK (abs("x") < 10) NOT VALID
ALTER TABLE "b" ADD CONSTRAINT "small" CHECK (("x" * "x") > 5)
warning check-violated: a (1)
-- postgresql
SELECT conname, convalidated FROM pg_constraint WHERE contype = 'c' AND connamespace = current_schema()::regnamespace ORDER BY 1;
= a_check|f
= small|f
SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b);
= 2|2
INSERT INTO a VALUES(12);
! 23514
INSERT INTO b VALUES(1);
! 23514
