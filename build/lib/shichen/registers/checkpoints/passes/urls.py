"""Addresses of the registers of passes, and of the page that checks one."""

from django.urls import path

from shichen.registers.checkpoints.passes import check_views
from shichen.registers.checkpoints.passes.views import APPLICATIONS, PASS_SERIES, PASSES, USES
from shichen.web.register_views import addresses

urlpatterns = [
    path("passes/check/", check_views.check, name="pass-check"),
    path("passes/check/worker.js", check_views.worker, name="pass-worker"),
    path("passes/revoked.json", check_views.revoked, name="pass-revoked"),
    path("registers/passes/<uuid:number>/print/", check_views.print_pass, name="pass-print"),
    *addresses(PASS_SERIES),
    *addresses(APPLICATIONS),
    *addresses(PASSES),
    *addresses(USES),
]
