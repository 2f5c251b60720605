-- The rows of the music library, made up from word lists: no artist, album or track is a real one,
-- and every run makes the same bytes. `seeded` is a multiplicative hash in place of random().
-- Parameters: none; the counts are in the recursive queries.

CREATE TEMP TABLE word (list TEXT, n INTEGER, text TEXT, PRIMARY KEY (list, n)) WITHOUT ROWID;
INSERT INTO word
SELECT 'first', key, value FROM json_each('["Amber","Märchen''s","Copper","Ночной","Electric","Fallow",
  "Gläserne","Hollow","Indigo","Jade","Kelvin","Lunar","Marble","Nether","Opal","Paper","Quiet"]')
UNION ALL
SELECT 'second', key, value FROM json_each('["Orchard","Lantern","Ferry","Cartographers","Weather",
  "Antennae","Granary","Tramway","Meadow","Engine","日記","Harbour","Satellites","Glacier"]')
UNION ALL
SELECT 'third', key, value FROM json_each('["at Dawn","of Salt","(Live)","in Reverse","No. 5",
  "100% Wool","under_score","back\\slash","\"quoted\"","🎧","for Nobody","Part II","— Coda"]');

-- Ids look like UUIDs of version 4; `kind` keeps those of different tables apart.
CREATE TEMP TABLE id (kind INTEGER, n INTEGER, text TEXT, h INTEGER, PRIMARY KEY (kind, n))
  WITHOUT ROWID;
WITH RECURSIVE
  size(kind, rows) AS (VALUES (1, 120), (2, 360), (3, 4000), (4, 24), (5, 1500)),
  series(kind, n, rows) AS (
    SELECT kind, 1, rows FROM size
    UNION ALL
    SELECT kind, n + 1, rows FROM series WHERE n < rows),
  seeded(kind, n, h) AS (
    SELECT kind, n, ((n + kind * 100003) * 2654435761) % 4294967296 FROM series)
INSERT INTO id
SELECT kind, n,
       printf('%08x-%04x-4%03x-8%03x-%04x%08x', h, kind, h % 4093, n % 4096, n % 65536,
              (h * 40503) % 4294967296),
       h / 8
FROM seeded;

-- SQLAlchemy writes six digits of fraction, always.
INSERT INTO artists
SELECT id.text,
       first.text || ' ' || second.text || CASE WHEN id.n > 60 THEN ' ' || id.n ELSE '' END,
       CASE WHEN id.n % 3 THEN printf('spotify:artist:%022x', id.h) END,
       CASE WHEN id.n % 2 THEN id.text END,
       datetime(1700000000 + id.n * 3600, 'unixepoch') || printf('.%06d', id.h % 1000000),
       datetime(1710000000 + id.n * 3600, 'unixepoch') || '.000000'
FROM id
JOIN word AS first ON first.list = 'first' AND first.n = h % 17
JOIN word AS second ON second.list = 'second' AND second.n = (h / 17) % 14
WHERE kind = 1;

INSERT INTO albums
SELECT id.text, second.text || ' ' || third.text, artist.text,
       CASE WHEN id.n % 9 THEN 1971 + id.h % 54 END,
       CASE WHEN id.n % 9 THEN date(31536000 + id.n * 4000000, 'unixepoch') END,
       CASE WHEN id.n % 5 THEN (499 + id.h % 2500) / 100.0 END,
       -- Not a picture, yet every byte value occurs, and some artwork is empty.
       CASE WHEN id.n % 4 = 0 THEN x'' WHEN id.n % 4 = 1 THEN artwork.bytes END,
       datetime(1700000000 + id.n * 1800, 'unixepoch') || printf('.%06d', id.h % 1000000),
       datetime(1710000000 + id.n * 1800, 'unixepoch') || '.000000'
FROM id
JOIN id AS artist ON artist.kind = 1 AND artist.n = 1 + id.h % 120
JOIN word AS second ON second.list = 'second' AND second.n = id.h % 14
JOIN word AS third ON third.list = 'third' AND third.n = (id.h / 14) % 13
JOIN (SELECT x'89504e470d0a1a0a00ff7f80c0afedbfbf5c2e27225c4e' AS bytes) AS artwork
WHERE id.kind = 2;

