"""The door of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from shichen.site.startup import must_be_safe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shichen.site.settings")
application = get_wsgi_application()
must_be_safe()
