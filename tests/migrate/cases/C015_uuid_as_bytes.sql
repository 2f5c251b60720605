-- C015: blobs of 16 bytes are uuids on request, on both sides of a foreign key
-- options: --type p.id=uuid
CREATE TABLE p(id BLOB PRIMARY KEY, name TEXT); CREATE TABLE c(p BLOB REFERENCES p(id));
INSERT INTO p VALUES(x'abcdefab1234123412341234567890ab', 'one'), (x'2d414141414141414141414141414141', 'A'), (x'61616161616161616161616161616161', 'a'), (x'41616161616161616161616161616161', 'Aa');
INSERT INTO c VALUES(x'abcdefab1234123412341234567890ab'), (NULL);
-- plan
p.id uuid by bytes-to-uuid not null
p.name text
c.p uuid by bytes-to-uuid
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_p_fkey" FOREIGN KEY ("p") REFERENCES "p" ("id")
warning key-type-unified: c.p
-- postgresql
SELECT * FROM p;
= abcdefab-1234-1234-1234-1234567890ab|one
= 2d414141-4141-4141-4141-414141414141|A
= 61616161-6161-6161-6161-616161616161|a
= 41616161-6161-6161-6161-616161616161|Aa
SELECT * FROM c;
= abcdefab-1234-1234-1234-1234567890ab
= NULL
