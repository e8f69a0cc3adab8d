"""The room of what leaves the building."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    name = "shichen.publications"
    label = "publications"
    verbose_name = "发布"
