"""Operator, security officer and auditor exclude one another and every other role, held by the database itself (三权分立)."""

from django.db import migrations

from shichen.city.apart import powers_apart


class Migration(migrations.Migration):
    dependencies = [("city", "0001_initial")]
    operations = [powers_apart("sysadmin", "secadmin", "auditor")]
