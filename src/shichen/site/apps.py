"""Puts the house together at start: every register's reports and figures become known."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SiteConfig(AppConfig):
    name = "shichen.site"
    label = "site"
    verbose_name = "时辰"

    def ready(self) -> None:
        autodiscover_modules("reports", "indicators", "checks", "remarks")
