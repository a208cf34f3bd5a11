"""C-TPAT accounts in words, as people tell one from others."""

from __future__ import annotations

from collections.abc import Iterable

from security_models.models import SecurityModel


def account_words(model: SecurityModel) -> str:
    """The company and the reference. The model comes with its trade account."""
    return f"{model.trade_account.name} – {model.reference}"


def account_choices(models: Iterable[SecurityModel]) -> list[tuple[str, str]]:
    """Accounts to choose from: the id and the words of each."""
    return [(str(one.pk), account_words(one)) for one in models]
