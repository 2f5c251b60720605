#!/usr/bin/env node
// The shop in Knex: knex_shop.js URL schema|make|read|use; see sqlalchemy_shop.py. Knex hands on what
// the drivers give, so the program brings dates, booleans and JSON into one form, as such programs do.
const knex = require("knex");
const pg = require("pg");

// int8 and numeric come as strings otherwise; ids are int8 after a migration.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

const [url, step] = process.argv.slice(2);
const sqlite = url.startsWith("sqlite:");
const query = new URLSearchParams(url.split("?")[1]);
const db = knex(
  sqlite
    ? { client: "better-sqlite3", connection: { filename: url.slice("sqlite:///".length) }, useNullAsDefault: true }
    : {
        client: "pg",
        connection: {
          host: query.get("host"), port: Number(query.get("port")), user: query.get("user"),
          database: url.slice("postgresql:///".length).split("?")[0],
        },
      });

const date = (value) => value === null ? null : new Date(value).toISOString();
const parsed = (value) => typeof value === "string" ? JSON.parse(value) : value;

async function schema() {
  await db.schema
    .createTable("customers", (t) => {
      t.increments();
      t.string("email", 120).notNullable().unique();
      t.text("name");
      t.boolean("active").notNullable().defaultTo(true);
      t.timestamps(true, true);
    })
    .createTable("orders", (t) => {
      t.increments();
      t.integer("customerId").unsigned().notNullable().references("customers.id").onDelete("CASCADE").index();
      t.integer("number").notNullable();
      t.datetime("placedAt").notNullable();
      t.decimal("total", 10, 2);
      t.unique(["customerId", "number"]);
    })
    .createTable("tags", (t) => {
      t.increments();
      t.string("word", 30).unique();
    })
    .createTable("items", (t) => {
      t.increments();
      t.integer("orderId").notNullable().references("orders.id");
      t.integer("parentId").references("items.id");
      t.uuid("key").unique();
      t.double("weight");
      t.bigInteger("stock");
      t.enu("colour", ["red", "green"]);
      t.binary("photo");
      t.json("details");
    })
    .createTable("itemTags", (t) => {
      t.integer("itemId").references("items.id").onDelete("CASCADE");
      t.integer("tagId").references("tags.id");
      t.primary(["itemId", "tagId"]);
    });
}

async function inserted(table, row) {
  const [answer] = await db(table).insert(row).returning("id");
  return answer.id;
}

async function addItem(orderId, i, n) {
  const id = await inserted("items", {
    orderId, key: `00000000-0000-0000-0000-${String(i * 1000 + n).padStart(12, "0")}`, weight: i / 7, stock: 2 ** 40 + n,
    colour: n % 2 ? "red" : "green", photo: Buffer.from([0, 255, i, n]),
    details: JSON.stringify({ n, list: [1, 2.5, null], text: "é\u2028" }),
  });
  for (let tagId = 1; tagId <= n % 4; ++tagId) await db("itemTags").insert({ itemId: id, tagId });
  return id;
}

async function make() {
  for (const word of ["new", "Old", "écru", "日本"]) await db("tags").insert({ word });
  for (let i = 1; i <= 12; ++i) {
    const customerId = await inserted("customers", {
      email: `c${i}@example.org`, name: i % 4 ? `Customer ${i} ` : null, active: i % 3 > 0,
    });
    for (let n = 1; n <= i % 4; ++n) {
      const orderId = await inserted("orders", {
        customerId, number: n, placedAt: new Date(Date.UTC(2024, i - 1, n, 23, 59, 59, 10 * i)), total: Math.round(i * n * 12.5) / 100,
      });
      await addItem(orderId, i, n);
    }
  }
  await db("items").whereRaw("id % 3 = 2").update({ parentId: 1 });
  await db("customers").where({ email: "c12@example.org" }).del();
}

async function seen() {
  const customers = [];
  for (const c of await db("customers").orderBy("id")) {
    const orders = [];
    for (const o of await db("orders").where({ customerId: c.id }).orderBy("id")) {
      const items = [];
      for (const i of await db("items").where({ orderId: o.id }).orderBy("id")) {
        const words = await db("tags").join("itemTags", "tags.id", "tagId").where({ itemId: i.id }).orderBy("tags.id").pluck("word");
        items.push([i.id, i.key, i.weight, i.stock, i.colour, i.photo.toString("hex"), parsed(i.details), words, i.parentId,
          await db("items").where({ parentId: i.id }).orderBy("id").pluck("id")]);
      }
      orders.push([o.id, o.number, date(o.placedAt), o.total, items]);
    }
    customers.push([c.id, c.email, c.name, Boolean(c.active), orders]);
  }
  return customers;
}

async function attempt(row) {
  try {
    await db("customers").insert(row);
    return "accepted";
  } catch {
    return "refused";
  }
}

async function use() {
  const customerId = await inserted("customers", { email: "next@example.org", name: "Next" });
  const orderId = await inserted("orders", { customerId, number: 1, placedAt: new Date(Date.UTC(2025, 0, 2, 3, 4, 5, 6)), total: 7.25 });
  const told = [customerId, orderId, await addItem(orderId, 5, 3)];
  told.push(await attempt({ email: "next@example.org" }), await attempt({ email: null }), await attempt({ email: "x", active: null }));
  const joined = () => db("items").join("orders", "orders.id", "orderId").join("customers", "customers.id", "customerId");
  for (const filtered of [
    joined().where("active", true), joined().where("placedAt", ">=", new Date(Date.UTC(2024, 4, 1))), joined().where("total", 1.25),
    joined().where({ colour: "red" }), joined().where("photo", Buffer.from([0, 255, 3, 1])), joined().where("stock", ">", 2 ** 40 + 1),
    db("items").where({ key: "00000000-0000-0000-0000-000000003001" }),
    db("items").join("itemTags", "items.id", "itemId").join("tags", "tags.id", "tagId").where({ word: "Old" })])
    told.push(Number((await filtered.count({ n: "*" }))[0].n));
  await db("orders").where({ id: 1 }).update({ total: 1.05 });
  await db("items").where({ orderId: 1 }).update({ details: JSON.stringify({ changed: true }) });
  const { created_at: created } = await db("customers").where({ id: customerId }).first();
  const made = new Date(typeof created === "string" ? created.replace(" ", "T") + "Z" : created);
  told.push(Math.abs(Date.now() - made) < 60_000 ? "made just now" : `made at ${created}`);
  return [...told, ...(await seen())];
}

(async () => {
  if (step === "schema" || step === "make") await schema();
  if (step === "make") await make();
  if (step === "read" || step === "use") console.log(JSON.stringify(await (step === "read" ? seen() : use()), null, 1));
  await db.destroy();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
