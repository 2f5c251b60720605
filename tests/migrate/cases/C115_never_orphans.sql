-- C115: a row that has its parent in another case is no orphan to be set aside
-- options: --orphans=null
CREATE TABLE p(k TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE c(k TEXT REFERENCES p(k)); INSERT INTO p VALUES('Abc'); INSERT INTO c VALUES('aBC'), ('Abc'), ('none');
-- plan
p.k text not null
c.k text misfits null
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("k")
CREATE UNIQUE INDEX "p_k_key" ON "p" (lower("k" COLLATE "C"))
ALTER TABLE "c" ADD CONSTRAINT "c_k_fkey" FOREIGN KEY ("k") REFERENCES "p" ("k") NOT VALID
warning orphans: c(k) REFERENCES p (1)
warning collation: p.k
warning stray-references: c(k) REFERENCES p (1)
-- postgresql
SELECT k FROM c ORDER BY 1;
= Abc
= aBC
= NULL
SELECT convalidated FROM pg_constraint WHERE conrelid = 'c'::regclass AND contype = 'f';
= f
