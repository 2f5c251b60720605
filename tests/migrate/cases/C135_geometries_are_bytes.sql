-- C135: never taken for PostGIS
CREATE TABLE gpkg_contents(table_name TEXT PRIMARY KEY, data_type TEXT); CREATE TABLE geometry_columns(f_table_name TEXT, srid INT);
CREATE TABLE places(id INTEGER PRIMARY KEY, geom GEOMETRY); INSERT INTO places VALUES(1, x'47500001e6100000'); INSERT INTO geometry_columns VALUES('places', 4326);
-- plan
gpkg_contents.table_name text not null
gpkg_contents.data_type text
geometry_columns.f_table_name text
geometry_columns.srid bigint
places.id bigint not null identity, next 2
places.geom bytea
ALTER TABLE "gpkg_contents" ADD CONSTRAINT "gpkg_contents_pkey" PRIMARY KEY ("table_name")
ALTER TABLE "places" ADD CONSTRAINT "places_pkey" PRIMARY KEY ("id")
info geometry: places.geom
-- postgresql
SELECT geom, pg_typeof(geom) FROM places;
= \x47500001e6100000|bytea
