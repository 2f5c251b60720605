-- C015: normalising a uuid would change its text
CREATE TABLE t(u CHAR(32), v CHAR(36), w BLOB);
INSERT INTO t VALUES('abcdefab1234123412341234567890ab', '{ABCDEFAB-1234-1234-1234-1234567890AB}', x'abcdefab1234123412341234567890ab'), ('', 'not-a-uuid', x'00');
-- plan
t.u varchar(32)
t.v text
t.w bytea
warning length-exceeded: t.v (1)
-- postgresql
SELECT * FROM t;
= abcdefab1234123412341234567890ab|{ABCDEFAB-1234-1234-1234-1234567890AB}|\xabcdefab1234123412341234567890ab
= |not-a-uuid|\x00
