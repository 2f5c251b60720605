-- C121: whether an expression can be computed in every row the server says before anything is moved
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b INT);
INSERT INTO t VALUES(1, 4000000000, 2), (2, 3, 4), (3, NULL, 0);
CREATE UNIQUE INDEX t_square ON t(a * a);
CREATE UNIQUE INDEX t_sum ON t(a + b);
CREATE UNIQUE INDEX t_few ON t(b) WHERE a * a > 5;
CREATE INDEX t_far ON t(abs(b) * a);
-- message
t_square: PostgreSQL cannot make the unique index on "t"
t_few: PostgreSQL cannot make the unique index on "t"
-- plan
t.id bigint not null identity, next 4
t.a bigint
t.b bigint
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
CREATE UNIQUE INDEX "t_square" ON "t" (("a" * "a") ASC NULLS FIRST)
CREATE UNIQUE INDEX "t_sum" ON "t" (("a" + "b") ASC NULLS FIRST)
CREATE UNIQUE INDEX "t_few" ON "t" ("b" ASC NULLS FIRST) WHERE ("a" * "a") > 5
CREATE INDEX "t_far" ON "t" ((abs("b") * "a") ASC NULLS FIRST)
-- postgresql
SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1;
= t_far
= t_pkey
= t_sum
SELECT count(*) FROM t;
= 3
SELECT obj_description('t'::regclass)::json->'repot_gave_up'->1->>'name';
= t_few
