-- C157: text of the source is data, names are quoted
CREATE TABLE "t""; DROP TABLE x; --"("a""; SELECT 1; --" TEXT DEFAULT '; DROP SCHEMA public; --' /* ; */ CHECK("a""; SELECT 1; --" <> '''); DROP TABLE x; --'));
INSERT INTO "t""; DROP TABLE x; --" DEFAULT VALUES; INSERT INTO "t""; DROP TABLE x; --" VALUES('x');
-- plan
t"; DROP TABLE x; --.a"; SELECT 1; -- text default '; DROP SCHEMA public; --'
ALTER TABLE "t""; DROP TABLE x; --" ADD CONSTRAINT "t""; DROP TABLE x; --_check" CHECK ("a""; SELECT 1; --" <> '''); DROP TABLE x; --')
-- postgresql
SELECT * FROM "t""; DROP TABLE x; --";
= ; DROP SCHEMA public; --
= x
