-- C033: SQLite takes '12 ' for the key 12; PostgreSQL's text does not, which is said
CREATE TABLE p(id SMALLINT UNIQUE); INSERT INTO p VALUES(12);
CREATE TABLE c(p TEXT REFERENCES p(id)); INSERT INTO c VALUES('x'), (12);
-- message
p.id: becomes text instead of bigint, so that its foreign key can be kept; '01' and '1 ', which SQLite takes for 1, refer to nothing from now on
-- plan
p.id text by to-text
c.p text
ALTER TABLE "p" ADD CONSTRAINT "p_id_key" UNIQUE ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_p_fkey" FOREIGN KEY ("p") REFERENCES "p" ("id") NOT VALID
warning key-type-unified: p.id
warning orphans: c(p) REFERENCES p (1)
-- postgresql
INSERT INTO c VALUES('12');
INSERT INTO c VALUES('12 ');
! 23503
