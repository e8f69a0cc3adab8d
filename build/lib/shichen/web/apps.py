"""The room of what pages share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "shichen.web"
    label = "web"
    verbose_name = "界面"
