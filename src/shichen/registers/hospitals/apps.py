"""The register of hospitals: open beds by dated steps."""

from django.apps import AppConfig


class HospitalsConfig(AppConfig):
    name = "shichen.registers.hospitals"
    label = "hospitals"
    verbose_name = "医院与床位"
