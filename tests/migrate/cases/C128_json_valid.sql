-- C128: what Django writes for its JSONField holds in PostgreSQL, without any leave
CREATE TABLE t(id INTEGER PRIMARY KEY, j text NOT NULL CHECK ((JSON_VALID("j") OR "j" IS NULL)), k TEXT CHECK (json_valid(k)));
INSERT INTO t VALUES(1, '{"a": 1, "a": 2}', 'null'), (2, '"x"', '[]');
-- plan
t.id bigint not null identity, next 3
t.j text not null
t.k text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
ALTER TABLE "t" ADD CONSTRAINT "t_check" CHECK ("j" IS NULL OR "j"::json IS NOT NULL)
ALTER TABLE "t" ADD CONSTRAINT "t_check_a8325cf3" CHECK ("k" IS NULL OR "k"::json IS NOT NULL)
-- postgresql
SELECT j FROM t ORDER BY id;
= {"a": 1, "a": 2}
= "x"
INSERT INTO t VALUES(3, '{a: 1}', '1');
! 22P02
INSERT INTO t VALUES(3, '3', 'no');
! 22P02
INSERT INTO t VALUES(3, 'null', '{}') RETURNING id;
= 3
