"""The room of free-text reports."""

from importlib import import_module

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "shichen.bulletins"
    label = "bulletins"
    verbose_name = "来稿"

    def ready(self) -> None:
        import_module("shichen.bulletins.waiting")  # declares what waits when it is first read
