"""A certificate as PDF/UA: made anew from what is stored each time, so that no file has to be kept.

The fonts that come inside typst have Latin and Cyrillic letters and no pictures; other scripts are looked for in the
fonts of the machine. Words of people come in as data: nothing in them is read as markup.
"""

import datetime
import io
import json
import unicodedata
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.services.mail import absolute_url
from processes.models import Certificate
from processes.paths import certificate_path, code_shown

_TEMPLATE = Path(__file__).with_name("certificate.typ")
# Pictures, controls, parts of characters: no font for text has them, and PDF/UA refuses what cannot be shown.
_NOT_SHOWN = {"So", "Cs", "Co", "Cn", "Cc", "Cf"}


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the PDF of a certificate, in its language. About 50 ms."""
    with translation.override(certificate.language):
        address = absolute_url(certificate_path(certificate))
        inputs = {
            "lang": certificate.language,
            "data": json.dumps(_words(certificate, address)),
            "qr": _qr(address),
        }
    source = _TEMPLATE.read_bytes()
    try:
        return _compiled(source, inputs, standards=["ua-1"], only_own_fonts=True)
    except typst.TypstError:
        pass
    try:
        return _compiled(source, inputs, standards=["ua-1"], only_own_fonts=False)
    except typst.TypstError:
        # A script that no font here has: better a box in its place than no certificate.
        return _compiled(source, inputs, standards=[], only_own_fonts=False)


def _compiled(source: bytes, inputs: dict, *, standards: list[str], only_own_fonts: bool) -> bytes:
    return typst.compile(
        source,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=standards,
        ignore_system_fonts=only_own_fonts,
    )


def _words(certificate: Certificate, address: str) -> dict:
    content = certificate.content
    facts = [
        (_("Process"), content["process"]),
        (_("Organisation"), content["organisation"]),
        (_("Period"), period(content)),
        (_("Issued on"), _day(timezone.localdate(certificate.created_at))),
    ]
    return {
        "site": shown(settings.SITE_NAME),
        "title": _("Certificate of contribution"),
        "person": shown(content["person"]),
        "intro": _(
            "What this person gave to writing and deciding together, as the record holds it."
        ),
        "facts": [{"label": label, "value": shown(value)} for label, value in facts if value],
        "counted": _("What was counted"),
        "kind": _("Contribution"),
        "number": _("Number"),
        "rows": [
            {
                "label": shown(row["label"]),
                "number": formats.number_format(row["number"], 0, force_grouping=True),
            }
            for row in content["rows"]
        ],
        "check": _("Whoever has this address or code can see whether the certificate is valid."),
        "address": address,
        "code": code_shown(certificate),
        "qr": _("Code that leads to the page where this certificate can be checked"),
        "note": _(
            "The numbers were counted by a program on the day of issue. They tell how much, not how good."
        ),
    }


def period(content: dict) -> str:
    """Return from when to when a certificate tells, in the present language; nothing when it has no days."""
    days = [content.get("first_on", ""), content.get("last_on", "")]
    if not all(days):
        return ""
    first, last = (_day(datetime.date.fromisoformat(day)) for day in days)
    if first == last:
        return first
    return _("%(first)s – %(last)s") % {"first": first, "last": last}


def _day(day: datetime.date) -> str:
    """Return a day as the pages write it."""
    return formats.date_format(day, pgettext("date format", "j M Y"))


def shown(words: str) -> str:
    """Return words without the characters that no font for text has (pictures, joiners, controls)."""
    kept = (
        " " if character.isspace() else character
        for character in words
        if character.isspace()
        or not (unicodedata.category(character) in _NOT_SHOWN or "\ufe00" <= character <= "\ufe0f")
    )
    return " ".join("".join(kept).split())


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=0, dark="#1d2733")
    return out.getvalue().decode()
