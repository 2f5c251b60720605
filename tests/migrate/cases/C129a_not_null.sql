-- C129a: is kept
CREATE TABLE nn(a TEXT NOT NULL, b INTEGER NOT NULL DEFAULT 7, c VARCHAR(10) NOT NULL); INSERT INTO nn VALUES('a', 1, 'c');
-- plan
nn.a text not null
nn.b bigint not null default 7
nn.c varchar(10) not null
-- postgresql
INSERT INTO nn(a, c) VALUES('x', 'y') RETURNING b;
= 7
INSERT INTO nn(c) VALUES('y');
! 23502
