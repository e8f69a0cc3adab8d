"""Django's settings, made from the home of the post and its settings file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from shichen.keys import Keyring
from shichen.site import config, safe_sqlite
from shichen.site.home import Home, default_home

HOME = Home(default_home())
CONFIG = config.load(HOME.settings if HOME.exists else None)
# Without a home (type checks, docs) keys live in memory and die with the process: there is no default secret.
KEYRING = Keyring.load(HOME.keyring) if HOME.exists else Keyring()
SECRET_KEY = KEYRING.key("django-1").hex() if HOME.exists else secrets.token_hex(32)

# Bulk files; without a home there is nowhere to put them, and the door refuses.
LAKE = Path(CONFIG["lake.folder"] or HOME.lake)

DEBUG = False
ALLOWED_HOSTS: list[str] = (
    [*CONFIG["server.allowed_hosts"], "testserver"]
    if os.environ.get("PYTEST_VERSION")
    else CONFIG["server.allowed_hosts"]
)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "csp",
    "shichen.city",
    "shichen.audit",
    "shichen.journal",
    "shichen.records",
    "shichen.web",
    "shichen.jobs",
    "shichen.intake",
    "shichen.indicators",
    "shichen.reconciliation",
    "shichen.disclosure",
    "shichen.registers.people",
    "shichen.registers.travellers",
    "shichen.registers.cases",
    "shichen.registers.clusters",
    "shichen.registers.measures",
    "shichen.registers.hospitals",
    "shichen.registers.supplies",
    "shichen.registers.loads",
    "shichen.registers.places",
    "shichen.registers.transport",
    "shichen.registers.checkpoints",
    "shichen.registers.checkpoints.passes",
    "shichen.analysis",
    "shichen.analysis.runs",
    "shichen.analysis.risk",
    "shichen.analysis.signals",
    "shichen.bulletins",
    "shichen.board",
    "shichen.publications",
    "shichen.site.apps.SiteConfig",
]

MIDDLEWARE = [
    "shichen.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shichen.web.sessions.SessionMiddleware",
    "shichen.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shichen.web.middleware.PolicyMiddleware",
]

ROOT_URLCONF = "shichen.site.urls"
WSGI_APPLICATION = "shichen.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shichen.web.context.shell",
            ],
            "builtins": ["shichen.web.templatetags.shichen"],
        },
    }
]


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    socket = parse_qs(parts.query).get("host", [""])[0]  # a folder, where the server is reached by its socket
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": socket or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 3, "tcp_user_timeout": 5000},  # a server that is gone is soon known to be
    }


def _embedded() -> dict[str, Any]:
    safe_sqlite.install()
    return {
        "ENGINE": "shichen.site.sqlite_turn",
        "NAME": str(HOME.database),
        "CONN_MAX_AGE": None,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,  # for a lock that somebody outside holds; our own writers queue before they ask for it
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
            "PRAGMA recursive_triggers=ON; PRAGMA journal_size_limit=67108864",
        },
        "TEST": {"NAME": str(HOME.path / "test.sqlite3")},
    }


DATABASES = {"default": _postgres(CONFIG["database.url"]) if CONFIG["database.url"] else _embedded()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "city.Account"
AUTHENTICATION_BACKENDS = ["shichen.city.signin.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "board"
LOGOUT_REDIRECT_URL = "signin"

LANGUAGE_CODE = CONFIG["language"]
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_AGE = CONFIG["session.idle_minutes"] * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG["server.https"]
CSRF_FAILURE_VIEW = "shichen.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if CONFIG["server.https"] and CONFIG["server.hsts"] else 0
SECURE_SSL_REDIRECT = CONFIG["server.https"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from the machine itself, past the proxy
# Not ours to decide: whether other hosts below this name speak HTTPS (W005), and whether browsers list it (W021).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = max(CONFIG["intake.max_bytes"], 1_000_000) + 200_000
FILE_UPLOAD_MAX_MEMORY_SIZE = CONFIG["intake.max_file_bytes"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
