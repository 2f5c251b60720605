-- C030: on request every number is kept as its text
-- options: --on-misfit text
CREATE TABLE products(id INTEGER PRIMARY KEY, qty INTEGER NOT NULL);
INSERT INTO products VALUES(1, 10), (2, 'lots-of-it'), (3, 2.5), (4, '');
-- plan
products.id bigint not null identity, next 5
products.qty text by to-text not null
ALTER TABLE "products" ADD CONSTRAINT "products_pkey" PRIMARY KEY ("id")
warning mixed-storage-classes: products.qty (2)
-- postgresql
SELECT * FROM products ORDER BY id;
= 1|10
= 2|lots-of-it
= 3|2.5
= 4|
