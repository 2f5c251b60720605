-- C094: PRIMARY KEY(b, a), and the foreign key that means it without naming it
CREATE TABLE t(a INT, b INT, c INT, PRIMARY KEY(b, a)) WITHOUT ROWID;
CREATE TABLE k(x INT, y INT, FOREIGN KEY(x, y) REFERENCES t);
INSERT INTO t VALUES(1, 2, 3); INSERT INTO k VALUES(2, 1);
-- plan
t.a bigint not null
t.b bigint not null
t.c bigint
k.x bigint
k.y bigint
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("b", "a")
ALTER TABLE "k" ADD CONSTRAINT "k_x_y_fkey" FOREIGN KEY ("x", "y") REFERENCES "t" ("b", "a")
-- postgresql
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN ('t'::regclass, 'k'::regclass) AND contype IN ('p', 'f') ORDER BY 1;
= FOREIGN KEY (x, y) REFERENCES t(b, a)
= PRIMARY KEY (b, a)
INSERT INTO k VALUES(1, 2);
! 23503
