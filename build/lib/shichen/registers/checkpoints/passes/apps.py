"""Passes, a part of the register of checkpoints."""

from django.apps import AppConfig


class PassesConfig(AppConfig):
    name = "shichen.registers.checkpoints.passes"
    label = "passes"
    verbose_name = "通行证"
