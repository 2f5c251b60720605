-- C085: tables may be called pg_…
CREATE TABLE pg_notes(a TEXT); INSERT INTO pg_notes VALUES('x');
-- plan
pg_notes.a text
warning system-name: pg_notes
-- postgresql
SELECT a FROM pg_notes;
= x
