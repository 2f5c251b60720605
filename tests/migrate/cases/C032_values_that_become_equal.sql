-- C032: four values of a UNIQUE column that would be one text
-- options: --on-misfit text
-- exit: 5
CREATE TABLE t(a UNIQUE);
INSERT INTO t VALUES(1), ('1'), ('x');
-- message
t
-- plan
t.a text by to-text
ALTER TABLE "t" ADD CONSTRAINT "t_a_key" UNIQUE ("a")
warning mixed-storage-classes: t.a (1)
refused duplicates-by-conversion: t.a (1)
