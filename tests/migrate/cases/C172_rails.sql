-- C172: Rails' spellings
CREATE TABLE "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY); CREATE TABLE "ar_internal_metadata" ("key" varchar NOT NULL PRIMARY KEY, "value" varchar, "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL);
CREATE TABLE "posts" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "title" varchar, "published" boolean DEFAULT 0, "old" boolean DEFAULT 't', "opens" time, "data" json, "created_at" datetime(6) NOT NULL);
CREATE INDEX "index_posts_on_title" ON "posts" ("title");
INSERT INTO schema_migrations VALUES('20200101000000'); INSERT INTO ar_internal_metadata VALUES('environment', 'production', '2015-08-12 17:20:06.123456', '2015-08-12 17:20:06.123456');
INSERT INTO posts VALUES(1, 'x', 1, 'f', '2000-01-01 12:34:56', '{"a": 1}', '2015-08-12 17:20:06.123456');
-- plan
schema_migrations.version text not null
ar_internal_metadata.key text not null
ar_internal_metadata.value text
ar_internal_metadata.created_at timestamp not null
ar_internal_metadata.updated_at timestamp not null
posts.id bigint not null identity, next 2
posts.title text
posts.published boolean default false
posts.old boolean by boolean-text default true
posts.opens timestamp
posts.data json
posts.created_at timestamp not null
ALTER TABLE "schema_migrations" ADD CONSTRAINT "schema_migrations_pkey" PRIMARY KEY ("version")
ALTER TABLE "ar_internal_metadata" ADD CONSTRAINT "ar_internal_metadata_pkey" PRIMARY KEY ("key")
ALTER TABLE "posts" ADD CONSTRAINT "posts_pkey" PRIMARY KEY ("id")
CREATE INDEX "index_posts_on_title" ON "posts" ("title" ASC NULLS FIRST)
-- postgresql
SELECT * FROM posts;
= 1|x|t|f|2000-01-01 12:34:56|{"a": 1}|2015-08-12 17:20:06.123456
INSERT INTO posts(title, created_at) VALUES('y', now()) RETURNING id, published, old;
= 2|f|t
