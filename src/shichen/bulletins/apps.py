"""The room of free-text reports."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "shichen.bulletins"
    label = "bulletins"
    verbose_name = "来稿"
