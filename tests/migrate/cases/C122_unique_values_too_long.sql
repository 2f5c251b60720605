-- C122: a unique key that no B-tree takes is refused before anything is moved
-- exit: 5
CREATE TABLE t(id INTEGER PRIMARY KEY, url TEXT UNIQUE, packed TEXT UNIQUE);
INSERT INTO t VALUES(1, (WITH RECURSIVE n(i, s) AS (SELECT 0, '' UNION ALL SELECT i + 1, s || hex(randomblob(64)) FROM n WHERE i < 60) SELECT s FROM n ORDER BY i DESC LIMIT 1), replace(hex(zeroblob(50000)), '00', 'ab'));
-- message
PostgreSQL cannot make the unique key on "t"
--hash-long-keys
-- plan
t.id bigint not null identity, next 2
t.url text
t.packed text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
ALTER TABLE "t" ADD CONSTRAINT "t_url_key" UNIQUE ("url")
ALTER TABLE "t" ADD CONSTRAINT "t_packed_key" UNIQUE ("packed")
warning long-indexed-values: t.url
warning long-indexed-values: t.packed
