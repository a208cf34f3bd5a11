"""The filters of the overview; their state is in the URL."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.text import fold, one_line
from security_profile.facts.criterion_answers import Answer
from security_profile.selectors import Profile
from security_profile.states import CriterionState


class Filters:
    """What the URL asks to see of a profile. Unknown values are ignored."""

    def __init__(self, profile: Profile, params: QueryDict) -> None:
        self.profile = profile
        statuses = {str(value) for value in CriterionState.values}
        self.status = self._known(params.get("status"), statuses)
        self.level = self._known(params.get("level"), {"must", "should"})
        self.evidence = self._known(params.get("evidence"), {"missing"})
        numbers = {str(one.category.number) for one in profile.categories}
        self.category = self._known(params.get("category"), numbers)
        self.words = one_line(params.get("q", "")).strip()[:100]

    @staticmethod
    def _known(value: str | None, known: set[str]) -> str:
        return value if value in known else ""

    @property
    def kept(self) -> dict[str, str]:
        """The chosen filters that a search keeps."""
        return {name: value for name, value in self._state().items() if name != "q"}

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return bool(self._state())

    def shown(self) -> list[Answer]:
        """The answers that pass the filters."""
        return [one for one in self.profile.answers if self._fits(one)]

    def _fits(self, one: Answer) -> bool:
        entry = one.criterion.entry
        return (
            (not self.status or one.status == self.status)
            and (not self.level or one.criterion.level == self.level)
            and (not self.evidence or one.lacks_evidence)
            and (not self.category or str(entry.category.number) == self.category)
            and (not self.words or self._says(one))
        )

    def _says(self, one: Answer) -> bool:
        sought = fold(self.words)
        texts = (one.code, one.criterion.entry.statement, one.text, one.reason)
        return any(sought in fold(text) for text in texts)

    def _state(self) -> dict[str, str]:
        names = ("status", "level", "evidence", "category")
        state = {name: getattr(self, name) for name in names if getattr(self, name)}
        return {**state, "q": self.words} if self.words else state

    def query(self, **changes: str) -> str:
        """The address of this state with ``changes``; an empty value drops a filter."""
        query = QueryDict(mutable=True)
        query.update({name: v for name, v in {**self._state(), **changes}.items() if v})
        return f"?{query.urlencode()}" if query else "?"

    def chips(self) -> list[dict[str, Any]]:
        """Every filter as a link with its count. A chosen filter links to the list without it."""
        every = self.profile.answers
        chips = [
            self._chip(
                "status", str(status), status.label, [a for a in every if a.status == status]
            )
            for status in CriterionState
        ]
        musts = [one for one in every if one.is_must]
        missing = [one for one in every if one.lacks_evidence]
        chips.append(self._chip("level", "must", _("Must"), musts))
        chips.append(self._chip("evidence", "missing", _("Evidence missing"), missing))
        return [chip for chip in chips if chip["count"] or chip["applied"]]

    def _chip(self, name: str, value: str, label: Any, answers: list[Answer]) -> dict[str, Any]:
        chosen = getattr(self, name) == value
        return {
            "label": label,
            "count": len(answers),
            "applied": chosen,
            "href": self.query(**{name: "" if chosen else value}),
        }
