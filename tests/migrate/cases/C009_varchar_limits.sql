-- C009: the limit counts characters and stays only where all values keep it, trailing blanks included
CREATE TABLE t(fits VARCHAR(4), long VARCHAR(3), blanks VARCHAR(3), huge VARCHAR(2000000000));
INSERT INTO t VALUES('日本語文', 'abcd', 'abc   ', 'x');
-- plan
t.fits varchar(4)
t.long text
t.blanks text
t.huge text
warning length-exceeded: t.long (1)
warning length-exceeded: t.blanks (1)
-- postgresql
SELECT fits, long, blanks || '|', huge FROM t;
= 日本語文|abcd|abc   ||x