INSERT INTO tracks
SELECT id.text, first.text || ' ' || second.text || ' ' || third.text, albums.artist_id,
       CASE WHEN id.n % 25 THEN albums.id END,
       90000 + id.h % 300000, 1 + id.n % 14, 1 + (id.n % 28) / 14,
       CASE WHEN id.n % 3 THEN printf('QZ%03d%07d', id.h % 1000, id.n) END,
       CASE WHEN id.n % 2 THEN printf('/music/%s/%02d %s.flac', albums.title, id.n % 14, second.text)
       END,
       CASE WHEN id.n % 2 THEN 3000000000 + id.h END,
       CASE WHEN id.n % 2 THEN printf('%064x', id.h) END,
       id.n % 97 = 0,
       datetime(1700000000 + id.n * 60, 'unixepoch') || printf('.%06d', id.h % 1000000),
       datetime(1710000000 + id.n * 60, 'unixepoch') || '.000000'
FROM id
JOIN id AS album ON album.kind = 2 AND album.n = 1 + id.n % 360
JOIN albums ON albums.id = album.text
JOIN word AS first ON first.list = 'first' AND first.n = id.h % 17
JOIN word AS second ON second.list = 'second' AND second.n = (id.h / 17) % 14
JOIN word AS third ON third.list = 'third' AND third.n = (id.h / 238) % 13
WHERE id.kind = 3;

INSERT INTO playlists
SELECT id.text, first.text || ' mix ' || id.n,
       CASE id.n % 4 WHEN 0 THEN NULL WHEN 1 THEN ''
         ELSE 'Two lines:' || char(13, 10, 9) || 'tab, ''quotes'', \N and \.' END,
       CASE WHEN id.n % 2 THEN 'spotify' ELSE 'manual' END,
       datetime(1700000000 + id.n * 86400, 'unixepoch') || '.000000',
       datetime(1710000000 + id.n * 86400, 'unixepoch') || '.000001'
FROM id JOIN word AS first ON first.list = 'first' AND first.n = id.h % 17
WHERE kind = 4;

INSERT INTO playlist_tracks
SELECT playlist.text, track.text, track.n / 3,
       datetime(1705000000 + track.n, 'unixepoch') || printf('.%06d', track.h % 1000000)
FROM id AS track
JOIN id AS playlist ON playlist.kind = 4
WHERE track.kind = 3 AND (track.n + playlist.n) % 24 = 0;

INSERT INTO downloads
SELECT id.text, track.text,
       CASE id.n % 5 WHEN 0 THEN 'PENDING' WHEN 1 THEN 'FAILED' ELSE 'COMPLETED' END,
       CASE id.n % 5 WHEN 0 THEN 0.0 WHEN 1 THEN (id.h % 1000) / 7.0 ELSE 100.0 END,
       id.h % 10,
       CASE WHEN id.n % 5 = 1 THEN 'timeout after ' || id.h % 90 || ' s' END,
       CASE WHEN id.n % 5 THEN datetime(1706000000 + id.n * 30, 'unixepoch') || '.500000' END,
       CASE WHEN id.n % 5 > 1 THEN datetime(1706000010 + id.n * 30, 'unixepoch') || '.250000' END,
       datetime(1705990000 + id.n * 30, 'unixepoch') || '.000000'
FROM id JOIN id AS track ON track.kind = 3 AND track.n = id.n * 2
WHERE id.kind = 5;

INSERT INTO widgets (type, name, default_config) VALUES
  ('active_jobs', 'Active jobs', '{"limit": 10, "refresh": 2.5}'),
  ('spotify_search', 'Search', '{"query": null, "kinds": ["artist", "album"]}'),
  ('missing_albums', 'Missing albums', 'null'),
  ('quick_actions', 'Quick actions', NULL);
INSERT INTO pages (name, slug, is_default, created_at) VALUES
  ('Start', 'start', 1, '2025-01-02 03:04:05.000006'),
  ('Bibliothèque', 'library', 0, '2025-01-02 03:04:06.000000');
INSERT INTO widget_instances (page_id, widget_type, position_row, position_col, span_cols, config)
VALUES (1, 'active_jobs', 0, 0, 6, '{"limit": 3}'), (1, 'spotify_search', 0, 6, 6, NULL),
       (2, 'missing_albums', 0, 0, 12, '{}'), (2, 'quick_actions', 1, 0, 4, '{"a": 1, "a": 2}');
-- The highest id was deleted again: it must not be given out a second time.
DELETE FROM widget_instances WHERE id = 4;
