"""The answers of the companies of the demonstration, criterion by criterion."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from core import clock
from portal.demo.cast import Application, Company

ANSWERS = Path(__file__).parent / "data" / "responses.csv"
_BEGINNING = re.compile(r"(?:^|(?<=[.!?] ))[a-z]")


def texts(company: Company, application: Application) -> dict[str, str]:
    """The answers of a company by criterion, with its own words for its people and places."""
    day = clock.today()
    words = {
        "site": application.site,
        "declared": f"January 12, {day.year}",
        "assessed": f"September {day.year - 1 if day.month < 10 else day.year}",
        "exercised": f"May 6, {day.year if day.month > 5 else day.year - 1}",
        "town": company.places[0].city,
        **company.words,
    }
    with ANSWERS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {row["criterion"]: _sentences(row["text"].format_map(words)) for row in rows}


def _sentences(text: str) -> str:
    """With a capital where a company's word for a person begins a sentence."""
    return _BEGINNING.sub(lambda letter: letter[0].upper(), text)
