-- C015: uuid asked for one side of a foreign key is the type of both
-- options: --type p.id=uuid
CREATE TABLE p(id CHAR(32) PRIMARY KEY); CREATE TABLE c(id INTEGER PRIMARY KEY, p CHAR(36) REFERENCES p(id));
INSERT INTO p VALUES('abcdefab1234123412341234567890ab'), ('00000000000000000000000000000001');
INSERT INTO c VALUES(1, 'abcdefab1234123412341234567890ab'), (2, NULL);
-- plan
p.id uuid not null
c.id bigint not null identity, next 3
c.p uuid
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_p_fkey" FOREIGN KEY ("p") REFERENCES "p" ("id")
warning key-type-unified: c.p
-- postgresql
SELECT p FROM c ORDER BY id;
= abcdefab-1234-1234-1234-1234567890ab
= NULL
INSERT INTO c VALUES(3, '00000000000000000000000000000009');
! 23503
