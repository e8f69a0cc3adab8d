"""Puts the house together at start: every register's reports and figures become known."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SiteConfig(AppConfig):
    name = "shichen.site"
    label = "site"
    verbose_name = "时辰"

    def ready(self) -> None:
        # models are loaded by now, not before
        from shichen.board import keeping
        from shichen.intake import queries as intake
        from shichen.jobs import queries as jobs
        from shichen.web import away, health

        autodiscover_modules("reports", "indicators", "checks", "remarks", "batches")
        health.told_by(jobs=jobs.backlog, envelopes=intake.waiting)
        away.shown_by(keeping.confirmed_at)
