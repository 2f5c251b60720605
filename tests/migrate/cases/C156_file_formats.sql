-- C156: page size, auto_vacuum, user_version, application_id
PRAGMA page_size = 512; PRAGMA auto_vacuum = 1; PRAGMA user_version = 42; PRAGMA application_id = 7; PRAGMA encoding = 'UTF-16be';
CREATE TABLE t(a TEXT); INSERT INTO t VALUES('é'), (replace(hex(zeroblob(2000)), '00', 'xy'));
-- plan
t.a text
info user-version: the source
-- postgresql
SELECT length(a) FROM t;
= 1
= 4000
