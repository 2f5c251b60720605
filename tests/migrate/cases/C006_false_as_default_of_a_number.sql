-- C006: SQLite's false is 0
CREATE TABLE accounts(id INTEGER PRIMARY KEY, settings_lazy numeric DEFAULT false, flag BOOLEAN DEFAULT false);
INSERT INTO accounts(id, settings_lazy, flag) VALUES(1, 2.5, 1);
-- plan
accounts.id bigint not null identity, next 2
accounts.settings_lazy numeric by to-numeric default 0
accounts.flag boolean default false
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
-- postgresql
INSERT INTO accounts(id) VALUES(2) RETURNING settings_lazy, flag;
= 0|f
