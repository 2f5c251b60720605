-- C111: no order of tables is needed, and DEFERRABLE stays
CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INT REFERENCES b DEFERRABLE INITIALLY DEFERRED); CREATE TABLE b(id INTEGER PRIMARY KEY, a_id INT REFERENCES a);
CREATE TABLE self(id INTEGER PRIMARY KEY, parent INT REFERENCES self(id));
INSERT INTO a VALUES(1, 1); INSERT INTO b VALUES(1, 1); INSERT INTO self VALUES(1, 2), (2, NULL);
-- plan
a.id bigint not null identity, next 2
a.b_id bigint
b.id bigint not null identity, next 2
b.a_id bigint
self.id bigint not null identity, next 3
self.parent bigint
ALTER TABLE "a" ADD CONSTRAINT "a_pkey" PRIMARY KEY ("id")
ALTER TABLE "b" ADD CONSTRAINT "b_pkey" PRIMARY KEY ("id")
ALTER TABLE "self" ADD CONSTRAINT "self_pkey" PRIMARY KEY ("id")
ALTER TABLE "a" ADD CONSTRAINT "a_b_id_fkey" FOREIGN KEY ("b_id") REFERENCES "b" ("id") DEFERRABLE INITIALLY DEFERRED
ALTER TABLE "b" ADD CONSTRAINT "b_a_id_fkey" FOREIGN KEY ("a_id") REFERENCES "a" ("id")
ALTER TABLE "self" ADD CONSTRAINT "self_parent_fkey" FOREIGN KEY ("parent") REFERENCES "self" ("id")
-- postgresql
SELECT conrelid::regclass, condeferrable, condeferred FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1;
= a|t|t
= b|f|f
= self|f|f
BEGIN; INSERT INTO a VALUES(2, 7); INSERT INTO b VALUES(7, 2); COMMIT;
INSERT INTO self VALUES(3, 9);
! 23503
