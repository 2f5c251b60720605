-- C080: references find the declared spelling; SQLite folds ASCII alone
CREATE TABLE "Users"("Id" INTEGER PRIMARY KEY, "fullName" TEXT);
CREATE TABLE "Notes"("ownerId" INTEGER REFERENCES users(ID), text TEXT, CHECK(OWNERID > 0));
CREATE TABLE "ü"(a); CREATE TABLE "Ü"(a);
CREATE INDEX "Notes_Owner" ON notes(OwnerID);
INSERT INTO "Users" VALUES(1, 'x'); INSERT INTO "Notes" VALUES(1, 'y');
-- plan
Users.Id bigint not null identity, next 2
Users.fullName text
Notes.ownerId bigint
Notes.text text
ü.a text
Ü.a text
ALTER TABLE "Users" ADD CONSTRAINT "Users_pkey" PRIMARY KEY ("Id")
CREATE INDEX "Notes_Owner" ON "Notes" ("ownerId" ASC NULLS FIRST)
ALTER TABLE "Notes" ADD CONSTRAINT "Notes_check" CHECK ("ownerId" > 0)
ALTER TABLE "Notes" ADD CONSTRAINT "Notes_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Users" ("Id")
-- postgresql
SELECT "fullName", text FROM "Users" JOIN "Notes" ON "Id" = "ownerId";
= x|y
SELECT indexname FROM pg_indexes WHERE tablename = 'Notes' AND schemaname = current_schema();
= Notes_Owner
INSERT INTO "Notes" VALUES(2, 'z');
! 23503
