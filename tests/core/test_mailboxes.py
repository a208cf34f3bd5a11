"""A1: one spelling for one mailbox, and never someone else's domain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mailboxes import NoAddress, canonical_address, shown_address


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        (
            "ana@straße-handel.example",
            "ana@xn--strae-handel-o9a.example",
            "ana@straße-handel.example",
        ),
        ("Ana@MÜNCHEN.example", "ana@xn--mnchen-3ya.example", "ana@münchen.example"),
        ("ana@mu\u0308nchen.example", "ana@xn--mnchen-3ya.example", "ana@münchen.example"),
        ("ana@XN--MNCHEN-3YA.example", "ana@xn--mnchen-3ya.example", "ana@münchen.example"),
        ("ana@βόλος.example", "ana@xn--nxasmm1c.example", "ana@βόλος.example"),
        ("ana@例え。テスト", "ana@xn--r8jz45g.xn--zckzah", "ana@例え.テスト"),
        ("ana@نامه\u200cای.example", "ana@xn--mgba3gch31f060k.example", "ana@نامه\u200cای.example"),
        ("ana@ｅｘａｍｐｌｅ.com", "ana@example.com", "ana@example.com"),
        ("\u200bana@exam\u00adple.com\u202c", "ana@example.com", "ana@example.com"),
        ("ana@r3---sn.example.com", "ana@r3---sn.example.com", "ana@r3---sn.example.com"),
        ("ana@xn--n3h.example", "ana@xn--n3h.example", "ana@xn--n3h.example"),
    ],
)
def test_u1_a_mailbox_has_one_spelling_and_is_shown_as_it_was_typed(
    typed: str, kept: str, shown: str
) -> None:
    assert canonical_address(typed) == kept
    assert canonical_address(kept) == kept
    assert shown_address(kept) == shown
    assert canonical_address(shown) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ana@☃.example", "“☃” can't be part of an email domain"),
        ("ana@❤️.example", "can't be part of an email domain"),
        ("ana@-ü.example", "“-ü” can't be part of an email domain"),
        ("maría@example.com", "only the letters a to z"),
        ("m\u0131ke@example.com", "only the letters a to z"),
        ("ana", "in the form name@example.com"),
        ("@example.com", "in the form name@example.com"),
        ("ana@localhost", "in the form name@example.com"),
        ("ana@a_b.example", "in the form name@example.com"),
        ("ana@10.0.0.1", "in the form name@example.com"),
        ("a..b@example.com", "in the form name@example.com"),
        ("ana@example..com", "in the form name@example.com"),
        ("ana@example.com\nBcc: eve@example.com", "in the form name@example.com"),
        ("ana maria@example.com", "in the form name@example.com"),
        ("a" * 65 + "@example.com", "in the form name@example.com"),
        ("a@" + "b." * 130 + "com", "in the form name@example.com"),
    ],
)
def test_u1_what_cannot_be_mapped_without_loss_is_refused_in_a_sentence(
    typed: str, words: str
) -> None:
    with pytest.raises(NoAddress) as refusal:
        canonical_address(typed)
    assert words in str(refusal.value)


@given(st.text(st.sampled_from("aßςéﬀıİΣ例☃.-_@\u200d\u0301\u0660x\n ")) | st.text())
def test_u1_whatever_is_taken_is_ascii_and_stays_the_same(domain: str) -> None:
    try:
        kept = canonical_address(f"ana@{domain}.example")
    except NoAddress:
        return
    assert kept.isascii() and kept == canonical_address(kept)
    assert canonical_address(shown_address(kept)) == kept


def test_u1_what_is_wrong_on_both_sides_of_the_sign_is_told_at_once() -> None:
    with pytest.raises(NoAddress) as refusal:
        canonical_address("jürgen@\u2488example.example")
    assert "Before the @" in str(refusal.value) and "after the @" in str(refusal.value)
