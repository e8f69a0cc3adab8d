"""Addresses of the register of travellers; nobody's number ever stands in one."""

from django.urls import path, re_path

from shichen.registers.travellers import card_views
from shichen.registers.travellers.views import TRAVELLERS
from shichen.web.register_views import addresses

urlpatterns = [
    path("registers/travellers/search/", card_views.search, name="travellers-search"),
    path("registers/travellers/work/", card_views.work, name="travellers-work"),
    path("registers/travellers/assign/", card_views.assign_area, name="travellers-assign-area"),
    path("registers/travellers/quality/", card_views.quality, name="travellers-quality"),
    re_path(
        r"^registers/travellers/quality\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        card_views.quality_files,
        name="travellers-quality-files",
    ),
    path("registers/travellers/alike/", card_views.alike, name="travellers-alike"),
    path("registers/travellers/alike/<uuid:number>/", card_views.decide, name="travellers-decide"),
    path("registers/travellers/<uuid:number>/reveal/", card_views.reveal, name="travellers-reveal"),
    *addresses(TRAVELLERS),
]
