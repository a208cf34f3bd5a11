"""Loads agreement texts from ``reference/program/agreements.csv`` and its Markdown files."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from agreements.models import AgreementText
from core.crypto import text_hash
from core.reference import CannotLoad, Report, load, rows_of

#: What of a published text may still change.
ORDER = {"position"}
NEW_VERSION = "Nothing was loaded. Give other words a new version in agreements.csv."


def load_texts() -> dict[str, Report]:
    """Load the texts. Raises CannotLoad if a published one has other words (A5)."""
    rows: list[dict[str, Any]] = []
    for position, row in enumerate(rows_of("program", "agreements.csv")):
        path = settings.REFERENCE_DIR / "program" / row["file"]
        body = path.read_text(encoding="utf-8")
        rows.append(
            {
                "id": f"{row['code']}:{row['version']}",
                "kind": row["code"],
                "version": row["version"],
                "title": row["title"],
                "body": body,
                "sha256": text_hash(body),
                "must_sign_again": row["new_version"] == "must_sign_again",
                "effect_of_revocation": row["effect_of_revocation"],
                "position": position,
            }
        )
    if problems := [words for row in rows for words in _other_words(row)]:
        raise CannotLoad(" ".join([*problems, NEW_VERSION]))
    return {"agreements.AgreementText": load(AgreementText, ["id"], rows)}


def _other_words(row: dict[str, Any]) -> list[str]:
    """What would change in a published text, in words."""
    published = AgreementText.objects.filter(pk=row["id"]).first()
    if published is None:
        return []
    other = sorted(name for name in row.keys() - ORDER if getattr(published, name) != row[name])
    names = ", ".join(other)
    return [f"The text {published.pk} was published and stays as it is ({names})."] if other else []
