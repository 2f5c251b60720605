-- C080: --fold-case for SQL without quotes
-- options: --fold-case
CREATE TABLE "Users"("Id" INTEGER PRIMARY KEY, "fullName" TEXT);
CREATE TABLE "Notes"("ownerId" INTEGER REFERENCES users(ID));
CREATE INDEX "Notes_Owner" ON notes(OwnerID);
CREATE VIEW "AllUsers" AS SELECT "fullName" AS "TheName" FROM Users;
INSERT INTO "Users" VALUES(1, 'x'); INSERT INTO "Notes" VALUES(1);
-- plan
users.id bigint not null identity, next 2
users.fullname text
notes.ownerid bigint
ALTER TABLE "users" ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id")
CREATE INDEX "notes_owner" ON "notes" ("ownerid" ASC NULLS FIRST)
ALTER TABLE "notes" ADD CONSTRAINT "notes_ownerid_fkey" FOREIGN KEY ("ownerid") REFERENCES "users" ("id")
CREATE VIEW "allusers" ("thename") AS SELECT "users"."fullname" FROM "users"
-- postgresql
SELECT fullName, ownerId FROM Users JOIN Notes ON Id = ownerId;
= x|1
SELECT TheName FROM AllUsers;
= x
