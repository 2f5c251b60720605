CREATE TABLE "order"(id INTEGER PRIMARY KEY, "select" INT, "a""b" INT, "c d" INT, "x'y" INT);
INSERT INTO "order" VALUES (1, 2, 3, 4, 5);
