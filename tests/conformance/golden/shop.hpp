// Entities of a live schema, written by `repot schema entities`: look through them before you
// use them. Every member is written, so the database's defaults do not apply to rows of these
// entities. What else the database has (CHECKs, views, triggers) holds there as before.
#pragma once

#include <repot/repot.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

// table log has no entity, as it has no primary key

namespace shop {

struct Category;
struct Customer;
struct Order;
struct Product;

struct Category {
  std::string code;  ///< At most 8 characters.
  bool delete_ = false;
  std::optional<std::string> parent;  ///< At most 8 characters.
  std::shared_ptr<Category> parentRow;  ///< By categoryParentRow.
};

struct Customer {
  std::int64_t id = 0;
  std::string eMail;  ///< At most 120 characters.
  std::string name;
  std::string class_ = "new";  ///< At most 10 characters.
  std::optional<std::int64_t> gre;
  bool column2fa = false;
  std::optional<repot::Date> born;
  std::optional<repot::Uuid> token;
  std::optional<repot::Bytes> photo;
  std::optional<std::string> notes = "say \"hi\"\\n\?\?/";
  std::optional<std::int64_t> invitedBy;
  std::shared_ptr<Customer> invitedByRow;  ///< By customerInvitedByRow.
};

struct OrderLine {
  std::int64_t order = 0;
  std::string product;  ///< At most 20 characters.
  std::int64_t quantity = 0;
  std::shared_ptr<Order> orderRow;  ///< By orderLineOrderRow.
  std::shared_ptr<Product> productRow;  ///< By orderLineProductRow.
};

// foreign key (customer_id) of orders to customers is said without its ON UPDATE CASCADE
struct Order {
  std::int64_t orderNo = 0;
  std::int64_t customerId = 0;
  std::optional<std::string> customer;
  std::shared_ptr<Customer> customerRow;  ///< By orderCustomerRow.
};

// column products.loud is left out: the database computes it
// index ix_products_lower is not said here: it is partial, ordered, or on an expression
// index ux_products_sku is not said here: it is partial, ordered, or on an expression
struct Product {
  std::string sku;  ///< At most 20 characters.
  std::string title;
  repot::Decimal price = repot::Decimal{"9.9"};  ///< 10 digits, 2 of them behind the point.
  std::optional<double> weight = 1.5;
  std::optional<repot::Json> details;
  std::int64_t stock = -1;
  std::string categoryCode;  ///< At most 8 characters.
  repot::Timestamp madeAt{};  ///< Default: CURRENT_TIMESTAMP.
  std::shared_ptr<Category> categoryCodeRow;  ///< By productCategoryCodeRow.
};

// foreign key (order, product) of returns to order lines is not said here: it has several columns
struct Return {
  std::int64_t id = 0;
  std::int64_t order = 0;
  std::string product;  ///< At most 20 characters.
};

}  // namespace shop

template <>
struct repot::Mapping<shop::Category> {
  using Entity = shop::Category;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("categories")
        .key("code", &Entity::code)
        .field("delete", &Entity::delete_)
        .reference("parent", &Entity::parent, "categories", "code");
  }
};

template <>
struct repot::Mapping<shop::Customer> {
  using Entity = shop::Customer;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("customers")
        .generatedKey("id", &Entity::id)
        .unique("E-Mail", &Entity::eMail)
        .field("name", &Entity::name)
        .field("class", &Entity::class_)
        .field("größe", &Entity::gre)
        .field("2fa", &Entity::column2fa)
        .field("born", &Entity::born)
        .field("token", &Entity::token)
        .field("photo", &Entity::photo)
        .field("notes", &Entity::notes)
        .reference("invited_by", &Entity::invitedBy, "customers", "id", OnDelete::setNull);
  }
};

template <>
struct repot::Mapping<shop::OrderLine> {
  using Entity = shop::OrderLine;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("order lines")
        .key("order", &Entity::order)
        .references(&Entity::order, "orders", "orderNo")
        .key("product", &Entity::product)
        .references(&Entity::product, "products", "sku")
        .field("quantity", &Entity::quantity);
  }
};

template <>
struct repot::Mapping<shop::Order> {
  using Entity = shop::Order;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("orders")
        .key("orderNo", &Entity::orderNo)
        .reference("customer_id", &Entity::customerId, "customers", "id", OnDelete::cascade)
        .field("Customer", &Entity::customer);
  }
};

template <>
struct repot::Mapping<shop::Product> {
  using Entity = shop::Product;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("products")
        .key("sku", &Entity::sku)
        .field("title", &Entity::title)
        .field("price", &Entity::price)
        .field("weight", &Entity::weight)
        .field("details", &Entity::details)
        .field("stock", &Entity::stock)
        .reference("category_code", &Entity::categoryCode, "categories", "code", OnDelete::restrict)
        .field("made_at", &Entity::madeAt)
        .uniqueTogether(&Entity::title, &Entity::categoryCode)
        .index(&Entity::title);
  }
};

template <>
struct repot::Mapping<shop::Return> {
  using Entity = shop::Return;
  static EntityMap<Entity> map() {
    return EntityMap<Entity>("returns")
        .generatedKey("id", &Entity::id)
        .field("order", &Entity::order)
        .field("product", &Entity::product);
  }
};

namespace shop {

inline const auto categoryParentRow = repot::belongsTo(
    &Category::parentRow, &Category::parent, &Category::code);
inline const auto customerInvitedByRow = repot::belongsTo(
    &Customer::invitedByRow, &Customer::invitedBy, &Customer::id);
inline const auto orderLineOrderRow = repot::belongsTo(
    &OrderLine::orderRow, &OrderLine::order, &Order::orderNo);
inline const auto orderLineProductRow = repot::belongsTo(
    &OrderLine::productRow, &OrderLine::product, &Product::sku);
inline const auto orderCustomerRow = repot::belongsTo(
    &Order::customerRow, &Order::customerId, &Customer::id);
inline const auto productCategoryCodeRow = repot::belongsTo(
    &Product::categoryCodeRow, &Product::categoryCode, &Category::code);

}  // namespace shop
