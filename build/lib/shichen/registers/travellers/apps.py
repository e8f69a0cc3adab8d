"""The register of travellers."""

from django.apps import AppConfig


class TravellersConfig(AppConfig):
    name = "shichen.registers.travellers"
    label = "travellers"
    verbose_name = "重点人员"
