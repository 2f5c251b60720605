-- C131: translated with the same rows, in the order that they need
CREATE TABLE t(id INTEGER PRIMARY KEY, parent INT, name TEXT, price DECIMAL(6,2), flag BOOLEAN); INSERT INTO t VALUES(1, NULL, 'b', 1.5, 1), (2, 1, 'A', 2.25, 0), (3, 2, NULL, 3, 1);
CREATE VIEW v2(who) AS SELECT name FROM v1 WHERE flag = 1; CREATE VIEW v1 AS SELECT * FROM t ORDER BY name;
CREATE VIEW tree AS WITH RECURSIVE r(id, depth) AS (SELECT id, 0 FROM t WHERE parent IS NULL UNION ALL SELECT t.id, depth + 1 FROM t JOIN r ON t.parent = r.id) SELECT * FROM r;
CREATE VIEW sums AS SELECT flag, count(*) AS n, sum(price) AS s, max(name) AS m FROM t GROUP BY flag HAVING n > 0 ORDER BY flag;
CREATE VIEW picked AS SELECT id FROM t WHERE id NOT IN (SELECT parent FROM t WHERE parent IS NOT NULL) UNION SELECT 7 ORDER BY 1 DESC LIMIT 2;
CREATE VIEW outcome AS SELECT id > 1 AS late, (SELECT name FROM t p WHERE p.id = t.parent) AS parent FROM t;
-- plan
t.id bigint not null identity, next 4
t.parent bigint
t.name text
t.price numeric(6,2) by to-numeric
t.flag boolean
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
CREATE VIEW "v1" ("id", "parent", "name", "price", "flag") AS SELECT "t"."id", "t"."parent", "t"."name", "t"."price", "t"."flag" FROM "t" ORDER BY "t"."name" COLLATE "C" ASC NULLS FIRST
CREATE VIEW "v2" ("who") AS SELECT "v1"."name" FROM "v1" WHERE "v1"."flag"
CREATE VIEW "tree" ("id", "depth") AS WITH RECURSIVE "r" ("id", "depth") AS (SELECT "t"."id", 0::bigint FROM "t" WHERE "t"."parent" IS NULL UNION ALL SELECT "t"."id", "r"."depth" + 1 FROM "t" JOIN "r" ON "t"."parent" = "r"."id") SELECT "r"."id", "r"."depth" FROM "r"
CREATE VIEW "sums" ("flag", "n", "s", "m") AS SELECT "t"."flag", count(*), sum("t"."price"::float8), max("t"."name" COLLATE "C") COLLATE "C" FROM "t" GROUP BY "t"."flag" HAVING (count(*)) > 0 ORDER BY "t"."flag" ASC NULLS FIRST
CREATE VIEW "picked" ("id") AS SELECT * FROM (SELECT "t"."id" FROM "t" WHERE "t"."id" NOT IN (SELECT "t"."parent" FROM "t" WHERE "t"."parent" IS NOT NULL) UNION SELECT 7::bigint) AS "result" ("id") ORDER BY "id" DESC NULLS LAST LIMIT 2
CREATE VIEW "outcome" ("late", "parent") AS SELECT ("t"."id" > 1)::int::bigint, (SELECT "p"."name" FROM "t" AS "p" WHERE "p"."id" = "t"."parent") COLLATE "C" FROM "t"
info approximate-sums: sums
-- postgresql
SELECT * FROM v2;
= NULL
= b
SELECT name FROM v1;
= NULL
= A
= b
SELECT * FROM tree ORDER BY id;
= 1|0
= 2|1
= 3|2
SELECT * FROM sums;
= f|1|2.25|A
= t|2|4.5|b
SELECT * FROM picked;
= 7
= 3
SELECT * FROM outcome;
= 0|NULL
= 1|b
= 1|A
