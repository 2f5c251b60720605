-- C097: a NOCASE key stays the key, and folds ASCII letters by an index beside it
CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY, v); INSERT INTO t VALUES('Abc', 1), ('É', 2), ('é', 3);
-- plan
t.k text not null
t.v bigint
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("k")
CREATE UNIQUE INDEX "t_k_key" ON "t" (lower("k" COLLATE "C"))
warning collation: t.k
-- postgresql
INSERT INTO t VALUES('aBC', 4);
! 23505
INSERT INTO t VALUES('abcd', 4);
