-- C005: PostgreSQL would take 'of' for false and 'yes' for true; here they stay what they are
CREATE TABLE numbers(b BOOLEAN); INSERT INTO numbers VALUES(2), (-1), (1);
CREATE TABLE pair(b BOOLEAN); INSERT INTO pair VALUES('True'), ('FALSE'), (NULL);
CREATE TABLE words(b BOOLEAN); INSERT INTO words VALUES('yes'), ('of'), ('on');
-- plan
numbers.b bigint
pair.b boolean by boolean-text
words.b text
warning not-boolean: numbers.b (2)
warning not-boolean: words.b (3)
-- postgresql
SELECT * FROM numbers;
= 2
= -1
= 1
SELECT * FROM pair;
= t
= f
= NULL
SELECT * FROM words;
= yes
= of
= on
