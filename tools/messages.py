"""The second language: which sentences of templates and code lack an English one, and the .mo files made of the .po files.

    python tools/messages.py            write every django.mo anew
    python tools/messages.py --check    fail where a .mo is stale, a sentence has no English or an English one no use
    python tools/messages.py --missing  print the sentences without English, as entries for a .po file

Django reads .mo files only; GNU gettext is not on every machine, so they are made here and kept in the repository.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "shichen"
CATALOGUE = "locale/en/LC_MESSAGES/django.po"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
TRANSLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')(?:\s+context\s+["']([^"']*)["'])?""")
BLOCK = re.compile(r"\{%\s*blocktranslate\b[^%]*%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.S)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")

Key = tuple[str, str]
"""A sentence and, where it counts something, its plural; else an empty string. A context stands before the sentence."""
CONTEXT = "\x04"


def used(package: Path = PACKAGE) -> set[Key]:
    """Every sentence that a page may ask to be translated."""
    found: set[Key] = set()
    for path in package.rglob("*.html"):
        found |= set(_in_template(path.read_text(encoding="utf-8")))
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "gettext" in text:
            found |= set(_in_code(ast.parse(text)))
    return {key for key in found if key[0]}


def read_po(path: Path) -> dict[Key, list[str]]:
    """The entries of a catalogue: English for each sentence, two forms where it counts. Fuzzy and empty ones are left out."""
    entries: dict[Key, list[str]] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields = _fields(block)
        forms = [fields[name] for name in ("msgstr", "msgstr[0]", "msgstr[1]") if fields.get(name)]
        if "msgid" in fields and forms and "#, fuzzy" not in block:
            entries[(_within(fields.get("msgctxt", ""), fields["msgid"]), fields.get("msgid_plural", ""))] = forms
    return entries


def mo_bytes(entries: dict[Key, list[str]]) -> bytes:
    """A catalogue as gettext's binary file: sorted, without a hash table, the same bytes every time."""
    pairs = sorted(("\0".join(filter(None, key)).encode(), "\0".join(forms).encode()) for key, forms in entries.items())
    start = 28 + 16 * len(pairs)
    originals, translations, blob = b"", b"", b""
    for original, _translation in pairs:
        originals += struct.pack("<II", len(original), start + len(blob))
        blob += original + b"\0"
    for _original, translation in pairs:
        translations += struct.pack("<II", len(translation), start + len(blob))
        blob += translation + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + originals + translations + blob


def catalogues(package: Path = PACKAGE) -> list[Path]:
    return sorted(package.rglob(CATALOGUE))


def known(package: Path = PACKAGE) -> set[Key]:
    """The sentences that some catalogue has English for."""
    return {key for path in catalogues(package) for key in read_po(path) if key[0]}


def stale(package: Path = PACKAGE) -> list[Path]:
    """The .mo files that are not what their .po file makes."""
    made = {path.with_suffix(".mo"): mo_bytes(read_po(path)) for path in catalogues(package)}
    return [path for path, wanted in made.items() if not path.exists() or path.read_bytes() != wanted]


def main(arguments: list[str]) -> int:
    missing, unused = sorted(used() - known()), sorted(known() - used())
    if "--missing" in arguments:
        print("\n\n".join(_entry(key) for key in missing))
        return 0
    if "--check" in arguments:
        faults = [f"no English: {key[0]}" for key in missing] + [f"no use: {key[0]}" for key in unused]
        faults += [f"stale: {path}" for path in stale()]
        print("\n".join(faults) or "every sentence has its English, every .mo is fresh")
        return bool(faults)
    for path in catalogues():
        path.with_suffix(".mo").write_bytes(mo_bytes(read_po(path)))
        print(path.with_suffix(".mo"))
    return 0


def _in_template(text: str) -> Iterator[Key]:
    for double, single, context in TRANSLATE.findall(text):
        yield _within(context, (double or single).replace("%", "%%")), ""
    for body in BLOCK.findall(text):
        singular, *plural = (VARIABLE.sub(r"%(\1)s", part.replace("%", "%%")) for part in PLURAL.split(body))
        yield singular, plural[0] if plural else ""


def _in_code(tree: ast.AST) -> Iterator[Key]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _name(node.func) not in CALLS | IN_CONTEXT:
            continue
        texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if _name(node.func) in IN_CONTEXT and len(texts) > 1:
            yield _within(*texts), ""
        elif texts:
            yield texts[0], texts[1] if "ngettext" in _name(node.func) and len(texts) > 1 else ""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _within(context: str, sentence: str) -> str:
    """A sentence as a catalogue keys it, with the context that tells it from the same words elsewhere."""
    return f"{context}{CONTEXT}{sentence}" if context else sentence


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")
            fields[name] = ""
        fields[name] += ast.literal_eval(line)
    return fields


def _entry(key: Key) -> str:
    context, _, sentence = key[0].rpartition(CONTEXT)
    before, singular, plural = map(_quoted, (context, sentence, key[1]))
    head = f"msgctxt {before}\n" if context else ""
    if key[1]:
        return f'{head}msgid {singular}\nmsgid_plural {plural}\nmsgstr[0] ""\nmsgstr[1] ""'
    return f'{head}msgid {singular}\nmsgstr ""'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
