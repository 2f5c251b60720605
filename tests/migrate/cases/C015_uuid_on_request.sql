-- C015: on request, where all values are uuids
-- options: --type t.u=uuid
CREATE TABLE t(u CHAR(32));
INSERT INTO t VALUES('abcdefab1234123412341234567890ab');
-- plan
t.u uuid
-- postgresql
SELECT u, pg_typeof(u) FROM t;
= abcdefab-1234-1234-1234-1234567890ab|uuid
