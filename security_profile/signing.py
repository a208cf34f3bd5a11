"""What an Officer signs: an application, or the update of an approved profile (A3, A4).

Registered with ``agreements.providers.signables``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Signature
from agreements.providers.signables import Change, Signable
from agreements.states import AgreementKind
from core.access import Access
from core.errors import Problem
from core.text import filled
from security_models.models import SecurityModel
from security_profile.facts.approvals import numberless
from security_profile.models import Submission
from security_profile.selectors import latest_submission, signed_as
from security_profile.services import submit
from security_profile.states import SubmissionStatus

EXPORTER = "exporter"

CERTIFICATION = gettext_lazy(
    "I certify that I am a Company Officer of this company, that I have read everything "
    "that I am signing, and that it is true and complete to the best of my knowledge. I "
    "understand that a false statement may end the membership."
)


def agreements_of(model: SecurityModel) -> list[AgreementKind]:
    """The Partner Agreement and, for exporters, the Exporter Agreement, unless already
    signed (A3).
    """
    wanted = [AgreementKind.PARTNER]
    types = model.business_types.values_list("business_type_id", flat=True)
    if EXPORTER in types:
        wanted.append(AgreementKind.EXPORTER)
    signed = Signature.objects.filter(security_model=model, revokes=None, revoked_by=None)
    have = set(signed.filter(kind__in=wanted).values_list("kind", flat=True))
    return [kind for kind in wanted if kind not in have]


def content(model: SecurityModel) -> dict[str, Any]:
    """The frozen application as it would be signed now."""
    return submit.submission_content(model)


def blockers(model: SecurityModel, access: Access) -> list[Problem]:
    """All reasons why it cannot be signed now."""
    return submit.submission_blockers(model)


def complete(
    model: SecurityModel, access: Access, content: dict[str, Any], signatures: Sequence[Signature]
) -> str:
    """Submit what was signed; return the path of the submission's page."""
    submission = submit.submit(actor=access, model=model, content=content, signatures=signatures)
    return submit.submission_url(submission)


def receipt(signature: Signature) -> str:
    """The reference of the submission that was signed, even if the same content was signed again
    later.
    """
    rows = Submission.objects.filter(
        security_model=signature.security_model_id,
        content_hash=signature.content_hash,
        submitted_at__gte=signature.signed_at,
    )
    found = rows.order_by("submitted_at").values_list("reference", flat=True).first()
    return found or ""


def stands(model: SecurityModel) -> bool:
    """Whether the newest submission still counts. A withdrawn one may be signed again unchanged."""
    latest = latest_submission(model)
    taken_back = {SubmissionStatus.WITHDRAWN, SubmissionStatus.CLOSED}
    return latest is not None and latest.status not in taken_back


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The differences between the application that was read and the current one (A4)."""
    return list(_changes(before, after))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    if numberless(before["company"]) != numberless(after["company"]):
        yield Change(_("The company profile changed."), "#content")
    if before["criteria_set"] != after["criteria_set"]:
        yield Change(_("The criteria set changed."))
    for words in _changes_of_review(before.get("annual_review"), after.get("annual_review")):
        yield Change(words, "#review" if "annual_review" in after else "")
    old, new = _by_code(before), _by_code(after)
    for code in [*new, *(code for code in old if code not in new)]:
        place = f"#c-{code}" if code in new else ""
        for words in _changes_of(code, old.get(code), new.get(code)):
            yield Change(words, place)


def _changes_of_review(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[str]:
    """What differs in the annual review that is signed with it."""
    if before is None or after is None:
        if before is not after:
            yield (
                _("The annual review is part of it now.")
                if after
                else _("The annual review is no longer part of it.")
            )
        return
    if before["due_on"] != after["due_on"]:
        yield _("It is the annual review of another year.")
    if before["assessment"] != after["assessment"]:
        yield _("The statement about the risk assessment changed.")
    if _answered(before) != _answered(after):
        yield _("The answers to the eligibility questions changed.")
    if any(before[part] != after[part] for part in ("sections", "criteria")):
        yield _("The confirmations changed: who confirmed what, and when.")


def _answered(review: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The outcome and the answers for each business type, without who gave them and when."""
    return [
        (one["type"], one["outcome"], [(row["code"], row["answer"]) for row in one["answers"]])
        for one in review["eligibility"]
    ]


def _by_code(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for category in content["categories"] for one in category["criteria"]}


def _changes_of(code: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[str]:
    place = {"code": code}
    if old is None or new is None:
        words = _("Criterion %(code)s was added.") if new else _("Criterion %(code)s was removed.")
        yield words % place
        return
    if any(old[name] != new[name] for name in ("text", "not_applicable", "reason")):
        yield _("The response to %(code)s changed.") % place
    had = {one["sha256"]: one["title"] for one in old["evidence"]}
    has = {one["sha256"]: one["title"] for one in new["evidence"]}
    for digest in has.keys() - had.keys():
        yield filled(_("“%(title)s” was attached to %(code)s."), **place, title=has[digest])
    for digest in had.keys() - has.keys():
        yield filled(_("“%(title)s” was removed from %(code)s."), **place, title=had[digest])
    if any(old[name] != new[name] for name in ("statement", "level", "types", "evidence_required")):
        yield _("The statement of %(code)s, or who it applies to, changed.") % place


APPLICATION = Signable(
    kind="application",
    title=signed_as,
    button=gettext_lazy("Sign and submit"),
    certification=CERTIFICATION,
    template="security_profile/application_to_sign.html",
    agreements=agreements_of,
    content=content,
    blockers=blockers,
    changes=changes,
    complete=complete,
    receipt=receipt,
    stands=stands,
)
