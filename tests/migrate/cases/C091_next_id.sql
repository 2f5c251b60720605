-- C091: AUTOINCREMENT never hands out an id again; without it the largest rowid counts
CREATE TABLE auto(id INTEGER PRIMARY KEY AUTOINCREMENT, v); CREATE TABLE plain(id INTEGER PRIMARY KEY, v);
CREATE TABLE empty(id INTEGER PRIMARY KEY AUTOINCREMENT, v); CREATE TABLE negative(id INTEGER PRIMARY KEY, v);
CREATE TABLE keys(a INTEGER, b INTEGER, PRIMARY KEY(a, b));
INSERT INTO auto(v) VALUES(1), (2), (3); DELETE FROM auto; INSERT INTO plain(v) VALUES(1), (2), (3); DELETE FROM plain WHERE id > 1;
INSERT INTO negative VALUES(-5, 1), (0, 2); INSERT INTO sqlite_sequence VALUES('gone', 9), ('auto', NULL);
-- plan
auto.id bigint not null identity, next 4
auto.v text
plain.id bigint not null identity, next 2
plain.v bigint
empty.id bigint not null identity, next 1
empty.v text
negative.id bigint not null identity, next 1
negative.v bigint
keys.a bigint not null
keys.b bigint not null
ALTER TABLE "auto" ADD CONSTRAINT "auto_pkey" PRIMARY KEY ("id")
ALTER TABLE "plain" ADD CONSTRAINT "plain_pkey" PRIMARY KEY ("id")
ALTER TABLE "empty" ADD CONSTRAINT "empty_pkey" PRIMARY KEY ("id")
ALTER TABLE "negative" ADD CONSTRAINT "negative_pkey" PRIMARY KEY ("id")
ALTER TABLE "keys" ADD CONSTRAINT "keys_pkey" PRIMARY KEY ("a", "b")
-- postgresql
INSERT INTO auto(v) VALUES(4) RETURNING id;
= 4
INSERT INTO plain(v) VALUES(4) RETURNING id;
= 2
INSERT INTO empty(v) VALUES(4) RETURNING id;
= 1
INSERT INTO negative(v) VALUES(4) RETURNING id;
= 1
INSERT INTO keys(a) VALUES(1);
! 23502
