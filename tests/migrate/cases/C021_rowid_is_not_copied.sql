-- C021: a table without a primary key is told; a column called rowid is an ordinary one
CREATE TABLE t(a TEXT); INSERT INTO t(rowid, a) VALUES(10, 'x'), (3, 'y');
CREATE TABLE shadowed(rowid TEXT); INSERT INTO shadowed VALUES('mine');
-- message
no primary key
-- plan
t.a text
shadowed.rowid text
-- postgresql
SELECT * FROM t ORDER BY 1;
= x
= y
SELECT rowid FROM shadowed;
= mine
