-- C074: no normalising, no trimming, no removal of a BOM
CREATE TABLE t(a TEXT);
INSERT INTO t VALUES(char(65279) || 'x'), ('é'), ('e' || char(769)), ('👨‍👩‍👧'), (char(0xFFFE)), (char(0x10FFFF)), (' x ');
-- plan
t.a text
-- postgresql
SELECT length(a), encode(convert_to(a, 'UTF8'), 'hex') FROM t;
= 2|efbbbf78
= 1|c3a9
= 2|65cc81
= 5|f09f91a8e2808df09f91a9e2808df09f91a7
= 1|efbfbe
= 1|f48fbfbf
= 3|207820
