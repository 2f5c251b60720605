CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, deleted INTEGER);
CREATE UNIQUE INDEX living ON t(a) WHERE deleted IS NULL;
INSERT INTO t(a, deleted) VALUES ('x', NULL), ('x', 1), ('x', 2);
