"""Addresses of the shell: signing in and out, one's account, help, appearance, probes."""

from django.urls import path

from shichen.web import authority, codes, health, views

urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signout/", views.signout, name="signout"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("screen/", views.screen, name="screen"),
    path("account/", views.account, name="account"),
    path("help/", views.help_page, name="help"),
    path("appearance/", views.appearance, name="appearance"),
    path("ca/", authority.page, name="ca"),
    path("ca.crt", authority.file, name="ca-file"),
    path("code.svg", codes.code, name="code"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
