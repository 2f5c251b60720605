-- C110: a key to a column whose values may be set aside is valid where no row referred to them
-- options: --on-misfit null
CREATE TABLE p(id "text nocase" UNIQUE); INSERT INTO p VALUES(x'c0f9'), ('a');
CREATE TABLE c(p TEXT REFERENCES p(id)); INSERT INTO c VALUES('a'), (NULL);
CREATE TABLE d(p TEXT REFERENCES p(id)); INSERT INTO d VALUES('a');
-- message
p.id: declared text nocase, but holds blobs that are not text; they become NULL, as asked for (1)
-- plan
p.id text by blob-to-text misfits null
c.p text
d.p text
ALTER TABLE "p" ADD CONSTRAINT "p_id_key" UNIQUE ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_p_fkey" FOREIGN KEY ("p") REFERENCES "p" ("id") NOT VALID
ALTER TABLE "d" ADD CONSTRAINT "d_p_fkey" FOREIGN KEY ("p") REFERENCES "p" ("id") NOT VALID
warning binary-in-text: p.id (1)
warning orphans-by-quarantine: c(p) REFERENCES p
warning orphans-by-quarantine: d(p) REFERENCES p
-- postgresql
SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1;
= c_p_fkey|t
= d_p_fkey|t
