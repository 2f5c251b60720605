-- C128: exactly the same condition, or reported with a proposal
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(a TEXT CHECK(typeof(a) = 'text'), b TEXT CHECK(length(b) < 5), c TEXT CHECK(c GLOB 'x*'), d TEXT CHECK(json_valid(d)), e INT CHECK(e), f TEXT CHECK(f LIKE 'ABC%'), flag BOOLEAN CHECK(flag IN (0, 1)), g TEXT CHECK(g REGEXP '^x'), status TEXT, n INT CHECK("n" >= 0), CONSTRAINT known CHECK("status" IN ("open", "shut")));
INSERT INTO t(a, b, c, d, e, f, flag, status, n) VALUES('a', 'bbbb', 'x', '{}', 1, 'abcd', 1, 'open', 0);
PRAGMA ignore_check_constraints = ON;
INSERT INTO t(a, d, n) VALUES('a', '{}', -1);
-- message
REGEXP
-- plan
t.a text
t.b text
t.c text
t.d text
t.e bigint
t.f text
t.flag boolean
t.g text
t.status text
t.n bigint
ALTER TABLE "t" ADD CONSTRAINT "t_check" CHECK ("a" IS NOT NULL)
ALTER TABLE "t" ADD CONSTRAINT "t_check_a8325cf3" CHECK (length("b") < 5)
ALTER TABLE "t" ADD CONSTRAINT "t_check_a91030d6" CHECK ("c" LIKE 'x%' ESCAPE '\')
ALTER TABLE "t" ADD CONSTRAINT "t_check_5c53512b" CHECK ("d" IS NULL OR "d"::json IS NOT NULL)
ALTER TABLE "t" ADD CONSTRAINT "t_check_c6e86813" CHECK ("e" <> 0)
ALTER TABLE "t" ADD CONSTRAINT "t_check_1195f2eb" CHECK (lower("f" COLLATE "C") LIKE 'abc%' ESCAPE '')
ALTER TABLE "t" ADD CONSTRAINT "t_check_39faabfd" CHECK ("n" >= 0) NOT VALID
ALTER TABLE "t" ADD CONSTRAINT "known" CHECK ("status" IN ('open', 'shut'))
info check-guaranteed: t
reported check: t
warning check-violated: t (1)
-- postgresql
SELECT conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 't'::regclass ORDER BY conname;
= known|t|CHECK ((status = ANY (ARRAY['open'::text, 'shut'::text])))
= t_check|t|CHECK ((a IS NOT NULL))
= t_check_1195f2eb|t|CHECK ((lower((f COLLATE "C")) ~~ like_escape('abc%'::text, ''::text)))
= t_check_39faabfd|f|CHECK ((n >= 0)) NOT VALID
= t_check_5c53512b|t|CHECK (((d IS NULL) OR ((d)::json IS NOT NULL)))
= t_check_a8325cf3|t|CHECK ((length(b) < 5))
= t_check_a91030d6|t|CHECK ((c ~~ like_escape('x%'::text, '\'::text)))
= t_check_c6e86813|t|CHECK ((e <> 0))
INSERT INTO t(a, b) VALUES('a', 'bbbbb');
! 23514
INSERT INTO t(a, f) VALUES('a', 'ABx');
! 23514
INSERT INTO t(a, f) VALUES('a', 'aBcx');
INSERT INTO t(a, status) VALUES('a', 'c');
! 23514
INSERT INTO t(a, n) VALUES('a', -1);
! 23514
