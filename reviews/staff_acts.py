"""The decisions about partners that are reserved to other staff (G1, G2, R6)."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from django.utils.translation import gettext as _

from audit.services import model_scope
from core.access import Access
from core.errors import NotVisible, Problem
from core.links import path_to
from core.text import filled
from identity.selectors.user_state import management, recipient
from identity.staff_acts import Matter, StaffAct, register, without
from security_models import grants
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.selectors.who_decides import Act, may_decide, others_who_can
from security_models.services.staff import APPROVAL, ASSIGNMENT, NOT_ACCEPT, VETTING
from security_models.states import BusinessTypeStatus


def register_all() -> None:
    """Register the acts."""
    vetting = functools.partial(_gate, Act.VETTING, "reviews:vetting")
    approval = functools.partial(_gate, Act.APPROVAL, "reviews:partner")
    register(StaffAct(VETTING, vetting, "model_id", frozenset({"reviews:vetting"})))
    register(StaffAct(APPROVAL, approval, "model_id"))
    for code, page in ((ASSIGNMENT, "reviews:assignment"), (NOT_ACCEPT, "reviews:not-accept")):
        read = functools.partial(_of_management, code, page)
        register(StaffAct(code, read, "model_id", frozenset({page})))


def _entered(access: Access, model_id: uuid.UUID) -> tuple[Access, SecurityModel]:
    """The reader inside the model. Raises NotVisible if they do not review it."""
    at_hand = access.roots.get("security_model")
    here = access if at_hand and at_hand.pk == model_id else grants.enter(access, model_id)
    if not here.has(P.REVIEW):
        raise NotVisible("security_model")
    return here, here.security_model


def _matter(model: SecurityModel, what: str, **about: Any) -> Matter:
    name = model.trade_account.name
    return Matter(
        what=filled(what, name=name),
        group=_("management"),
        scope=model_scope(model.pk),
        accounts=(f"{name}, {model.reference}",),
        back=path_to("reviews:partner", model_id=model.pk),
        **about,
    )


def _problems(model: SecurityModel) -> tuple[Problem, ...]:
    """Gates can be decided only while the account is an applicant; entering it has read that."""
    if any(one["status"] == BusinessTypeStatus.APPLICANT for one in model.identity_types):
        return ()
    return (Problem("wrong_state", _("This C-TPAT account is not an applicant.")),)


def _gate(act: Act, page: str, access: Access, model_id: uuid.UUID) -> Matter:
    """Passing one of the two gates: everyone who can, except the person who decided the other one
    (G1).
    """
    here, model = _entered(access, model_id)
    if act is Act.VETTING:
        what, only = _("decide vetting of %(name)s"), _("These people can pass vetting:")
    else:
        what = _("complete the review of %(name)s")
        only = _("These people can approve the profile:")
    able = [recipient(user) for user in others_who_can(model, act)]
    return _matter(
        model,
        what,
        only=only,
        people=without(able, here.user_id),
        url=path_to(page, model_id=model.pk),
        mine=bool(may_decide(here, model, act)),
        problems=_problems(model),
    )


def _of_management(code: str, page: str, access: Access, model_id: uuid.UUID) -> Matter:
    """Assigning a partner to another specialist, and not accepting one: only management may."""
    here, model = _entered(access, model_id)
    if code == ASSIGNMENT:
        what, only = _("assign %(name)s"), _("Only management can assign partners:")
        problems: tuple[Problem, ...] = ()
    else:
        what = _("decide not to accept %(name)s")
        only, problems = _("Only management can refuse an application:"), _problems(model)
    able = here.once(("management", model.pk), lambda: management(model))
    return _matter(
        model,
        what,
        only=only,
        people=without(able, here.user_id),
        url=path_to(page, model_id=model.pk),
        mine=here.has(P.ASSIGN if code == ASSIGNMENT else P.VET),
        problems=problems,
    )
