-- C033: a foreign key that is not carried over changes nobody's type
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE p(id INTEGER PRIMARY KEY, n INT); CREATE TABLE c(n TEXT REFERENCES p(n));
INSERT INTO p VALUES(1, 7); INSERT INTO c VALUES('7');
-- plan
p.id bigint not null identity, next 2
p.n bigint
c.n text
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
reported foreign-key: c(n) REFERENCES p
-- postgresql
SELECT n || '!' FROM c;
= 7!
