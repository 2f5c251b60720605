-- C047: 'now' would become the moment of the load
CREATE TABLE t(d TIMESTAMP);
INSERT INTO t VALUES('now'), ('today'), ('epoch'), ('infinity'), ('CURRENT_TIMESTAMP'), ('20200101'), ('1/2/2020'), ('2020-001'), ('Jan 1 2020');
-- plan
t.d text by to-text
warning mixed-storage-classes: t.d (1)
-- postgresql
SELECT d FROM t;
= now
= today
= epoch
= infinity
= CURRENT_TIMESTAMP
= 20200101
= 1/2/2020
= 2020-001
= Jan 1 2020
