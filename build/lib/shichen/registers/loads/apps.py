"""Loads of bulk rows."""

from django.apps import AppConfig


class LoadsConfig(AppConfig):
    name = "shichen.registers.loads"
    label = "loads"
    verbose_name = "流水"
