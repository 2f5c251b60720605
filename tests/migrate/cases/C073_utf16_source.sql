-- C073: a source in UTF-16, names too
PRAGMA encoding = 'UTF-16le';
CREATE TABLE "été"("größe" TEXT, b BLOB); INSERT INTO "été" VALUES('é😀', 'é');
-- plan
été.größe text
été.b text
info text-in-blob: été.b (1)
-- postgresql
SELECT "größe", b FROM "été";
= é😀|é
