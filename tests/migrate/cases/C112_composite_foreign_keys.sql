-- C112: one key of two columns, its actions kept
CREATE TABLE pp(a INT, b INT, PRIMARY KEY(a, b)); CREATE TABLE c(x INT, y INT, FOREIGN KEY(x, y) REFERENCES pp ON DELETE CASCADE);
INSERT INTO pp VALUES(1, 2); INSERT INTO c VALUES(1, 2), (1, NULL);
-- plan
pp.a bigint not null
pp.b bigint not null
c.x bigint
c.y bigint
ALTER TABLE "pp" ADD CONSTRAINT "pp_pkey" PRIMARY KEY ("a", "b")
ALTER TABLE "c" ADD CONSTRAINT "c_x_y_fkey" FOREIGN KEY ("x", "y") REFERENCES "pp" ("a", "b") ON DELETE CASCADE
info cascade: c(x, y) REFERENCES pp
-- postgresql
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'c'::regclass;
= FOREIGN KEY (x, y) REFERENCES pp(a, b) ON DELETE CASCADE
DELETE FROM pp;
SELECT * FROM c;
= 1|NULL
