-- C030: text, reals and blobs in an INTEGER column: keys and values are named, nothing is written
-- exit: 5
CREATE TABLE products(id INTEGER PRIMARY KEY, qty INTEGER NOT NULL);
INSERT INTO products VALUES(1, 10), (2, 'lots-of-it'), (3, 2.5), (4, ''), (5, x'31'), (6, ' 7');
-- message
products.qty
id=2: text 'lots-of-it'
id=5
-- plan
products.id bigint not null identity, next 7
products.qty double precision by int-to-real not null
ALTER TABLE "products" ADD CONSTRAINT "products_pkey" PRIMARY KEY ("id")
warning mixed-numbers: products.qty (1)
refused mixed-storage-classes: products.qty (3)
