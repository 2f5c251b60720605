-- C120: NOCASE folds ASCII letters: aBC is taken, É and é are two
CREATE TABLE u(email TEXT COLLATE NOCASE UNIQUE); INSERT INTO u VALUES('Abc'), ('É'), ('é');
CREATE TABLE r(a TEXT COLLATE RTRIM UNIQUE); INSERT INTO r VALUES('x');
-- plan
u.email text
r.a text
CREATE UNIQUE INDEX "u_email_key" ON "u" (lower("email" COLLATE "C"))
CREATE UNIQUE INDEX "r_a_key" ON "r" (rtrim("a", ' '))
warning collation: u.email
warning collation: r.a
-- postgresql
INSERT INTO u VALUES('aBC');
! 23505
INSERT INTO r VALUES('x ');
! 23505
SELECT email FROM u ORDER BY 1;
= Abc
= É
= é
