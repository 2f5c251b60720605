-- C090: only the alias of the rowid hands out ids
CREATE TABLE a(id INTEGER PRIMARY KEY, v); CREATE TABLE b(id INT PRIMARY KEY, v);
CREATE TABLE c(id INTEGER PRIMARY KEY DESC, v); CREATE TABLE d(id INTEGER, v, PRIMARY KEY(id DESC));
CREATE TABLE e(id "INTEGER" PRIMARY KEY, v);
INSERT INTO a(v) VALUES(1); INSERT INTO d(v) VALUES(1); INSERT INTO b VALUES(1, 1); INSERT INTO c VALUES(1, 1); INSERT INTO e(v) VALUES(1);
-- plan
a.id bigint not null identity, next 2
a.v bigint
b.id bigint not null
b.v bigint
c.id bigint not null
c.v bigint
d.id bigint not null identity, next 2
d.v bigint
e.id bigint not null identity, next 2
e.v bigint
ALTER TABLE "a" ADD CONSTRAINT "a_pkey" PRIMARY KEY ("id")
ALTER TABLE "b" ADD CONSTRAINT "b_pkey" PRIMARY KEY ("id")
ALTER TABLE "c" ADD CONSTRAINT "c_pkey" PRIMARY KEY ("id")
ALTER TABLE "d" ADD CONSTRAINT "d_pkey" PRIMARY KEY ("id")
ALTER TABLE "e" ADD CONSTRAINT "e_pkey" PRIMARY KEY ("id")
-- postgresql
SELECT table_name, is_identity, identity_generation FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'id' ORDER BY 1;
= a|YES|BY DEFAULT
= b|NO|NULL
= c|NO|NULL
= d|YES|BY DEFAULT
= e|YES|BY DEFAULT
INSERT INTO a(v) VALUES(2) RETURNING id;
= 2
INSERT INTO b(v) VALUES(2);
! 23502
