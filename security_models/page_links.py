"""Addresses of the pages of a C-TPAT account, for problems, tasks and emails."""

from __future__ import annotations

from core.errors import Problem
from core.links import path_to
from core.providers import Provider
from security_models.facts.model_facts import Facts
from security_models.models import BusinessType, SecurityModel

#: (business type) -> the address where its criteria can be read beforehand. The catalogue registers
#: it.
criteria_reading: Provider[[BusinessType], str] = Provider("criteria_reading")

#: (security model) -> the page after the company profile. The security profile registers it.
after_company_profile: Provider[[SecurityModel], str] = Provider("after_company_profile")

#: (facts of a model) -> what is missing beyond the company profile, with its place. The security
#: profile registers it.
missing_beyond: Provider[[Facts], list[Problem]] = Provider("missing_beyond")

#: (security model) -> the page where the signing of the application begins. The security profile
#: registers it.
signing: Provider[[SecurityModel], str] = Provider("signing")


def missing_after(facts: Facts) -> list[Problem]:
    """What is missing beyond the company profile."""
    return [one for found in missing_beyond(facts) for one in found]


def signing_of(model: SecurityModel) -> str:
    """The page where signing begins; at a glance if no app registered one."""
    return next(signing(model), "") or glance(model)


def url(model: SecurityModel, page: str, **more: object) -> str:
    """The path of a page of this app in a model: ``eligibility``, ``identifiers``, …"""
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk, **more}
    return path_to(f"security_models:{page}", **kwargs)


def glance(model: SecurityModel) -> str:
    """The path of the at-a-glance page."""
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return path_to("portal:glance", **kwargs)


def criteria_of(business_type: BusinessType) -> str:
    """The address where the criteria of a business type can be read; empty if no app registered
    one.
    """
    return next(criteria_reading(business_type), "")


def next_after(model: SecurityModel) -> str:
    """The page that *Next* opens from the last tab of the company profile."""
    return next(after_company_profile(model), "") or glance(model)
