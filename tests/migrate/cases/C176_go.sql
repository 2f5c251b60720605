-- C176: xorm's and GORM's spellings
CREATE TABLE `user` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `is_active` INTEGER, `created_unix` INTEGER, `deleted_at` datetime, `at` datetime, `name` text COLLATE NOCASE);
INSERT INTO `user` VALUES(1, 1, 1647950409, NULL, '2020-01-01 12:00:00.123456789+00:00', 'x'), (2, 0, 1647950410, '2020-01-01 12:00:00+00:00', '2020-01-01 12:00:00+00:00', 'y');
CREATE INDEX `idx_user_deleted_at` ON `user`(`deleted_at`);
-- plan
user.id bigint not null identity, next 3
user.is_active bigint
user.created_unix bigint
user.deleted_at timestamptz
user.at text
user.name text
ALTER TABLE "user" ADD CONSTRAINT "user_pkey" PRIMARY KEY ("id")
CREATE INDEX "idx_user_deleted_at" ON "user" ("deleted_at" ASC NULLS FIRST)
warning offset-lost: user.deleted_at (1)
warning not-a-time: user.at (1)
warning collation: user.name
-- postgresql
SELECT * FROM "user" ORDER BY id;
= 1|1|1647950409|NULL|2020-01-01 12:00:00.123456789+00:00|x
= 2|0|1647950410|2020-01-01 12:00:00+00|2020-01-01 12:00:00+00:00|y
