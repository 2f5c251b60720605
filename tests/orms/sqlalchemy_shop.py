#!/usr/bin/python3
"""A shop in SQLAlchemy: sqlalchemy_shop.py URL schema|make|read|use. Every step but the first prints
what it saw as JSON; nothing but the URL tells SQLite from PostgreSQL."""

import datetime
import decimal
import enum
import json
import sys
import uuid

from sqlalchemy import (JSON, BigInteger, Boolean, Column, Date, DateTime, Enum, Float, ForeignKey, Integer,
                        LargeBinary, Numeric, String, Table, Text, Time, UniqueConstraint, create_engine)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class Colour(enum.Enum):
    red = "red"
    green = "green"


item_tags = Table("item_tags", Base.metadata,
                  Column("item_id", ForeignKey("items.id"), primary_key=True),
                  Column("tag_id", ForeignKey("tags.id"), primary_key=True))


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    email = Column(String(120), unique=True, nullable=False)
    name = Column(Text)
    active = Column(Boolean, nullable=False, default=True)
    born = Column(Date)
    orders = relationship("Order", back_populates="customer", order_by="Order.id")


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("customer_id", "number"),)
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True)
    number = Column(Integer, nullable=False)
    placed = Column(DateTime, nullable=False)
    ready_at = Column(Time)
    total = Column(Numeric(10, 2))
    customer = relationship(Customer, back_populates="orders")
    items = relationship("Item", back_populates="order", order_by="Item.id")


class Tag(Base):
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
    word = Column(String(30), unique=True)
    items = relationship("Item", secondary=item_tags, back_populates="tags", order_by="Item.id")


class Item(Base):
    __tablename__ = "items"
    id = Column(Integer, primary_key=True)
    order_id = Column(ForeignKey("orders.id"), nullable=False)
    parent_id = Column(ForeignKey("items.id"))
    key = Column(String(36), unique=True)
    weight = Column(Float)
    stock = Column(BigInteger)
    colour = Column(Enum(Colour))
    photo = Column(LargeBinary)
    details = Column(JSON)
    order = relationship(Order, back_populates="items")
    parent = relationship("Item", remote_side=[id], backref="children")
    tags = relationship(Tag, secondary=item_tags, back_populates="items", order_by=Tag.id)


def make(session):
    tags = [Tag(word=word) for word in ("new", "Old", "écru", "日本")]
    for i in range(1, 13):
        customer = Customer(email=f"c{i}@example.org", name=None if i % 4 == 0 else f"Customer {i} ", active=i % 3 > 0,
                            born=datetime.date(1960 + i, i, 28))
        for n in range(1, i % 4 + 1):
            order = Order(number=n, placed=datetime.datetime(2024, i, n, 23, 59, 59, 10 * i), total=decimal.Decimal(i * n) / 8,
                          ready_at=datetime.time(i, n, 30, 5) if n % 2 else None)
            order.total = order.total.quantize(decimal.Decimal("0.01"))
            add_item(order, i, n, tags)
            customer.orders.append(order)
        session.add(customer)
    session.flush()
    items = session.query(Item).order_by(Item.id).all()
    for child in items[1::3]:
        child.parent = items[0]
    session.delete(session.query(Customer).filter_by(email="c12@example.org").one())


def add_item(order, i, n, tags):
    order.items.append(Item(
        key=str(uuid.UUID(int=i * 1000 + n)), weight=i / 7, stock=2**40 + n, colour=Colour.red if n % 2 else Colour.green,
        photo=bytes([0, 255, i, n]), details={"n": n, "list": [1, 2.5, None], "text": "é\u2028"}, tags=tags[:n % 4]))


def seen(session):
    """Everything, read through the relations."""
    return [[c.id, c.email, c.name, c.active, str(c.born), [
        [o.id, o.number, o.placed.isoformat(), str(o.ready_at), str(o.total), [
            [i.id, i.key, i.weight, i.stock, i.colour.name if i.colour else None, i.photo and bytes(i.photo).hex(), i.details,
             [t.word for t in i.tags], i.parent and i.parent.id, sorted(k.id for k in i.children)]
            for i in o.items]] for o in c.orders]] for c in session.query(Customer).order_by(Customer.id)]


def use(session):
    """The next rows, rules, filters on every type, and deletions."""
    told = []
    customer = Customer(email="next@example.org", name="Next", born=datetime.date(2001, 2, 3))
    order = Order(number=1, placed=datetime.datetime(2025, 1, 2, 3, 4, 5, 6), total=decimal.Decimal("7.25"))
    add_item(order, 5, 3, session.query(Tag).order_by(Tag.id).all())
    customer.orders.append(order)
    session.add(customer)
    session.commit()
    told.append([customer.id, order.id, order.items[0].id])
    for wrong in (Customer(email="next@example.org"), Order(customer_id=1, number=1, placed=None),
                  Customer(email=None)):
        session.add(wrong)
        try:
            session.commit()
            told.append("accepted")
        except IntegrityError:
            session.rollback()
            told.append("refused")
    count = lambda *conditions: session.query(Item).join(Order).join(Customer).filter(*conditions).count()
    told.append([count(Customer.active.is_(True)), count(Customer.born < datetime.date(1965, 1, 1)),
                 count(Order.placed >= datetime.datetime(2024, 5, 1)), count(Order.total == decimal.Decimal("1.25")),
                 count(Item.colour == Colour.red), count(Item.key == str(uuid.UUID(int=3001))),
                 count(Item.photo == bytes([0, 255, 3, 1])), count(Item.stock > 2**40 + 1),
                 count(Item.tags.any(Tag.word == "Old"))])
    first = session.query(Customer).order_by(Customer.id).first()
    first.orders[0].total += decimal.Decimal("0.05")
    first.active = not first.active
    first.orders[0].items[0].details = {"changed": True}
    session.commit()
    return told + seen(session)


def main():
    url, step = sys.argv[1:]
    engine = create_engine(url)
    if step in ("schema", "make"):
        Base.metadata.create_all(engine)
    with Session(engine) as session:
        if step == "make":
            make(session)
            session.commit()
        if step in ("read", "use"):
            print(json.dumps(seen(session) if step == "read" else use(session), indent=1))


main()
