-- C122: on request, keys with long values go by hashes; a foreign key cannot refer to those
-- options: --hash-long-keys --skip-untranslatable
-- exit: 7
CREATE TABLE p(url TEXT PRIMARY KEY COLLATE NOCASE, n INT);
CREATE TABLE t(id INTEGER PRIMARY KEY, url TEXT REFERENCES p(url), b BLOB, n INT, UNIQUE(n, b));
INSERT INTO p VALUES((WITH RECURSIVE n(i, s) AS (SELECT 0, '' UNION ALL SELECT i + 1, s || hex(randomblob(64)) FROM n WHERE i < 60) SELECT s FROM n ORDER BY i DESC LIMIT 1), 1), ('Short', 2);
INSERT INTO t VALUES(1, (SELECT url FROM p WHERE n = 1), randomblob(5000), 3), (2, 'Short', x'00', 3);
CREATE INDEX t_url ON t(url); CREATE UNIQUE INDEX t_part ON t(b) WHERE n > 2;
-- plan
p.url text not null
p.n bigint
t.id bigint not null identity, next 3
t.url text
t.b bytea
t.n bigint
CREATE UNIQUE INDEX "p_url_key" ON "p" (md5(lower("url" COLLATE "C")))
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
CREATE UNIQUE INDEX "t_n_b_key" ON "t" ("n", sha256("b"))
CREATE INDEX "t_url" ON "t" USING hash ("url")
CREATE UNIQUE INDEX "t_part" ON "t" (sha256("b") ASC NULLS FIRST) WHERE "n" > 2
warning key-by-hash: p.url
warning collation: p.url
warning key-by-hash: t.b
warning key-by-hash: t.url
warning key-by-hash: t.b
reported foreign-key: t(url) REFERENCES p
-- postgresql
SELECT length(url) FROM p ORDER BY 1;
= 5
= 7680
INSERT INTO p VALUES('sHORT', 3);
! 23505
INSERT INTO p VALUES('other', 3);
INSERT INTO t VALUES(3, 'Short', '\x00', 3);
! 23505
INSERT INTO t VALUES(4, 'Short', '\x00', 1);
INSERT INTO p VALUES(NULL, 1);
! 23502
