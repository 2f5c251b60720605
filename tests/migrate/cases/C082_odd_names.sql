-- C082: reserved words, quotes, blanks, per cent, line breaks; an empty name is replaced
CREATE TABLE "order"("select" INT, "user" TEXT, "a""b" INT, "c d" INT, "1a" INT, "é" INT, "$x" INT, "" INT, "%s" INT, "x'y" INT, "new
line" INT);
INSERT INTO "order" VALUES(1, 'u', 3, 4, 5, 6, 7, 8, 9, 10, 11);
CREATE TABLE ""(x); INSERT INTO "" VALUES('in the table without a name');
-- plan
order.select bigint
order.user text
order.a"b bigint
order.c d bigint
order.1a bigint
order.é bigint
order.$x bigint
order.unnamed bigint
order.%s bigint
order.x'y bigint
order.new line bigint
unnamed.x text
warning renamed: order.
warning renamed: 
-- postgresql
SELECT "select", "user", "a""b", "c d", "1a", "é", "$x", "%s", "x'y" FROM "order";
= 1|u|3|4|5|6|7|9|10
SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r';
= 2
