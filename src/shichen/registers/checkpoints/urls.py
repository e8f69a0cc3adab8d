"""Addresses of the registers of posts and shifts, of gates that several networks count, and of the index of all registers."""

from django.urls import path, re_path

from shichen.registers.checkpoints import gate_views
from shichen.registers.checkpoints.passing_views import PASSINGS
from shichen.registers.checkpoints.views import POSTS, TALLIES
from shichen.web.register_views import addresses, index

urlpatterns = [
    path("registers/", index, name="registers"),
    path("registers/gates/", gate_views.listed, name="gates"),
    re_path(
        r"^registers/gates\.(?P<ending>csv|xlsx|json|metadata\.json)$", gate_views.listed_files, name="gates-files"
    ),
    path("registers/gates/<slug:code>/", gate_views.gate, name="gate"),
    path("registers/gates/<slug:code>/choose/", gate_views.choose, name="gate-choose"),
    path("registers/gates/<slug:code>/choices/<uuid:number>/withdraw/", gate_views.withdraw, name="gate-withdraw"),
    *addresses(POSTS),
    *addresses(TALLIES),
    *addresses(PASSINGS),
]
