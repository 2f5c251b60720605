-- C171: Django's spellings
CREATE TABLE app_item("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "ok" bool NOT NULL, "n" integer unsigned NOT NULL CHECK ("n" >= 0), "u" char(32) NOT NULL UNIQUE, "j" text NOT NULL CHECK ((JSON_VALID("j") OR "j" IS NULL)), "at" datetime NOT NULL, "price" decimal NOT NULL, "owner_id" bigint NULL REFERENCES "app_owner" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE app_owner("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT); INSERT INTO app_owner VALUES(1);
INSERT INTO app_item VALUES(1, 1, 5, 'abcdefab1234123412341234567890ab', '{"a": 1}', '2020-01-01 12:00:00.123456', 9.99, 1), (2, 0, 0, 'abcdefab1234123412341234567890ac', '[]', '2020-01-01 12:00:00', 10, NULL);
-- plan
app_item.id bigint not null identity, next 3
app_item.ok boolean not null
app_item.n bigint not null
app_item.u varchar(32) not null
app_item.j text not null
app_item.at timestamp not null
app_item.price numeric by to-numeric not null
app_item.owner_id bigint
app_owner.id bigint not null identity, next 2
ALTER TABLE "app_item" ADD CONSTRAINT "app_item_pkey" PRIMARY KEY ("id")
ALTER TABLE "app_item" ADD CONSTRAINT "app_item_u_key" UNIQUE ("u")
ALTER TABLE "app_owner" ADD CONSTRAINT "app_owner_pkey" PRIMARY KEY ("id")
ALTER TABLE "app_item" ADD CONSTRAINT "app_item_check" CHECK ("n" >= 0)
ALTER TABLE "app_item" ADD CONSTRAINT "app_item_check_7ef389e1" CHECK ("j" IS NULL OR "j"::json IS NOT NULL)
ALTER TABLE "app_item" ADD CONSTRAINT "app_item_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "app_owner" ("id") DEFERRABLE INITIALLY DEFERRED
-- postgresql
SELECT * FROM app_item ORDER BY id;
= 1|t|5|abcdefab1234123412341234567890ab|{"a": 1}|2020-01-01 12:00:00.123456|9.99|1
= 2|f|0|abcdefab1234123412341234567890ac|[]|2020-01-01 12:00:00|10|NULL
INSERT INTO app_item(ok, n, u, j, at, price) VALUES(true, 1, 'x', '{}', '2021-01-01', 1.5) RETURNING id;
= 3
INSERT INTO app_item(ok, n, u, j, at, price) VALUES(true, -1, 'y', '{}', '2021-01-01', 1.5);
! 23514
