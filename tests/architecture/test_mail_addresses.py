"""A1: every page and email shows a mail domain in the letters in which it was typed."""

from __future__ import annotations

import re

from tests.architecture.source import tracked

#: ``email`` bound to a value for a sentence; an ``email`` or a member's ``address`` as printed.
BOUND = re.compile(r"\{%\s*(?:blocktrans\w*|with)\b[^%]*?\bemail=([\w.]+)(\|mailbox)?")
PRINTED = re.compile(r"\{\{\s*((?:\w+\.)*email|member\.address)\b([^}]*)\}\}")
OF_THE_PROGRAM = "site.helpdesk_email"


def unshown(template: str) -> list[str]:
    """Addresses that a template shows in the stored form, not as people know them."""
    bound = BOUND.findall(template)
    found = [name for name, shown in bound if not shown and name != OF_THE_PROGRAM]
    for name, filters in PRINTED.findall(template):
        if not (bound and name == "email") and not filters.startswith("|mailbox"):
            found.append(name)
    return found


def test_a1_templates_print_addresses_through_the_filter_for_mailboxes() -> None:
    wrong = {}
    for path in tracked():
        if path.suffix not in {".html", ".txt"} or "templates" not in path.parts:
            continue
        if found := unshown(path.read_text(encoding="utf-8")):
            wrong[path.name] = found
    assert not wrong


def test_the_rule_tells_a_kept_address_from_a_shown_one() -> None:
    assert unshown("{{ user.email }}") == ["user.email"]
    assert unshown("{% blocktrans %}You are {{ email }}{% endblocktrans %}") == ["email"]
    assert unshown("{% blocktrans with email=user.email %}{{ email }}") == ["user.email"]
    assert not unshown(
        "{{ user.email|mailbox }}{% blocktrans with email=user.email|mailbox %}{{ email }}"
    )
