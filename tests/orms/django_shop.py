#!/usr/bin/python3
"""The shop in Django: django_shop.py URL schema|make|read|use; see sqlalchemy_shop.py."""

import datetime
import decimal
import json
import pathlib
import sys
import urllib.parse
import uuid

import django
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction

sys.path.insert(0, str(pathlib.Path(__file__).parent))


def database(url):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path[1:]}
    query = dict(urllib.parse.parse_qsl(parts.query))
    return {"ENGINE": "django.db.backends.postgresql", "NAME": parts.path[1:], "USER": query["user"],
            "HOST": query["host"], "PORT": query.get("port", "")}


url, step = sys.argv[1:]
settings.configure(DATABASES={"default": database(url)}, USE_TZ=True, TIME_ZONE="UTC", INSTALLED_APPS=["django_shop"],
                   DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
django.setup()

from django_shop.models import Customer, Item, Order, Tag  # noqa: E402

UTC = datetime.timezone.utc


def add_item(order, i, n, tags):
    item = Item.objects.create(
        order=order, key=uuid.UUID(int=i * 1000 + n), weight=i / 7, stock=2**40 + n, colour="red" if n % 2 else "green",
        photo=bytes([0, 255, i, n]), details={"n": n, "list": [1, 2.5, None], "text": "é\u2028"},
        took=datetime.timedelta(days=n, microseconds=i), address=f"192.0.2.{i}")
    item.tags.set(tags[:n % 4])


def make():
    tags = [Tag.objects.create(word=word) for word in ("new", "Old", "écru", "日本")]
    for i in range(1, 13):
        customer = Customer.objects.create(email=f"c{i}@example.org", name=None if i % 4 == 0 else f"Customer {i} ",
                                           active=i % 3 > 0, born=datetime.date(1960 + i, i, 28))
        for n in range(1, i % 4 + 1):
            order = Order.objects.create(
                customer=customer, number=n, placed=datetime.datetime(2024, i, n, 23, 59, 59, 10 * i, tzinfo=UTC),
                total=(decimal.Decimal(i * n) / 8).quantize(decimal.Decimal("0.01")),
                ready_at=datetime.time(i, n, 30, 5) if n % 2 else None)
            add_item(order, i, n, tags)
    items = list(Item.objects.order_by("id"))
    for child in items[1::3]:
        child.parent = items[0]
        child.save()
    Customer.objects.get(email="c12@example.org").delete()


def seen():
    return [[c.id, c.email, c.name, c.active, str(c.born), [
        [o.id, o.number, o.placed.isoformat(), str(o.ready_at), str(o.total), [
            [i.id, str(i.key), i.weight, i.stock, i.colour, i.photo and bytes(i.photo).hex(), i.details, str(i.took),
             i.address, [t.word for t in i.tags.order_by("id")], i.parent_id, [k.id for k in i.children.order_by("id")]]
            for i in o.items.order_by("id")]] for o in c.orders.order_by("id")]] for c in Customer.objects.order_by("id")]


def attempt(**fields):
    try:
        with transaction.atomic():
            Customer.objects.create(**fields)
        return "accepted"
    except IntegrityError:
        return "refused"


def use():
    customer = Customer.objects.create(email="next@example.org", name="Next", born=datetime.date(2001, 2, 3))
    order = Order.objects.create(customer=customer, number=1, total=decimal.Decimal("7.25"),
                                 placed=datetime.datetime(2025, 1, 2, 3, 4, 5, 6, tzinfo=UTC))
    add_item(order, 5, 3, list(Tag.objects.order_by("id")))
    told = [customer.id, order.id, order.items.get().id, attempt(email="next@example.org"), attempt(email=None)]
    for conditions in (
            {"order__customer__active": True}, {"order__customer__born__lt": datetime.date(1965, 1, 1)},
            {"order__placed__gte": datetime.datetime(2024, 5, 1, tzinfo=UTC)}, {"order__placed__hour": 23},
            {"order__total": decimal.Decimal("1.25")}, {"colour": "red"}, {"key": uuid.UUID(int=3001)},
            {"photo": bytes([0, 255, 3, 1])}, {"stock__gt": 2**40 + 1}, {"tags__word": "Old"}, {"details__n": 2},
            {"took__gt": datetime.timedelta(days=2)}, {"address": "192.0.2.3"}, {"order__customer__name__icontains": "CUSTOMER"}):
        told.append(Item.objects.filter(**conditions).count())
    first = Order.objects.order_by("id").first()
    first.total += decimal.Decimal("0.05")
    first.save()
    first.items.update(details={"changed": True})
    Customer.objects.get(email="c3@example.org").delete()
    return told + seen()


if step in ("schema", "make"):
    call_command("migrate", run_syncdb=True, verbosity=0)
if step == "make":
    with transaction.atomic():
        make()
elif step != "schema":
    print(json.dumps(seen() if step == "read" else use(), indent=1))
