CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t(a) VALUES ('a' || char(0) || 'b'), ('c');
