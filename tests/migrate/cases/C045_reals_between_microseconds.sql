-- C045: a real that is no time in whole microseconds is refused
-- options: --epoch t.s=s --epoch t.w=filetime
-- exit: 5
CREATE TABLE t(id INTEGER PRIMARY KEY, s REAL, w INT); INSERT INTO t VALUES(1, 1647950409.7371234, 5), (2, 1647950409.5, 10), (3, 9e999, NULL), (4, 1e15, NULL);
-- message
t.s: values that do not fit the type, as asked for (3)
t.w: values that do not fit the type, as asked for (1)
-- plan
t.id bigint not null identity, next 5
t.s timestamptz by epoch-seconds
t.w timestamptz by epoch-filetime
ALTER TABLE "t" ADD CONSTRAINT "t_pkey" PRIMARY KEY ("id")
refused wanted-type-misfit: t.s (3)
refused wanted-type-misfit: t.w (1)
