-- C116: a real and the text that SQLite takes for it: PostgreSQL finds that the key holds
CREATE TABLE p(id TEXT UNIQUE); INSERT INTO p VALUES('-792.36'), ('0.5');
CREATE TABLE c(p REAL REFERENCES p(id)); INSERT INTO c VALUES(-792.36), (0.5);
-- plan
p.id text
c.p text by to-text
ALTER TABLE "p" ADD CONSTRAINT "p_id_key" UNIQUE ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_p_fkey" FOREIGN KEY ("p") REFERENCES "p" ("id") NOT VALID
warning key-type-unified: c.p
warning stray-references: c(p) REFERENCES p (2)
-- postgresql
SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace;
= c_p_fkey|t
SELECT p FROM c;
= -792.36
= 0.5
