#!/usr/bin/ruby
# The shop in Rails' ActiveRecord: activerecord_shop.rb URL schema|make|read|use; see sqlalchemy_shop.py.
require "active_record"
require "bigdecimal"
require "json"
require "uri"

url, step = ARGV
ActiveRecord.default_timezone = :utc if ActiveRecord.respond_to?(:default_timezone=)
if url.start_with?("sqlite:")
  ActiveRecord::Base.establish_connection(adapter: "sqlite3", database: URI(url).path.delete_prefix("/"))
else
  query = URI.decode_www_form(URI(url.sub("///", "//x/")).query).to_h
  ActiveRecord::Base.establish_connection(adapter: "postgresql", database: url[%r{///([^?]*)}, 1], host: query["host"],
                                          port: query["port"], username: query["user"])
end

class Shop < ActiveRecord::Migration[6.1]
  def change
    create_table(:customers) do |t|
      t.string :email, null: false, limit: 120, index: { unique: true }
      t.text :name
      t.boolean :active, null: false, default: true
      t.date :born
      t.timestamps
    end
    create_table(:orders) do |t|
      t.references :customer, null: false, foreign_key: { on_delete: :cascade }
      t.integer :number, null: false
      t.datetime :placed, null: false, precision: 6
      t.time :ready_at
      t.decimal :total, precision: 10, scale: 2
      t.index %i[customer_id number], unique: true
    end
    create_table(:tags) { |t| t.string :word, index: { unique: true } }
    create_table(:items) do |t|
      t.references :order, null: false, foreign_key: true
      t.references :parent, foreign_key: { to_table: :items }
      t.string :key, limit: 36, index: { unique: true }
      t.float :weight
      t.bigint :stock
      t.integer :colour, null: false, default: 0
      t.binary :photo
      t.json :details
    end
    create_join_table(:items, :tags) { |t| t.index %i[item_id tag_id], unique: true }
  end
end

class Customer < ActiveRecord::Base
  has_many :orders, -> { order(:id) }
end

class Order < ActiveRecord::Base
  belongs_to :customer
  has_many :items, -> { order(:id) }
end

class Tag < ActiveRecord::Base
  has_and_belongs_to_many :items
end

class Item < ActiveRecord::Base
  belongs_to :order
  belongs_to :parent, class_name: "Item", optional: true
  has_many :children, -> { order(:id) }, class_name: "Item", foreign_key: :parent_id
  has_and_belongs_to_many :tags, -> { order(:id) }
  enum colour: { red: 0, green: 1 }
end

def add_item(order, i, n, tags)
  order.items.create!(key: format("00000000-0000-0000-0000-%012d", i * 1000 + n), weight: i / 7.0, stock: 2**40 + n,
                      colour: n.odd? ? :red : :green, photo: [0, 255, i, n].pack("C*"),
                      details: { "n" => n, "list" => [1, 2.5, nil], "text" => "é\u2028" }, tags: tags.first(n % 4))
end

def make
  stamp = Time.utc(2024, 1, 1, 12, 0, 0, 123_456)
  tags = %w[new Old écru 日本].map { |word| Tag.create!(word: word) }
  (1..12).each do |i|
    customer = Customer.create!(email: "c#{i}@example.org", name: (i % 4).zero? ? nil : "Customer #{i} ", active: i % 3 > 0,
                                born: Date.new(1960 + i, i, 28), created_at: stamp, updated_at: stamp)
    (1..i % 4).each do |n|
      order = customer.orders.create!(number: n, placed: Time.utc(2024, i, n, 23, 59, 59, 10 * i),
                                      total: (BigDecimal(i * n) / 8).round(2),
                                      ready_at: n.odd? ? Time.utc(2000, 1, 1, i, n, 30) : nil)
      add_item(order, i, n, tags)
    end
  end
  items = Item.order(:id).to_a
  items.each_with_index { |item, i| item.update!(parent: items[0]) if i % 3 == 1 }
  Customer.find_by!(email: "c12@example.org").destroy
end

def seen
  Customer.order(:id).map do |c|
    [c.id, c.email, c.name, c.active, c.born.to_s, c.created_at.iso8601(6), c.orders.map do |o|
      [o.id, o.number, o.placed.iso8601(6), o.ready_at&.strftime("%T"), o.total&.to_s("F"), o.items.map do |i|
        [i.id, i.key, i.weight, i.stock, i.colour, i.photo&.unpack1("H*"), i.details, i.tags.map(&:word), i.parent_id,
         i.children.map(&:id)]
      end]
    end]
  end
end

def attempt(email)
  Customer.transaction(requires_new: true) { Customer.create!(email: email) }
  "accepted"
rescue ActiveRecord::RecordNotUnique, ActiveRecord::NotNullViolation
  "refused"
end

def use
  stamp = Time.utc(2025, 1, 1)
  customer = Customer.create!(email: "next@example.org", name: "Next", born: Date.new(2001, 2, 3), created_at: stamp)
  order = customer.orders.create!(number: 1, placed: Time.utc(2025, 1, 2, 3, 4, 5, 6), total: BigDecimal("7.25"))
  item = add_item(order, 5, 3, Tag.order(:id).to_a)
  told = [customer.id, order.id, item.id, attempt("next@example.org"), attempt(nil)]
  joined = Item.joins(order: :customer)
  told += [joined.where(customers: { active: true }), joined.where("customers.born < ?", Date.new(1965, 1, 1)),
           joined.where("orders.placed >= ?", Time.utc(2024, 5, 1)), joined.where(orders: { total: BigDecimal("1.25") }),
           Item.red, Item.where(key: "00000000-0000-0000-0000-000000003001"), Item.where(photo: [0, 255, 3, 1].pack("C*")),
           Item.where("stock > ?", 2**40 + 1), Item.joins(:tags).where(tags: { word: "Old" })].map(&:count)
  first = Order.order(:id).first
  first.update!(total: first.total + BigDecimal("0.05"))
  first.items.first.update!(details: { "changed" => true })
  told + seen
end

ActiveRecord::Migration.verbose = false
case step
when "schema", "make"
  Shop.migrate(:up)
  ActiveRecord::Base.transaction { make } if step == "make"
when "read" then puts JSON.pretty_generate(seen)
when "use" then puts JSON.pretty_generate(use)
end
