-- C175: SQLAlchemy's and Home Assistant's spellings
CREATE TABLE states (state_id INTEGER NOT NULL, ok BOOLEAN NOT NULL CHECK (ok IN (0, 1)), kind VARCHAR(1), last_updated_ts FLOAT, context_id_bin BLOB, at DATETIME, PRIMARY KEY (state_id), CONSTRAINT kinds CHECK (kind IN ('a', 'b')));
INSERT INTO states VALUES(1, 1, 'a', 1647950409.737123, x'018e2f6c0a7b4c5d8e9fa0b1c2d3e4f5', '2020-01-01 12:00:00.123456');
-- plan
states.state_id bigint not null identity, next 2
states.ok boolean not null
states.kind varchar(1)
states.last_updated_ts double precision
states.context_id_bin bytea
states.at timestamp
ALTER TABLE "states" ADD CONSTRAINT "states_pkey" PRIMARY KEY ("state_id")
ALTER TABLE "states" ADD CONSTRAINT "kinds" CHECK ("kind" IN ('a', 'b'))
info check-guaranteed: states
-- postgresql
SELECT * FROM states;
= 1|t|a|1647950409.737123|\x018e2f6c0a7b4c5d8e9fa0b1c2d3e4f5|2020-01-01 12:00:00.123456
INSERT INTO states(ok, kind) VALUES(true, 'c');
! 23514
INSERT INTO states(ok, kind) VALUES(true, 'b') RETURNING state_id;
= 3
