"""The door of the web server."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from shichen.site import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shichen.site.settings")
application = get_wsgi_application()
startup.serving(settings.CONFIG["server.threads"])
