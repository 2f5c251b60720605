-- C005: numbers and words in one column become text, which is told
CREATE TABLE t(b BOOLEAN);
INSERT INTO t VALUES(2), (-1), ('yes'), ('of'), (''), ('TRUE'), (1.0), (0.5);
-- message
t.b
'yes'
-- plan
t.b text by to-text
warning not-boolean: t.b (7)
warning mixed-storage-classes: t.b (4)
-- postgresql
SELECT b FROM t;
= 2
= -1
= yes
= of
=
= TRUE
= 1
= 0.5
