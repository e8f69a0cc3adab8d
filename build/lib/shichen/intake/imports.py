"""The sheet door (表格导入): look at a file, assign its columns, rehearse it, hand it in, give back the rows to mend."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from shichen.city.models import Account
from shichen.city.queries import Standing
from shichen.intake import batches, models, queries, services, tables, texts
from shichen.intake.kinds import Entered, Kind, named
from shichen.intake.models import Envelope, Reject
from shichen.intake.rehearsal import rehearse
from shichen.intake.services import Delivery, Receipt
from shichen.jobs.models import Job
from shichen.refusal import Refusal
from shichen.sheets import writing
from shichen.sheets.fields import Field
from shichen.sheets.fields import Kind as Sort
from shichen.sheets.table import CellError, Row, Sheet, Table, letter
from shichen.web.masking import masked
from shichen.web.sentences import headed, said

CSV_TYPE, XLSX_TYPE = tuple(services.SHEET_TYPES)
HEAD = 50  # lines that tell what the columns of a file are
EXAMPLE = _("示例（请删去本行）")


@dataclass(frozen=True)
class Trial:
    """A file as it would come in now: its table with every fault in place, and counts that add up."""

    table: Table
    read: int
    taken: int
    duplicate: int
    to_mend: int
    blank: int
    untried: int = 0  # of a large table only the first rows are tried; the others are worked in the background

    @property
    def adds_up(self) -> bool:
        return self.read == self.taken + self.duplicate + self.to_mend + self.blank + self.untried

    @property
    def faults(self) -> list[CellError]:
        return self.table.errors


def delivery_of(
    data: bytes,
    filename: str,
    kind: str,
    acting: Standing,
    *,
    details: Mapping[str, Any],
    number: uuid.UUID,
    channel: str = Envelope.Channel.SHEET,
    reported_at: datetime | None = None,
) -> Delivery:
    """A file as a delivery; the number makes a second click the same report."""
    ending = PurePosixPath(filename).suffix.lower()
    return Delivery(
        id=number,
        kind=kind,
        body=data,
        media_type=XLSX_TYPE if ending == ".xlsx" else CSV_TYPE,
        channel=channel,
        unit=acting.unit,
        area=acting.area,
        event=acting.event,
        filename=filename,
        reported_at=reported_at,
        details={key: value for key, value in details.items() if value},
    )


def table_of(delivery: Delivery, *, most: int | None = None) -> Table:
    """The file, or its first lines, as its columns stand now. Raises Refusal for a file that cannot be read at all."""
    return tables.table_of(named(delivery.kind), delivery.body, delivery.filename, delivery.details or {}, most=most)


def tried(delivery: Delivery, *, by: Account, most: int | None = None) -> Trial:
    """What would become of every row, or of the first `most`. Raises Refusal for a file that cannot be read at all."""
    table = table_of(delivery, most=most)
    entered = rehearse(delivery, by=by, most=most)
    _set_beside(table, ((f.sheet, f.row_no, f.sentences, f.fields) for f in entered.faults))
    trial = Trial(
        table,
        entered.read + entered.untried,
        entered.taken,
        entered.duplicate,
        len(entered.faults),
        entered.blank,
        entered.untried,
    )
    if not trial.adds_up:
        raise AssertionError(f"rows do not add up: {entered}")
    return trial


def take(delivery: Delivery, *, by: Account) -> Receipt:
    """Hand the file in; how its columns were assigned is remembered for the unit."""
    receipt = services.deliver(delivery, by=by)
    details = delivery.details or {}
    if receipt.envelope.taken and (details.get("mapping") or details.get("defaults")):
        remember(delivery, at=receipt.envelope.received_at)
    return receipt


def take_later(delivery: Delivery, *, by: Account) -> Job:
    """Hand a large file in: it is kept and answered at once, its rows are worked in the background. Raises Refusal."""
    with transaction.atomic():
        receipt = services.receive(delivery, by=by)
        job = batches.begin(receipt.envelope, by=by)
        details = delivery.details or {}
        if not receipt.again and (details.get("mapping") or details.get("defaults")):
            remember(delivery, at=receipt.envelope.received_at)
    return job


def remember(delivery: Delivery, *, at: datetime) -> None:
    details = delivery.details or {}
    models.Mapping.objects.update_or_create(
        unit=delivery.unit,
        kind=delivery.kind,
        headings=tables.headings_hash(table_of(replace(delivery, details=None), most=HEAD)),
        defaults={
            "columns": details.get("mapping") or {},
            "defaults": details.get("defaults") or {},
            "year": details.get("year"),
            "used_at": at,
        },
    )


def as_remembered(delivery: Delivery) -> dict[str, Any]:
    """What the unit decided the last time for a file with these headings; empty when it never came before."""
    headings = tables.headings_hash(table_of(delivery, most=HEAD))
    return queries.remembered(delivery.unit, delivery.kind, headings) or {}


def rejects_file(envelope: Envelope) -> tuple[str, bytes]:
    """The rows still to mend in a file of the same sort, with 行号 and 原因 behind; its name and bytes. Raises Refusal."""
    kind = named(envelope.kind)
    if envelope.media_type not in services.SHEET_TYPES:
        raise Refusal("这份来件不是表格；请在页面上就地更正。")
    table = tables.table_of(kind, texts.open_body(envelope), envelope.filename, envelope.details)
    waiting = list(envelope.rejects.filter(state=Reject.State.OPEN))
    still = {(one.sheet, one.row_no) for one in waiting}
    for row in table.rows:
        if (row.sheet, row.line) not in still:
            row.errors.clear()
    _set_beside(table, ((one.sheet, one.row_no, tuple(one.faults), ()) for one in waiting))
    stem = PurePosixPath(envelope.filename).stem or envelope.kind
    ending = ".xlsx" if table.kind == "xlsx" else ".csv"
    return f"{stem}-待更正{ending}", writing.rejects(table)


def template(kind: Kind, ending: str) -> bytes:
    """An empty file of a kind with its headings, and one line that shows how; that line is refused if it comes back."""
    fields = headed(one for one in kind.fields if one.name != "synthetic")
    example = {one.name: _example(one, first=number == 0) for number, one in enumerate(fields)}
    write = writing.write_xlsx if ending == "xlsx" else writing.write_csv
    as_words = [replace(one, kind=Sort.TEXT, choices=(), minimum=None, maximum=None) for one in fields]
    return write([example], as_words)


def columns(table: Table) -> list[Column]:
    """Every column of the sheets that are read, headings that several sheets share once."""
    found: dict[str, Column] = {}
    for sheet in table.sheets:
        for number, heading in enumerate(sheet.headings if sheet.used else []):
            one = _column(sheet, number, heading)
            if one.samples or heading:
                found.setdefault(one.key, one)
    return list(found.values())


@dataclass(frozen=True)
class Column:
    """A column for a person to assign: how it is addressed, what it is called, what stands in it, which field it is."""

    key: str
    letter: str
    heading: str
    samples: tuple[str, ...]
    field: str


def _column(sheet: Sheet, number: int, heading: str) -> Column:
    key = heading if heading and sheet.headings.count(heading) == 1 else f"#{number}"
    cells = [str(row.raw[number]) for row in sheet.rows[:5] if number < len(row.raw)]
    claimed = sheet.mapping.get(number)
    samples = tuple(masked(cell[:80])[:40] for cell in cells)
    return Column(key, letter(number), heading, samples if any(samples) else (), claimed.name if claimed else "")


def _set_beside(table: Table, faults: Iterable[tuple[str, int, tuple[str, ...], tuple[str, ...]]]) -> None:
    """Put faults that the rules found beside the rows they are of, in the column of their field."""
    rows = {(row.sheet, row.line): (sheet, row) for sheet in table.sheets for row in sheet.rows}
    for name, line, sentences, fields in faults:
        sheet, row = rows.get((name, line), (None, None))
        if sheet is None or row is None or row.errors:
            continue
        for at, sentence in enumerate(sentences):
            row.errors.append(_error(sheet, row, sentence, fields[at] if at < len(fields) else ""))


def _error(sheet: Sheet, row: Row, sentence: str, name: str) -> CellError:
    for number, found in sheet.mapping.items():
        if found is not None and found.name == name:
            shown = str(row.raw[number])[:200] if number < len(row.raw) else ""
            return CellError(row.sheet, row.line, letter(number), sheet.headings[number], shown, sentence, name)
    return CellError(row.sheet, row.line, "", "", "", sentence, name)


def _example(one: Field, *, first: bool) -> str:
    if first:
        return said(EXAMPLE)
    samples = {Sort.INTEGER: "12", Sort.DECIMAL: "1.5", Sort.DATE: "2020-02-02", Sort.DATETIME: "2020-02-02 08:00"}
    return samples.get(Sort(one.kind), "") if one.required or one.kind is Sort.INTEGER else ""


__all__ = ["Column", "Entered", "Trial", "columns", "delivery_of", "rejects_file", "take", "template", "tried"]
