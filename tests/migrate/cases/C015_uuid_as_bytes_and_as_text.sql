-- C015: the same UUID as bytes and as text are two values, and 15 bytes are none
-- options: --type t.u=uuid --type t.v=uuid
-- exit: 5
CREATE TABLE t(u, v BLOB);
INSERT INTO t VALUES(x'abcdefab1234123412341234567890ab', x'abcdefab12341234123412345678'), ('abcdefab-1234-1234-1234-1234567890ab', NULL);
-- message
t.u: values that do not fit the type, as asked for (1)
t.v: values that do not fit the type, as asked for (1)
-- plan
t.u uuid
t.v uuid by bytes-to-uuid
refused wanted-type-misfit: t.u (1)
refused wanted-type-misfit: t.v (1)
