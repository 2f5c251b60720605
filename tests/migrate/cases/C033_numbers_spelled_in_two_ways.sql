-- C033: 0 refers to 0.0, which two texts do not; the key is added NOT VALID
CREATE TABLE p(c FLOAT UNIQUE); CREATE TABLE c(c STRING REFERENCES p(c));
INSERT INTO p VALUES(-0.0), (1.5), (1e17); INSERT INTO c VALUES(-0.0), ('1.5'), (NULL);
CREATE TABLE pt(c STRING UNIQUE); CREATE TABLE ct(c STRING REFERENCES pt(c));
INSERT INTO pt VALUES('7'), ('x'), (2.5); INSERT INTO ct VALUES(7), ('x'), (2.5);
-- plan
p.c text by to-text
c.c text by to-text
warning stray-references: c(c) REFERENCES p (1)
-- postgresql
SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1;
= c_c_fkey|f
= ct_c_fkey|t
