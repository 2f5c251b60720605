-- C033: text that is no integer: the key is reported
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE p(id INTEGER PRIMARY KEY);
CREATE TABLE c(pid TEXT REFERENCES p(id));
INSERT INTO p VALUES(1); INSERT INTO c VALUES('1'), ('x');
-- plan
p.id bigint not null identity, next 2
c.pid text
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
reported foreign-key: c(pid) REFERENCES p
-- postgresql
SELECT pid FROM c ORDER BY 1;
= 1
= x
