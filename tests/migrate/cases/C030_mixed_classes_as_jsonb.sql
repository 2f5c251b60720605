-- C030: on request a column of several kinds of values becomes jsonb, which tells them apart
-- options: --mixed=jsonb
CREATE TABLE t(id INTEGER PRIMARY KEY, qty INTEGER NOT NULL DEFAULT 'none', any_, note TEXT, UNIQUE(any_));
INSERT INTO t VALUES
  (1, 10, 1, 'text'), (2, 'lots-of-it', '1', x'ff00'), (3, 2.5, x'31', 'a"b\c' || char(10)), (4, '', 1e20, NULL),
  (5, x'31', 9e999, x''), (6, ' 7', -0.0, 'é'), (7, -9223372036854775808, 5e-324, x'78'), (8, 0.5, NULL, '{}');
-- plan
t.id bigint not null identity, next 9
t.qty jsonb by any-to-json not null default '"none"'::jsonb
t.any_ jsonb by any-to-json
t.note jsonb by any-to-json
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
ALTER TABLE "t" ADD CONSTRAINT "t_any__key" UNIQUE ("any_")
warning mixed-storage-classes: t.qty (3)
warning mixed-storage-classes: t.any_ (2)
warning mixed-storage-classes: t.note (7)
-- postgresql
SELECT id, qty, any_, note FROM t ORDER BY id;
= 1|10|1|"text"
= 2|"lots-of-it"|"1"|{"blob": "\\xff00"}
= 3|2.5|{"blob": "\\x31"}|"a\"b\\c\n"
= 4|""|100000000000000000000.0|NULL
= 5|{"blob": "\\x31"}|{"real": "Infinity"}|{"blob": "\\x"}
= 6|7|{"real": "-0.0"}|"é"
= 7|-9223372036854775808|0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000005|{"blob": "\\x78"}
= 8|0.5|NULL|"{}"
SELECT convert_from((any_->>'blob')::bytea, 'UTF8'), (SELECT (any_->>'real')::float8 FROM t WHERE id = 5) FROM t WHERE id = 3;
= 1|Infinity
INSERT INTO t(id, any_) VALUES(9, '1');
! 23505
INSERT INTO t(id) VALUES(10) RETURNING qty #>> '{}';
= none
