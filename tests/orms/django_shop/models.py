"""The tables of the shop in Django."""

import uuid

from django.db import models


class Customer(models.Model):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, null=True)
    active = models.BooleanField(default=True)
    born = models.DateField(null=True)


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders")
    number = models.PositiveIntegerField()
    placed = models.DateTimeField()
    ready_at = models.TimeField(null=True)
    total = models.DecimalField(max_digits=10, decimal_places=2, null=True)

    class Meta:
        unique_together = [("customer", "number")]


class Tag(models.Model):
    word = models.SlugField(unique=True, allow_unicode=True)


class Item(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    weight = models.FloatField()
    stock = models.BigIntegerField()
    colour = models.CharField(max_length=5, choices=[("red", "Red"), ("green", "Green")])
    photo = models.BinaryField(null=True)
    details = models.JSONField(null=True)
    took = models.DurationField(null=True)
    address = models.GenericIPAddressField(null=True)
    tags = models.ManyToManyField(Tag, related_name="items")
