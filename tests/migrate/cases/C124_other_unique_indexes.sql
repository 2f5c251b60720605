-- C124: partial, case-insensitive and blank-blind unique indexes, whose values conversion makes equal
-- options: --mixed=text
-- exit: 5
CREATE TABLE nocase(v COLLATE NOCASE UNIQUE); INSERT INTO nocase VALUES('Ab'), (x'4142');
CREATE TABLE blanks(v COLLATE RTRIM UNIQUE); INSERT INTO blanks VALUES('a'), (x'6120');
CREATE TABLE partial(v, live INT); INSERT INTO partial VALUES(1, 1), ('1', 1), ('1', 0);
CREATE UNIQUE INDEX partial_live ON partial(v) WHERE live = 1;
CREATE TABLE fine(v, live INT); INSERT INTO fine VALUES(1, 1), ('1', 0);
CREATE UNIQUE INDEX fine_live ON fine(v) WHERE live = 1;
CREATE TABLE key(v TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID; INSERT INTO key VALUES('k'), (x'4b');
-- plan
nocase.v text by blob-to-text
blanks.v text by blob-to-text
partial.v text by to-text
partial.live bigint
fine.v text by to-text
fine.live bigint
key.v text by blob-to-text not null
CREATE UNIQUE INDEX "nocase_v_key" ON "nocase" (lower("v" COLLATE "C"))
CREATE UNIQUE INDEX "blanks_v_key" ON "blanks" (rtrim("v", ' '))
CREATE UNIQUE INDEX "partial_live" ON "partial" ("v" ASC NULLS FIRST) WHERE "live" = 1
CREATE UNIQUE INDEX "fine_live" ON "fine" ("v" ASC NULLS FIRST) WHERE "live" = 1
ALTER TABLE "key" ADD CONSTRAINT "key_pkey" PRIMARY KEY ("v")
CREATE UNIQUE INDEX "key_v_key" ON "key" (lower("v" COLLATE "C"))
warning blob-in-text: nocase.v (1)
warning blob-in-text: blanks.v (1)
warning mixed-storage-classes: partial.v (1)
warning mixed-storage-classes: fine.v (1)
warning blob-in-text: key.v (1)
refused duplicates-by-conversion: nocase.v (1)
warning collation: nocase.v
refused duplicates-by-conversion: blanks.v (1)
warning collation: blanks.v
refused duplicates-by-conversion: partial.v (1)
refused duplicates-by-conversion: key.v (1)
warning collation: key.v
