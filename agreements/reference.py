"""Loads agreement texts from ``reference/program/agreements.csv`` and its Markdown files."""

from __future__ import annotations

import hashlib

from django.conf import settings

from agreements.models import AgreementText
from core.reference import Report, load, rows_of


def load_texts() -> dict[str, Report]:
    """Load ``reference/program/agreements.csv`` and its Markdown files."""
    rows = []
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
                "sha256": hashlib.sha256(body.encode()).hexdigest(),
                "must_sign_again": row["new_version"] == "must_sign_again",
                "effect_of_revocation": row["effect_of_revocation"],
                "position": position,
            }
        )
    return {"agreements.AgreementText": load(AgreementText, ["id"], rows)}
