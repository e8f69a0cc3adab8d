"""The room of what may be told to the public."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "shichen.disclosure"
    label = "disclosure"
    verbose_name = "披露"
