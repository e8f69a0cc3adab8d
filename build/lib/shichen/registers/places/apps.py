"""The register of places."""

from importlib import import_module

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "shichen.registers.places"
    label = "places"
    verbose_name = "场所"

    def ready(self) -> None:
        import_module("shichen.registers.places.bulk")  # declares that it takes stays, for every door
