-- C014: jsonb on request keeps the last of equal keys, which is told
-- options: --type t.j=jsonb
CREATE TABLE t(id INTEGER PRIMARY KEY, j JSON);
INSERT INTO t VALUES(1, '{"a": 1, "a": 2, "b": 1.0}'), (2, '{"b": {"c": [1, {"c": 2}]}, "c": 1e2}'), (3, NULL);
-- message
documents that have a key twice; jsonb keeps the last of them (1)
id=1
-- plan
t.id bigint not null identity, next 4
t.j jsonb
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
warning double-keys: t.j (1)
-- postgresql
SELECT j FROM t ORDER BY id;
= {"a": 2, "b": 1.0}
= {"b": {"c": [1, {"c": 2}]}, "c": 100}
= NULL
