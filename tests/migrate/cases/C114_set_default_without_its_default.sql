-- C114: SET DEFAULT sets NULL where the default cannot be carried over, which is said
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE p(id INTEGER PRIMARY KEY, up INTEGER DEFAULT x'00ff' REFERENCES p(id) ON UPDATE SET DEFAULT);
INSERT INTO p VALUES(1, 1);
-- message
p(up) REFERENCES p: its SET DEFAULT sets NULL from now on, as the default of "up" is not carried over
-- plan
p.id bigint not null identity, next 2
p.up bigint
ALTER TABLE "p" ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id")
ALTER TABLE "p" ADD CONSTRAINT "p_up_fkey" FOREIGN KEY ("up") REFERENCES "p" ("id") ON UPDATE SET DEFAULT
reported default-dropped: p.up
warning foreign-key-action: p(up) REFERENCES p
-- postgresql
UPDATE p SET id = 2 RETURNING id, up;
= 2|1
SELECT * FROM p;
= 2|NULL
