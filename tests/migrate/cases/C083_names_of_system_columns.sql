-- C083: xmin and its like are taken in every table
CREATE TABLE t(xmin INT, xmax INT, cmin INT, cmax INT, ctid INT, tableoid INT, oid INT);
INSERT INTO t VALUES(1, 2, 3, 4, 5, 6, 7);
-- plan
t.xmin_0b3d5a9e bigint
t.xmax_cd631680 bigint
t.cmin_438f8aba bigint
t.cmax_09fcdce0 bigint
t.ctid_deb4eb4e bigint
t.tableoid_7faa0cc9 bigint
t.oid bigint
warning renamed: t.xmin
warning renamed: t.xmax
warning renamed: t.cmin
warning renamed: t.cmax
warning renamed: t.ctid
warning renamed: t.tableoid
-- postgresql
SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum;
= xmin_0b3d5a9e
= xmax_cd631680
= cmin_438f8aba
= cmax_09fcdce0
= ctid_deb4eb4e
= tableoid_7faa0cc9
= oid
SELECT oid FROM t;
= 7
