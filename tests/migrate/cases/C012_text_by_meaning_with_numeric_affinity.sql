-- C012: STRING, UUID and JSON have NUMERIC affinity: leading zeros are gone at the source
CREATE TABLE t(phone STRING, u UUID, j JSON);
INSERT INTO t VALUES('0049123', '00000000000000000000000000000012', '12'), ('a', 'b', '{}');
-- plan
t.phone text by to-text
t.u text by to-text
t.j text by to-text
warning numbers-in-text: t.phone (1)
warning numbers-in-text: t.u (1)
warning mixed-storage-classes: t.j (1)
-- postgresql
SELECT * FROM t ORDER BY 1;
= 49123|12|12
= a|b|{}
