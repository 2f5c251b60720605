-- C083: xmin and its like are taken in every table
CREATE TABLE u(xmin INT, xmin_ INT); INSERT INTO u VALUES(8, 9);
CREATE TABLE t(xmin INT, xmax INT, cmin INT, cmax INT, ctid INT, tableoid INT, oid INT);
INSERT INTO t VALUES(1, 2, 3, 4, 5, 6, 7);
-- plan
u.xmin_ bigint
t.xmin_ bigint
t.xmax_ bigint
t.cmin_ bigint
t.cmax_ bigint
t.ctid_ bigint
t.tableoid_ bigint
t.oid bigint
warning renamed: t.xmin
warning renamed: t.xmax
warning renamed: t.cmin
warning renamed: t.cmax
warning renamed: t.ctid
warning renamed: t.tableoid
-- postgresql
SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum;
= xmin_
= xmax_
= cmin_
= cmax_
= ctid_
= tableoid_
= oid
SELECT oid FROM t;
= 7
SELECT xmin_ FROM u;
= 9
