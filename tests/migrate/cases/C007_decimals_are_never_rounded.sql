-- C007: numeric(5,2) only where every value fits
CREATE TABLE fits(p DECIMAL(5,2)); INSERT INTO fits VALUES(1.23), (999.99), (12);
CREATE TABLE loose(p DECIMAL(5,2)); INSERT INTO loose VALUES(1.239), (999.995), (123456.7), (12);
-- plan
fits.p numeric(5,2) by to-numeric
loose.p numeric by to-numeric
warning digits-exceeded: loose.p (3)
-- postgresql
SELECT * FROM fits;
= 1.23
= 999.99
= 12.00
SELECT * FROM loose;
= 1.239
= 999.995
= 123456.7
= 12
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'loose'::regclass AND attname = 'p';
= numeric
