CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER CHECK (n >= 0), kind TEXT CHECK (kind IN ("a", "b")));
INSERT INTO t(n, kind) VALUES (1, 'a'), (2, 'b'), (-0, NULL);
