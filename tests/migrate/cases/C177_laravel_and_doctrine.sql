-- C177: comments inside types, tinyint(1)
CREATE TABLE "users" ("id" integer primary key autoincrement not null, "name" varchar not null, "active" tinyint(1) not null default '1', "created_at" datetime, meta CLOB DEFAULT NULL --(DC2Type:json)
, roles CLOB NOT NULL --(DC2Type:array)
);
INSERT INTO users VALUES(1, 'x', 1, '2020-01-01 12:00:00', '{}', 'a:0:{}');
-- plan
users.id bigint not null identity, next 2
users.name text not null
users.active boolean not null default true
users.created_at timestamp
users.meta text
users.roles text not null
ALTER TABLE "users" ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id")
-- postgresql
SELECT * FROM users;
= 1|x|t|2020-01-01 12:00:00|{}|a:0:{}
INSERT INTO users(name, roles) VALUES('y', 'a:0:{}') RETURNING id, active;
= 2|t
