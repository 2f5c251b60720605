CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t(a) VALUES (''), (NULL), ('\N'), ('NULL'), ('a' || char(9) || 'b\'), (char(13, 10));
