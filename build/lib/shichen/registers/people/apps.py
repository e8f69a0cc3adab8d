"""The register of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "shichen.registers.people"
    label = "people"
    verbose_name = "人员"
