#!/usr/bin/env node
// The shop in TypeORM: typeorm_shop.js URL schema|make|read|use; see sqlalchemy_shop.py. The entities
// are written once; only two column types are called otherwise on the other database.
require("reflect-metadata");
const { DataSource, EntitySchema, MoreThan, MoreThanOrEqual } = require("typeorm");
const pg = require("pg");

// int8 and numeric come as strings otherwise; ids are int8 after a migration.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

const [url, step] = process.argv.slice(2);
const sqlite = url.startsWith("sqlite:");
const query = new URLSearchParams(url.split("?")[1]);
// TypeORM stores UTC in SQLite, but local time in a timestamp of PostgreSQL.
const datetime = sqlite ? "datetime" : "timestamptz";
const blob = sqlite ? "blob" : "bytea";
const number = { to: (value) => value, from: (value) => (value === null ? null : Number(value)) };

const id = { type: "integer", primary: true, generated: true };
const Customer = new EntitySchema({
  name: "Customer",
  columns: {
    id,
    email: { type: "varchar", length: 120, unique: true },
    name: { type: "text", nullable: true },
    active: { type: "boolean", default: true },
    birthday: { type: "date", nullable: true },
    createdAt: { type: datetime, createDate: true },
  },
  relations: { orders: { type: "one-to-many", target: "Order", inverseSide: "customer" } },
});
const Order = new EntitySchema({
  name: "Order",
  columns: {
    id,
    number: { type: "integer" },
    placedAt: { type: datetime },
    total: { type: "decimal", precision: 10, scale: 2, transformer: number },
  },
  uniques: [{ columns: ["customer", "number"] }],
  relations: {
    customer: { type: "many-to-one", target: "Customer", inverseSide: "orders", nullable: false, onDelete: "CASCADE", joinColumn: true },
    items: { type: "one-to-many", target: "Item", inverseSide: "order" },
  },
});
const Tag = new EntitySchema({ name: "Tag", columns: { id, word: { type: "varchar", length: 30, unique: true } } });
const Item = new EntitySchema({
  name: "Item",
  columns: {
    id,
    key: { type: "varchar", length: 36, unique: true },
    weight: { type: "double precision" },
    stock: { type: "bigint", transformer: number },
    colour: { type: "simple-enum", enum: ["red", "green"] },
    photo: { type: blob },
    details: { type: "simple-json", nullable: true },
    words: { type: "simple-array", nullable: true },
  },
  relations: {
    order: { type: "many-to-one", target: "Order", inverseSide: "items", nullable: false, onDelete: "CASCADE", joinColumn: true },
    parent: { type: "many-to-one", target: "Item", inverseSide: "children", joinColumn: true },
    children: { type: "one-to-many", target: "Item", inverseSide: "parent" },
    tags: { type: "many-to-many", target: "Tag", joinTable: true },
  },
});

const source = new DataSource({
  entities: [Customer, Order, Tag, Item],
  ...(sqlite
    ? { type: "better-sqlite3", database: url.slice("sqlite:///".length) }
    : {
        type: "postgres", host: query.get("host"), port: Number(query.get("port")), username: query.get("user"),
        database: url.slice("postgresql:///".length).split("?")[0],
      }),
});
const table = (entity) => source.getRepository(entity);
const one = (entity, row) => table(entity).save(table(entity).create(row));

async function addItem(order, i, n, tags) {
  return one(Item, {
    order, key: `00000000-0000-0000-0000-${String(i * 1000 + n).padStart(12, "0")}`, weight: i / 7, stock: 2 ** 40 + n,
    colour: n % 2 ? "red" : "green", photo: Buffer.from([0, 255, i, n]),
    details: { n, list: [1, 2.5, null], text: "é\u2028" }, words: ["a", `b${n}`], tags: tags.slice(0, n % 4),
  });
}

async function make() {
  const tags = [];
  for (const word of ["new", "Old", "écru", "日本"]) tags.push(await one(Tag, { word }));
  for (let i = 1; i <= 12; ++i) {
    const customer = await one(Customer, {
      email: `c${i}@example.org`, name: i % 4 ? `Customer ${i} ` : null, active: i % 3 > 0, birthday: i % 2 ? `19${60 + i}-02-03` : null,
    });
    for (let n = 1; n <= i % 4; ++n) {
      const order = await one(Order, {
        customer, number: n, placedAt: new Date(2024, i - 1, n, 23, 59, 59, 10 * i), total: Math.round(i * n * 12.5) / 100,
      });
      await addItem(order, i, n, tags);
    }
  }
  const first = await table(Item).findOneByOrFail({ id: 1 });
  for (const item of await table(Item).find()) if (item.id % 3 === 2) await one(Item, { ...item, parent: first });
  await table(Customer).delete({ email: "c12@example.org" });
}

async function seen() {
  const customers = await table(Customer).find({
    relations: { orders: { items: { tags: true, parent: true, children: true } } },
    order: { id: "ASC", orders: { id: "ASC", items: { id: "ASC", tags: { id: "ASC" }, children: { id: "ASC" } } } },
  });
  return customers.map((c) => [
    c.id, c.email, c.name, c.active, c.birthday,
    c.orders.map((o) => [
      o.id, o.number, o.placedAt.toISOString(), o.total,
      o.items.map((i) => [i.id, i.key, i.weight, i.stock, i.colour, i.photo.toString("hex"), i.details, i.words,
        i.tags.map((t) => t.word), i.parent && i.parent.id, i.children.map((child) => child.id)]),
    ]),
  ]);
}

async function attempt(row) {
  try {
    await table(Customer).insert(row);
    return "accepted";
  } catch {
    return "refused";
  }
}

async function use() {
  const customer = await one(Customer, { email: "next@example.org", name: "Next" });
  const order = await one(Order, { customer, number: 1, placedAt: new Date(2025, 0, 2, 3, 4, 5, 6), total: 7.25 });
  const item = await addItem(order, 5, 3, await table(Tag).find({ order: { id: "ASC" } }));
  const told = [customer.id, order.id, item.id];
  told.push(await attempt({ email: "next@example.org" }), await attempt({ email: null }), await attempt({ email: "x", active: null }));
  for (const [entity, where] of [
    [Item, { order: { customer: { active: true } } }], [Order, { placedAt: MoreThanOrEqual(new Date(2024, 4, 1)) }],
    [Order, { total: 1.25 }], [Item, { colour: "red" }], [Item, { stock: MoreThan(2 ** 40 + 1) }],
    [Item, { key: "00000000-0000-0000-0000-000000003001" }], [Item, { tags: { word: "Old" } }], [Customer, { birthday: "1963-02-03" }]])
    told.push(await table(entity).count({ where }));
  await table(Order).update({ id: 1 }, { total: 1.05 });
  await table(Item).update({ order: { id: 1 } }, { details: { changed: true } });
  const made = (await table(Customer).findOneByOrFail({ id: customer.id })).createdAt;
  told.push(made instanceof Date ? "made at a time" : `made at ${made}`);
  return [...told, ...(await seen())];
}

(async () => {
  await source.initialize();
  if (step === "schema" || step === "make") await source.synchronize();
  if (step === "make") await make();
  if (step === "read" || step === "use") console.log(JSON.stringify(await (step === "read" ? seen() : use()), null, 1));
  await source.destroy();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
