-- C084: tables are called like the implicit objects of another
CREATE TABLE tt(id INTEGER PRIMARY KEY, a TEXT UNIQUE);
CREATE TABLE tt_pkey(x); CREATE TABLE tt_id_seq(x); CREATE TABLE tt_a_key(x);
INSERT INTO tt VALUES(1, 'a'); INSERT INTO tt_pkey VALUES('p'); INSERT INTO tt_id_seq VALUES('s');
-- plan
tt.id bigint not null identity, next 2
tt.a text
tt_pkey.x text
tt_id_seq.x text
tt_a_key.x text
ALTER TABLE "tt" ADD CONSTRAINT "tt_pkey_c4024e58" PRIMARY KEY ("id")
ALTER TABLE "tt" ADD CONSTRAINT "tt_a_key_4df1f0a7" UNIQUE ("a")
-- postgresql
INSERT INTO tt(a) VALUES('b') RETURNING id;
= 2
INSERT INTO tt(a) VALUES('b');
! 23505
SELECT x FROM tt_pkey UNION SELECT x FROM tt_id_seq;
= p
= s
