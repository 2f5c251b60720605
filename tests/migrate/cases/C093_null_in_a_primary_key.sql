-- C093: SQLite allows it; a UNIQUE constraint takes the key's place
CREATE TABLE t(a TEXT PRIMARY KEY, b); INSERT INTO t VALUES(NULL, 1), (NULL, 2), ('k', 3);
CREATE TABLE u(a INT, b INT, PRIMARY KEY(a, b)); INSERT INTO u VALUES(1, NULL), (1, NULL);
CREATE TABLE c(a TEXT REFERENCES t(a)); INSERT INTO c VALUES('k');
-- plan
t.a text
t.b bigint
u.a bigint
u.b bigint
c.a text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" UNIQUE ("a")
ALTER TABLE "u" ADD CONSTRAINT "u_pkey" UNIQUE ("a", "b")
ALTER TABLE "c" ADD CONSTRAINT "c_a_fkey" FOREIGN KEY ("a") REFERENCES "t" ("a")
warning null-in-primary-key: t.a (2)
warning null-in-primary-key: u.b (2)
-- postgresql
SELECT conrelid::regclass, contype FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2;
= t|u
= u|u
= c|f
INSERT INTO t VALUES('k', 4);
! 23505
INSERT INTO t VALUES(NULL, 4);
