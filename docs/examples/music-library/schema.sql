-- A music library as an application grown on SQLite has it: ids are UUIDs in text, dates are
-- SQLAlchemy's text, booleans are 0 and 1, floats and JSON sit beside them, and every foreign key
-- says what a deletion does. It is the database of the demo and of the documentation's examples.

CREATE TABLE artists (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  spotify_uri VARCHAR(255),
  musicbrainz_id VARCHAR(36),
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX ix_artists_spotify_uri ON artists (spotify_uri);
CREATE UNIQUE INDEX ix_artists_musicbrainz_id ON artists (musicbrainz_id);
CREATE INDEX ix_artists_name ON artists (name);
CREATE INDEX ix_artists_updated_at ON artists (updated_at);

CREATE TABLE albums (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  title VARCHAR(255) NOT NULL,
  artist_id VARCHAR(36) NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
  release_year INTEGER,
  released_on DATE,
  price NUMERIC(10, 2),
  artwork BLOB,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE INDEX ix_albums_artist_id ON albums (artist_id);
CREATE INDEX ix_albums_title_artist ON albums (title, artist_id);
CREATE INDEX ix_albums_release_year ON albums (release_year);

CREATE TABLE tracks (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  title VARCHAR(255) NOT NULL,
  artist_id VARCHAR(36) NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
  album_id VARCHAR(36) REFERENCES albums (id) ON DELETE SET NULL,
  duration_ms INTEGER NOT NULL,
  track_number INTEGER,
  disc_number INTEGER NOT NULL,
  isrc VARCHAR(12),
  file_path VARCHAR(512),
  file_size BIGINT,
  file_hash VARCHAR(64),
  is_broken BOOLEAN DEFAULT '0' NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX ix_tracks_isrc ON tracks (isrc);
CREATE INDEX ix_tracks_title_artist ON tracks (title, artist_id);
CREATE INDEX ix_tracks_album_disc_track ON tracks (album_id, disc_number, track_number);
CREATE INDEX ix_tracks_file_hash ON tracks (file_hash);
CREATE INDEX ix_tracks_broken_updated ON tracks (is_broken, updated_at);

CREATE TABLE playlists (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  source VARCHAR(50) NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE INDEX ix_playlists_name ON playlists (name);

CREATE TABLE playlist_tracks (
  playlist_id VARCHAR(36) NOT NULL,
  track_id VARCHAR(36) NOT NULL,
  position INTEGER NOT NULL,
  added_at DATETIME NOT NULL,
  PRIMARY KEY (playlist_id, track_id),
  FOREIGN KEY (playlist_id) REFERENCES playlists (id) ON DELETE CASCADE,
  FOREIGN KEY (track_id) REFERENCES tracks (id) ON DELETE CASCADE
);
CREATE INDEX ix_playlist_tracks_position ON playlist_tracks (playlist_id, position);

CREATE TABLE downloads (
  id VARCHAR(36) NOT NULL PRIMARY KEY,
  track_id VARCHAR(36) NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  status VARCHAR(50) NOT NULL,
  progress_percent FLOAT NOT NULL,
  priority INTEGER DEFAULT '0' NOT NULL,
  error_message TEXT,
  started_at DATETIME,
  completed_at DATETIME,
  created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX ix_downloads_track_id ON downloads (track_id);
CREATE INDEX ix_downloads_status_priority ON downloads (status, priority);

CREATE TABLE widgets (
  id INTEGER NOT NULL PRIMARY KEY,
  type VARCHAR(50) NOT NULL UNIQUE,
  name VARCHAR(100) NOT NULL,
  default_config JSON
);

CREATE TABLE pages (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  slug VARCHAR(100) NOT NULL UNIQUE,
  is_default BOOLEAN DEFAULT '0' NOT NULL,
  created_at DATETIME NOT NULL
);

CREATE TABLE widget_instances (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  page_id INTEGER NOT NULL REFERENCES pages (id) ON DELETE CASCADE,
  widget_type VARCHAR(50) NOT NULL REFERENCES widgets (type) ON DELETE CASCADE,
  position_row INTEGER DEFAULT '0' NOT NULL,
  position_col INTEGER DEFAULT '0' NOT NULL,
  span_cols INTEGER DEFAULT '6' NOT NULL CHECK (span_cols BETWEEN 1 AND 12),
  config JSON,
  UNIQUE (page_id, position_row, position_col)
);
