-- C081: 64 bytes, equal in the first 63; names that only differ in case after folding
-- options: --fold-case
CREATE TABLE t(
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1 INT,
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2 INT,
  "a b" INT, a_b INT, "éééééééééééééééééééééééééééééééé" INT);
INSERT INTO t VALUES(1, 2, 3, 4, 5);
-- message
is called
-- plan
t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_9f8e9fea bigint
t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_0078d1fd bigint
t.a b bigint
t.a_b bigint
t.ééééééééééééééééééééééééééé_38605f56 bigint
warning renamed: t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1
warning renamed: t.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2
warning renamed: t.éééééééééééééééééééééééééééééééé
-- postgresql
SELECT * FROM t;
= 1|2|3|4|5
SELECT attname, octet_length(attname) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum;
= aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_9f8e9fea|63
= aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_0078d1fd|63
= a b|3
= a_b|3
= ééééééééééééééééééééééééééé_38605f56|63
