-- C015: where the other side holds what is no UUID, nothing is moved
-- options: --type c.p=uuid
-- exit: 5
CREATE TABLE p(id TEXT PRIMARY KEY); CREATE TABLE c(p TEXT REFERENCES p(id));
INSERT INTO p VALUES('abcdefab1234123412341234567890ab'), ('no uuid');
INSERT INTO c VALUES('abcdefab1234123412341234567890ab');
-- message
has to be uuid
-- plan
p.id text not null
c.p uuid
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
refused key-type: p.id (1)
reported foreign-key: c(p) REFERENCES p
