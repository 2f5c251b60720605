-- C117: the same key twice, names of constraints, quotes of all kinds
CREATE TABLE [p q](id INTEGER PRIMARY KEY); CREATE TABLE c(x INT CONSTRAINT "to the parent" REFERENCES `p q`("id"), FOREIGN KEY([x]) REFERENCES "P Q"(id)); INSERT INTO "p q" VALUES(1); INSERT INTO c VALUES(1);
-- plan
p q.id bigint not null identity, next 2
c.x bigint
ALTER TABLE "p q" ADD CONSTRAINT "p q_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "to the parent" FOREIGN KEY ("x") REFERENCES "p q" ("id")
-- postgresql
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'c'::regclass;
= to the parent|FOREIGN KEY (x) REFERENCES "p q"(id)
