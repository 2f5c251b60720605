-- C124: two spellings of one instant would be one key
-- exit: 5
CREATE TABLE t(d DATETIME UNIQUE); INSERT INTO t VALUES('2020-01-01 00:00:00'), ('2020-01-01T00:00:00');
-- message
t
-- plan
t.d timestamp
ALTER TABLE "t" ADD CONSTRAINT "t_d_key" UNIQUE ("d")
refused duplicates-by-conversion: t.d (1)
