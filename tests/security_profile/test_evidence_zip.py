"""All evidence of a security profile as one ZIP file, in folders by criterion (P2, P3, D1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Access
from core.ids import new_id
from documents.models import Package
from security_profile.models import EvidenceLink
from security_profile.services import evidence
from security_profile.services.evidence_zip import zip_evidence
from tests.factories.profile import access_to, make_document
from tests.factories.reviews import sent_in, specialist

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def folders(actor: Access) -> list[tuple[str, str]]:
    package = zip_evidence(actor=actor, key=new_id())
    return [(one["folder"], one["title"]) for one in package.contents]


def test_p2_each_criterion_is_a_folder_and_what_was_removed_is_not_in_it(model: Any) -> None:
    officer = access_to(model)
    version = make_document(model, "Seal log.pdf")
    for code in ("3.5", "1.1"):
        evidence.choose_evidence(actor=officer, model=model, code=code, version_ids=[version.pk])
    gone = make_document(model, "Removed.pdf")
    evidence.choose_evidence(actor=officer, model=model, code="3.5", version_ids=[gone.pk])
    link = EvidenceLink.objects.get(document_version=gone)
    evidence.remove_evidence(actor=officer, model=model, code="3.5", link_id=link.pk)
    assert folders(officer) == [("1.1", "Seal log.pdf"), ("3.5", "Seal log.pdf")]


def test_p3_staff_get_what_was_submitted_and_not_what_is_still_a_draft() -> None:
    model = sent_in()
    officer, staff = access_to(model), specialist(model)
    submitted = folders(staff)
    assert submitted
    draft = make_document(model, "Draft.pdf")
    code = submitted[0][0]
    evidence.choose_evidence(actor=officer, model=model, code=code, version_ids=[draft.pk])
    assert (code, "Draft.pdf") in folders(officer)
    Package.objects.filter(user=staff.user).delete()
    assert folders(staff) == submitted


def test_the_button_makes_one_and_a_second_click_says_why_not(model: Any) -> None:
    officer = access_to(model)
    version = make_document(model)
    client = client_of(officer.user)
    page = reverse("security_profile:evidence-zip", args=[model.trade_account_id, model.pk])
    answer = client.post(page, follow=True)
    assert "There is no document" in answer.content.decode()
    evidence.choose_evidence(actor=officer, model=model, code="3.5", version_ids=[version.pk])
    assert client.post(page).status_code == 302
    answer = client.post(page, follow=True)
    assert "being made for you" in answer.content.decode()
    assert Package.objects.count() == 1
