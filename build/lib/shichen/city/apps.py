"""The room of who and where."""

from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "shichen.city"
    label = "city"
    verbose_name = "城市"
