"""What the checks of each bulletin came to is kept from here on, beginning with what is known of those already read."""

from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models

NUMBERS = {"subset", "parts", "monotone", "difference", "range", "measure", "repeat", "computed"}
AT_ONCE = 500


def _rows(bulletin, entries, numbers):
    for one in numbers:
        for check in one.checks:
            if check["id"] in NUMBERS:
                yield check["id"], one.pk, one.start, one.end, check["ok"], str(check.get("note", ""))[:200]
    for entry in entries:
        for flag in map(str, entry.flags):
            kind, _colon, said = flag.partition(":")
            if kind == "missing":
                yield kind, entry.pk, entry.start, entry.end, False, ""
            elif kind == "place" and said:
                word = said.partition("→")[0]
                at = entry.text.find(word)
                end = entry.start + at + len(word) if at >= 0 else entry.end
                yield kind, entry.pk, entry.start + max(at, 0), end, False, said[:200]


def fill(apps, schema_editor):
    bulletin_ = apps.get_model("bulletins", "Bulletin")
    entry_, proof = apps.get_model("bulletins", "ProposedEntry"), apps.get_model("bulletins", "Proof")
    seen = set()
    keys = list(bulletin_.objects.order_by("received_at", "pk").values_list("pk", flat=True))
    for at in range(0, len(keys), AT_ONCE):
        rows = bulletin_.objects.filter(pk__in=keys[at : at + AT_ONCE]).select_related("envelope", "area")
        entries = defaultdict(list)
        found = entry_.objects.filter(bulletin__in=keys[at : at + AT_ONCE]).prefetch_related("proposals")
        for entry in found:
            entries[entry.bulletin_id].append(entry)
        made = []
        for one in rows.defer("envelope__body", "envelope__words").order_by("received_at", "pk"):
            own = entries[one.pk]
            said = list(_rows(one, own, [number for entry in own for number in entry.proposals.all()]))
            if (one.unit_id, one.envelope.digest) in seen:
                said.append(("duplicate", one.pk, 0, min(one.characters, 80), False, ""))
            seen.add((one.unit_id, one.envelope.digest))
            made += [
                proof(bulletin=one, unit_id=one.unit_id, area_path=one.area.path, event_id=one.event_id, check_name=name, subject=subject, start=start, end=end, ok=ok, note=note, at=one.received_at)
                for name, subject, start, end, ok, note in said
            ]
        proof.objects.bulk_create(made, batch_size=AT_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ("bulletins", "0007_ranking"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_path", models.CharField(max_length=200, verbose_name="区域路径")),
                ("check_name", models.CharField(max_length=12, verbose_name="核对")),
                ("subject", models.UUIDField(db_index=True, verbose_name="对象")),
                ("start", models.PositiveIntegerField(verbose_name="起")),
                ("end", models.PositiveIntegerField(verbose_name="止")),
                ("ok", models.BooleanField(verbose_name="成立")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="所见")),
                ("against", models.UUIDField(blank=True, null=True, verbose_name="对照的数")),
                ("at", models.DateTimeField(db_index=True, verbose_name="核对时间")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="至")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="bulletins.bulletin"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.event",
                        verbose_name="事件",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.body",
                        verbose_name="来稿单位",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["check_name", "ok", "at"], name="proof_of_check"),
                    models.Index(
                        fields=["check_name", "ok", "until", "unit", "area_path", "event"], name="proofs_counted"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="bulletin", index=models.Index(fields=["unit", "covers"], name="bulletin_of_a_day")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
