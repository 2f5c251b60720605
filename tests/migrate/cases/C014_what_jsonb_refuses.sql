-- C014: JSON that jsonb does not take is named before anything is written
-- options: --type t.j=jsonb
-- exit: 5
CREATE TABLE t(id INTEGER PRIMARY KEY, j JSON);
INSERT INTO t VALUES(1, '{"x":"\u0000"}'), (2, '[1e999999]'), (3, '"\ud83d"'), (4, '{a:1}'), (5, '{"\u0000": 1}'), (6, '{}');
-- message
t.j: values that do not fit the type, as asked for (5)
-- plan
t.j jsonb
refused wanted-type-misfit: t.j (5)
