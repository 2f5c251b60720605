-- C174: EF Core's spellings
CREATE TABLE "Orders" ("Id" TEXT NOT NULL CONSTRAINT "PK_Orders" PRIMARY KEY, "Total" TEXT NOT NULL, "At" TEXT NOT NULL, "Off" TEXT, "Took" TEXT, "Done" INTEGER NOT NULL, "Raw" BLOB);
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
INSERT INTO "Orders" VALUES('ABCDEFAB-1234-1234-1234-1234567890AB', '12.50', '2020-01-01 12:00:00.1234567', '2020-01-01 12:00:00+02:00', '1.02:03:04.5000000', 1, x'abcdefab1234123412341234567890ab');
INSERT INTO "__EFMigrationsHistory" VALUES('20200101_Init', '8.0.0');
-- plan
Orders.Id text not null
Orders.Total text not null
Orders.At text not null
Orders.Off text
Orders.Took text
Orders.Done bigint not null
Orders.Raw bytea
__EFMigrationsHistory.MigrationId text not null
__EFMigrationsHistory.ProductVersion text not null
ALTER TABLE "Orders" ADD CONSTRAINT "PK_Orders" PRIMARY KEY ("Id")
ALTER TABLE "__EFMigrationsHistory" ADD CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY ("MigrationId")
-- postgresql
SELECT * FROM "Orders";
= ABCDEFAB-1234-1234-1234-1234567890AB|12.50|2020-01-01 12:00:00.1234567|2020-01-01 12:00:00+02:00|1.02:03:04.5000000|1|\xabcdefab1234123412341234567890ab
SELECT conname FROM pg_constraint WHERE conrelid = '"Orders"'::regclass AND contype = 'p';
= PK_Orders
