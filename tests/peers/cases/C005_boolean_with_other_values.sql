CREATE TABLE t(id INTEGER PRIMARY KEY, b BOOLEAN);
INSERT INTO t(b) VALUES ('of'), ('on'), ('1'), ('no');
