-- C178: Core Data, Android, Firefox, Chrome
-- options: --skip-untranslatable
-- exit: 7
CREATE TABLE ZITEM (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZDATE TIMESTAMP, ZNAME VARCHAR); INSERT INTO ZITEM VALUES(1, 2, 631152000.5, 'x');
CREATE TABLE raw(_id INTERGER, number STRING, raw_contact_id INTEGER REFERENCES raw_contacts(_id)); INSERT INTO raw VALUES(7, '0049', NULL);
CREATE TABLE cookies(creation_utc INTEGER NOT NULL, host_key LONGVARCHAR NOT NULL); INSERT INTO cookies VALUES(13287950409000000, '.x');
-- plan
ZITEM.Z_PK bigint not null identity, next 2
ZITEM.Z_ENT bigint
ZITEM.ZDATE double precision
ZITEM.ZNAME text
raw._id bigint
raw.number text by to-text
raw.raw_contact_id bigint
cookies.creation_utc bigint not null
cookies.host_key text not null
ALTER TABLE "ZITEM" ADD CONSTRAINT "ZITEM_pkey" PRIMARY KEY ("Z_PK")
info time-as-number: ZITEM.ZDATE (1)
warning numbers-in-text: raw.number (1)
reported foreign-key: raw(raw_contact_id) REFERENCES raw_contacts
-- postgresql
SELECT "ZDATE" FROM "ZITEM";
= 631152000.5
SELECT * FROM raw;
= 7|49|NULL
SELECT * FROM cookies;
= 13287950409000000|.x
