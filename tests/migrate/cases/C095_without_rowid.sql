-- C095: an ordinary table; INTEGER PRIMARY KEY hands out nothing there
CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT) WITHOUT ROWID; INSERT INTO t VALUES(2, 'b'), (1, 'a');
-- plan
t.id bigint not null
t.v text
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
-- postgresql
SELECT * FROM t ORDER BY id;
= 1|a
= 2|b
INSERT INTO t(v) VALUES('c');
! 23502
