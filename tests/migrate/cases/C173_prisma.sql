-- C173: Prisma's spellings
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE "User" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "email" TEXT NOT NULL, "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, "ok" BOOLEAN NOT NULL DEFAULT false, "big" BIGINT, "price" DECIMAL, "meta" JSONB);
CREATE TABLE "_AToB" ("A" INTEGER NOT NULL, "B" INTEGER NOT NULL, FOREIGN KEY ("A") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE); CREATE UNIQUE INDEX "_AToB_AB_unique" ON "_AToB"("A", "B");
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
INSERT INTO "User" VALUES(1, 'a@b', 1647950409737, 1, 9223372036854775807, 9.99, '{"a":1}'); INSERT INTO "_AToB" VALUES(1, 2);
-- plan
User.id bigint not null identity, next 2
User.email text not null
User.createdAt bigint not null
User.ok boolean not null default false
User.big bigint
User.price numeric by to-numeric
User.meta json
_AToB.A bigint not null
_AToB.B bigint not null
ALTER TABLE "User" ADD CONSTRAINT "User_pkey" PRIMARY KEY ("id")
CREATE UNIQUE INDEX "User_email_key" ON "User" ("email" ASC NULLS FIRST)
CREATE UNIQUE INDEX "_AToB_AB_unique" ON "_AToB" ("A" ASC NULLS FIRST, "B" ASC NULLS FIRST)
ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_A_fkey" FOREIGN KEY ("A") REFERENCES "User" ("id") ON UPDATE CASCADE ON DELETE CASCADE
info time-as-number: User.createdAt (1)
reported default-dropped: User.createdAt
info cascade: _AToB(A) REFERENCES User
-- postgresql
SELECT * FROM "User";
= 1|a@b|1647950409737|t|9223372036854775807|9.99|{"a":1}
INSERT INTO "User"(email, "createdAt") VALUES('a@b', 0);
! 23505
