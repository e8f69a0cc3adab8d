"""Addresses of the registers of posts, shifts and passings, of phones, of gates that several networks count, and of the index of all registers."""

from django.urls import path, re_path

from shichen.registers.checkpoints import alarm_views, device_views, gate_views, phone_views, watch_views
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
    path("alarms/", alarm_views.listed, name="alarms"),
    path("alarms/<uuid:number>/acknowledge/", alarm_views.acknowledge, name="alarm-acknowledge"),
    path("alarms/<uuid:number>/nudge/", alarm_views.nudge, name="alarm-nudge"),
    path("post/", phone_views.page, name="post"),
    path("post/sw.js", phone_views.worker, name="post-worker"),
    path("post/manifest.webmanifest", phone_views.manifest, name="post-manifest"),
    path("post/enrol/", phone_views.enrol, name="post-enrol"),
    path("registers/posts/<uuid:number>/watches/", watch_views.shown, name="post-watches"),
    re_path(
        r"^registers/posts/(?P<number>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/watches\.(?P<ending>csv|xlsx|json|metadata\.json)$",
        watch_views.files,
        name="post-watches-files",
    ),
    path("registers/posts/<uuid:number>/devices/", device_views.listed, name="post-devices"),
    path("registers/posts/<uuid:number>/devices/take-in/", device_views.take_in, name="post-take-in"),
    path("registers/posts/<uuid:number>/devices/<uuid:device>/renew/", device_views.renew, name="post-device-renew"),
    path("registers/posts/<uuid:number>/devices/<uuid:device>/end/", device_views.end, name="post-device-end"),
    *addresses(POSTS),
    *addresses(TALLIES),
    *addresses(PASSINGS),
]
