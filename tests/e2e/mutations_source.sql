-- A database with every type and every kind of object that is carried over, for mutations_test.py.
CREATE TABLE authors(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(80) NOT NULL,
  email TEXT COLLATE NOCASE UNIQUE,
  born DATE,
  score REAL NOT NULL DEFAULT 0.5,
  active BOOLEAN NOT NULL DEFAULT 1,
  portrait BLOB,
  settings JSON,
  created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CHECK (length(name) > 0));
CREATE TABLE books(
  id INTEGER PRIMARY KEY,
  author_id INTEGER NOT NULL REFERENCES authors(id) ON DELETE CASCADE,
  second_author_id INTEGER REFERENCES authors(id),
  title TEXT NOT NULL,
  subtitle TEXT DEFAULT 'none',
  price DECIMAL(10,2),
  weight NUMERIC,
  pages INTEGER CHECK (pages > 0),
  edition INTEGER DEFAULT 1,
  published DATETIME,
  seen DATETIME,
  opens TIME,
  deleted TEXT,
  shelf INTEGER AS (pages * 2) STORED,
  UNIQUE (author_id, title));
CREATE TABLE tags(name TEXT PRIMARY KEY NOT NULL, colour TEXT NOT NULL DEFAULT 'red') WITHOUT ROWID;
CREATE TABLE book_tags(
  book_id INTEGER NOT NULL REFERENCES books(id) DEFERRABLE INITIALLY DEFERRED,
  tag TEXT NOT NULL REFERENCES tags(name) ON DELETE RESTRICT,
  place INTEGER,
  PRIMARY KEY (book_id, tag));
CREATE TABLE visits(who TEXT, what TEXT, number INTEGER, size REAL, raw BLOB, at TIMESTAMP);
CREATE TABLE empty_one(id INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT DEFAULT 'x', flag BOOLEAN);
CREATE VIEW red_tags AS SELECT name FROM tags WHERE colour = 'red';
CREATE VIEW tagged AS SELECT b.tag, t.colour, b.place FROM book_tags b JOIN tags t ON t.name = b.tag;
CREATE INDEX books_title ON books(title);
CREATE INDEX books_newest ON books(published DESC, title);
CREATE UNIQUE INDEX books_living ON books(title, edition) WHERE deleted IS NULL;
CREATE INDEX authors_by_name ON authors(lower(name));
CREATE INDEX visits_who ON visits(who COLLATE NOCASE, number);

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
INSERT INTO authors SELECT i, 'Author ' || i, 'author' || i || '@Example.org',
  date('1950-01-01', '+' || (i * 97) || ' days'), i / 7.0, i % 3 = 0,
  CASE WHEN i % 4 THEN CAST('portrait ' || i AS BLOB) END,
  CASE WHEN i % 5 THEN '{"n": ' || i || ', "on": true}' END,
  datetime('2024-01-01', '+' || i || ' hours') FROM n;
DELETE FROM authors WHERE id > 38;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
INSERT INTO books(id, author_id, second_author_id, title, subtitle, price, weight, pages, edition,
                  published, seen, opens, deleted)
SELECT i, 1 + i % 38, CASE WHEN i % 3 = 0 THEN 1 + i % 37 END, 'Title ' || (i / 2) || ' of ' || i,
  CASE WHEN i % 6 THEN 'Sub ' || (i % 11) END, i * 1.25, i * 1000003, 10 + i % 90, 1 + i % 3,
  strftime('%Y-%m-%d %H:%M:%f', '2020-01-01', '+' || (i * 5001) || ' seconds'),
  strftime('%Y-%m-%dT%H:%M:%S', '2021-01-01', '+' || i || ' days') || '+02:00',
  time('08:00', '+' || i || ' minutes'), CASE WHEN i % 9 = 0 THEN 'yes' END FROM n;
INSERT INTO tags(name) VALUES ('old'), ('new'), ('Old'), ('good'), ('bad');
INSERT INTO book_tags SELECT id, CASE id % 4 WHEN 0 THEN 'old' WHEN 1 THEN 'new' WHEN 2 THEN 'Old'
  ELSE 'good' END, id % 7 FROM books;
INSERT INTO visits SELECT 'Who' || (id % 7), 'what ' || id, id * id, id / 3.0, randomblob(20),
  datetime('2022-02-02', '+' || id || ' minutes') FROM books;
INSERT INTO visits SELECT * FROM visits WHERE number < 400;
INSERT INTO visits VALUES (NULL, '', NULL, NULL, x'', NULL), (NULL, NULL, 0, 0.0, NULL, NULL);
