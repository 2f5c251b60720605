-- C113: not unique, no such column, no such table, too few columns, a partial or NOCASE index
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE p(id INTEGER PRIMARY KEY, b INT, c INT, d TEXT); CREATE TABLE pp(a INT, b INT, PRIMARY KEY(a, b));
CREATE UNIQUE INDEX part ON p(c) WHERE c > 0; CREATE UNIQUE INDEX folded ON p(d COLLATE NOCASE);
CREATE VIEW seen AS SELECT id FROM p;
CREATE TABLE k(a INT REFERENCES p(b), b INT REFERENCES p(nocol), c INT REFERENCES missing(id), d INT REFERENCES pp, e INT REFERENCES p(c), f TEXT REFERENCES p(d), g INT REFERENCES seen(id));
-- message
their values are unique: with ALTER TABLE "p" ADD UNIQUE ("b")
-- plan
p.id bigint not null identity, next 1
p.b bigint
p.c bigint
p.d text
pp.a bigint not null
pp.b bigint not null
k.a bigint
k.b bigint
k.c bigint
k.d bigint
k.e bigint
k.f text
k.g bigint
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
CREATE UNIQUE INDEX "part" ON "p" ("c" ASC NULLS FIRST) WHERE "c" > 0
CREATE UNIQUE INDEX "folded" ON "p" (lower("d" COLLATE "C") ASC NULLS FIRST)
ALTER TABLE "pp" ADD CONSTRAINT "pp_pkey" PRIMARY KEY ("a", "b")
CREATE VIEW "seen" ("id") AS SELECT "p"."id" FROM "p"
warning collation: p.d
reported foreign-key: k(a) REFERENCES p
reported foreign-key: k(b) REFERENCES p
reported foreign-key: k(c) REFERENCES missing
reported foreign-key: k(d) REFERENCES pp
reported foreign-key: k(e) REFERENCES p
reported foreign-key: k(f) REFERENCES p
reported foreign-key: k(g) REFERENCES seen
-- postgresql
SELECT count(*) FROM pg_constraint WHERE conrelid = 'k'::regclass;
= 0
