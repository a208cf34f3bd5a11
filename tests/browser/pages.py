"""The pages of the road in the states that the demonstration holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from identity.models import User
from portal.demo import cast
from portal.demo.cast import HALFMOON, LARKSPUR, OLD_KETTLE, THISTLEWICK, Company
from security_models.models import SecurityModel
from security_profile.models import Submission
from tests.browser.desk import Desk
from trade_accounts.models import TradeAccount

NOBODY = ""
MARGUERITE, ROSALIND = cast.MARGUERITE.email, cast.ROSALIND.email
IGNACIO, LUCERO = cast.IGNACIO.email, cast.LUCERO.email
PRUDENCE, CATALINA = cast.PRUDENCE.email, cast.CATALINA.email
JONAH, ODALYS = cast.JONAH.email, cast.ODALYS.email


class Scene:
    """The demonstration as loaded, and a browser for each of its people."""

    def __init__(self, open_desk: Callable[..., Desk]) -> None:
        self.open_desk = open_desk
        self.at_work: dict[str, Desk] = {}

    def desk(self, email: str) -> Desk:
        """The browser of a person; of a stranger for an empty address."""
        if email not in self.at_work:
            self.at_work[email] = self.open_desk()
            if email:
                self.at_work[email].come_signed_in(User.objects.get(email=email))
        return self.at_work[email]

    def account(self, company: Company) -> TradeAccount:
        """The trade account of a company."""
        return TradeAccount.objects.get(name=company.name)

    def model(self, company: Company) -> SecurityModel:
        """The first C-TPAT account of a company."""
        return SecurityModel.objects.filter(trade_account__name=company.name).earliest("started_at")

    def submission(self, company: Company) -> Submission:
        """Its newest submission."""
        return self.model(company).submissions.latest("submitted_at")


Where = Callable[[Scene], str]


@dataclass(frozen=True)
class Seen:
    """A page as somebody sees it."""

    name: str
    who: str
    where: Where
    status: int = 200


def at(name: str, **kwargs: Any) -> Where:
    """A page that belongs to no account."""
    return lambda _scene: reverse(name, kwargs=kwargs)


def of(company: Company, name: str, **kwargs: Any) -> Where:
    """A page of a trade account."""
    return lambda scene: reverse(name, kwargs={"trade_id": scene.account(company).pk, **kwargs})


def first_of(company: Company, name: str, what: str, key: str) -> Where:
    """A page about the first address or user of a trade account."""

    def where(scene: Scene) -> str:
        account = scene.account(company)
        row = getattr(account, what).order_by("pk").first()
        return reverse(name, kwargs={"trade_id": account.pk, key: row.pk})

    return where


def inside(company: Company, name: str, **kwargs: Any) -> Where:
    """A page of a C-TPAT account."""

    def where(scene: Scene) -> str:
        model = scene.model(company)
        about = {"trade_id": model.trade_account_id, "model_id": model.pk}
        return reverse(name, kwargs={**about, **kwargs})

    return where


def submitted(company: Company, name: str) -> Where:
    """A page about the newest submission of a C-TPAT account."""
    return lambda scene: inside(company, name, submission_id=scene.submission(company).pk)(scene)


def signed(company: Company, name: str) -> Where:
    """A page about the newest signature of a C-TPAT account."""

    def where(scene: Scene) -> str:
        signature = scene.model(company).signatures.latest("signed_at")
        return inside(company, name, signature_id=signature.pk)(scene)

    return where


def reviewed(company: Company, name: str, query: str = "", **kwargs: Any) -> Where:
    """A page of the review of the newest submission."""

    def where(scene: Scene) -> str:
        found = scene.submission(company)
        about = {"model_id": found.security_model_id, "submission_id": found.pk}
        return reverse(name, kwargs={**about, **kwargs}) + query

    return where


def staffed(company: Company, name: str) -> Where:
    """A page of the program about a C-TPAT account."""
    return lambda scene: reverse(name, kwargs={"model_id": scene.model(company).pk})


STRANGERS = (
    Seen("front-door", NOBODY, at("portal:landing")),
    Seen("register", NOBODY, at("identity:register")),
    Seen("register-sent", NOBODY, at("identity:register-sent")),
    Seen("link-ended", NOBODY, at("identity:confirm", token="unknown"), 410),
    Seen("sign-in", NOBODY, at("identity:sign-in")),
    Seen("not-found", NOBODY, lambda _scene: "/nowhere", 404),
)
PEOPLE = (
    Seen("home", MARGUERITE, at("portal:home")),
    Seen("home-three-companies", ROSALIND, at("portal:home")),
    Seen("tasks", ROSALIND, at("portal:tasks")),
    Seen("account-menu", MARGUERITE, at("identity:menu")),
    Seen("account-profile", MARGUERITE, at("identity:profile")),
    Seen("account-password", MARGUERITE, at("identity:password")),
    Seen("account-authenticator", MARGUERITE, at("identity:authenticator")),
    Seen("account-sign-ins", MARGUERITE, at("identity:sign-ins")),
    Seen("invitations", MARGUERITE, at("trade_accounts:invitations")),
)
ORGANIZATION = (
    Seen("trade-create", MARGUERITE, at("trade_accounts:create")),
    Seen("trade-company", MARGUERITE, of(THISTLEWICK, "trade_accounts:company")),
    Seen("trade-addresses", MARGUERITE, of(THISTLEWICK, "trade_accounts:addresses")),
    Seen("trade-address-add", MARGUERITE, of(THISTLEWICK, "trade_accounts:address-add")),
    Seen(
        "trade-address-edit",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:address", "addresses", "address_id"),
    ),
    Seen(
        "trade-address-remove",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:address-remove", "addresses", "address_id"),
    ),
    Seen("trade-users", MARGUERITE, of(THISTLEWICK, "trade_accounts:users")),
    Seen("trade-users-for-a-user", ROSALIND, of(THISTLEWICK, "trade_accounts:users")),
    Seen("trade-user-add", MARGUERITE, of(THISTLEWICK, "trade_accounts:user-add")),
    Seen("trade-user-add-refused", ROSALIND, of(THISTLEWICK, "trade_accounts:user-add"), 403),
    Seen(
        "trade-user-edit",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:user", "memberships", "membership_id"),
    ),
    Seen(
        "trade-user-end",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:user-end", "memberships", "membership_id"),
    ),
    Seen("trade-summary", MARGUERITE, of(THISTLEWICK, "trade_accounts:summary")),
    Seen(
        "document-preparing",
        MARGUERITE,
        of(THISTLEWICK, "trade_accounts:summary-pdf"),
        202,
    ),
    Seen("trade-history", MARGUERITE, of(THISTLEWICK, "trade_accounts:history")),
    Seen("trade-tasks", MARGUERITE, of(THISTLEWICK, "portal:account-tasks")),
    Seen("trade-tasks-returned", IGNACIO, of(HALFMOON, "portal:account-tasks")),
    Seen("api-keys", MARGUERITE, of(THISTLEWICK, "trade_accounts:api-keys")),
    Seen("api-key-add", MARGUERITE, of(THISTLEWICK, "trade_accounts:api-key-add")),
)
BEGINNING = (
    Seen("accounts", MARGUERITE, of(THISTLEWICK, "security_models:accounts")),
    Seen("start", MARGUERITE, of(THISTLEWICK, "security_models:start")),
    Seen("criteria-index", MARGUERITE, at("security_profile:criteria-index")),
    Seen("criteria", MARGUERITE, at("security_profile:criteria", business_type="importer")),
)
DRAFT = (
    Seen("draft-glance", CATALINA, inside(OLD_KETTLE, "portal:glance")),
    Seen("draft-eligibility", CATALINA, inside(OLD_KETTLE, "security_models:eligibility")),
    Seen("draft-identifiers", CATALINA, inside(OLD_KETTLE, "security_models:identifiers")),
    Seen("draft-papers", CATALINA, inside(OLD_KETTLE, "security_models:papers")),
    Seen("draft-addresses", CATALINA, inside(OLD_KETTLE, "security_models:addresses")),
    Seen("draft-contacts", CATALINA, inside(OLD_KETTLE, "security_models:contacts")),
    Seen("draft-history", CATALINA, inside(OLD_KETTLE, "security_models:history")),
    Seen("draft-profile", CATALINA, inside(OLD_KETTLE, "security_profile:profile")),
    Seen("draft-criterion", CATALINA, inside(OLD_KETTLE, "security_profile:criterion", code="3.5")),
    Seen("draft-choose", CATALINA, inside(OLD_KETTLE, "security_profile:choose", code="3.5")),
    Seen("draft-summary", CATALINA, inside(OLD_KETTLE, "security_profile:summary")),
    Seen("draft-sign", CATALINA, inside(OLD_KETTLE, "agreements:read", kind="application")),
)
SUBMITTED = (
    Seen("submitted-glance", PRUDENCE, inside(LARKSPUR, "portal:glance")),
    Seen("submitted-identifiers", PRUDENCE, inside(LARKSPUR, "security_models:identifiers")),
    Seen("submitted-eligibility", PRUDENCE, inside(LARKSPUR, "security_models:eligibility")),
    Seen("submitted-profile", PRUDENCE, inside(LARKSPUR, "security_profile:profile")),
    Seen("submitted-summary", PRUDENCE, inside(LARKSPUR, "security_profile:summary")),
    Seen("submitted-submission", PRUDENCE, submitted(LARKSPUR, "security_profile:submission")),
    Seen("submitted-withdraw", PRUDENCE, submitted(LARKSPUR, "security_profile:withdraw")),
    Seen("submitted-agreements", PRUDENCE, inside(LARKSPUR, "agreements:list")),
    Seen("submitted-agreement", PRUDENCE, signed(LARKSPUR, "agreements:detail")),
    Seen("submitted-signed", PRUDENCE, signed(LARKSPUR, "agreements:done")),
    Seen("agreement-text", PRUDENCE, inside(LARKSPUR, "agreements:text", kind="partner_agreement")),
)
RETURNED = (
    Seen("returned-glance", IGNACIO, inside(HALFMOON, "portal:glance")),
    Seen("returned-profile", IGNACIO, inside(HALFMOON, "security_profile:profile")),
    Seen("returned-criterion", IGNACIO, inside(HALFMOON, "security_profile:criterion", code="3.5")),
    Seen("returned-summary", IGNACIO, inside(HALFMOON, "security_profile:summary")),
    Seen("returned-summary-employee", LUCERO, inside(HALFMOON, "security_profile:summary")),
    Seen("sign-refused", LUCERO, inside(HALFMOON, "agreements:read", kind="application"), 403),
    Seen("returned-submission", IGNACIO, submitted(HALFMOON, "security_profile:submission")),
)
CERTIFIED = (
    Seen("certified-glance", MARGUERITE, inside(THISTLEWICK, "portal:glance")),
    Seen("certified-profile", MARGUERITE, inside(THISTLEWICK, "security_profile:profile")),
    Seen(
        "certified-criterion",
        MARGUERITE,
        inside(THISTLEWICK, "security_profile:criterion", code="1.1"),
    ),
    Seen("certified-contacts", MARGUERITE, inside(THISTLEWICK, "security_models:contacts")),
    Seen("certified-contacts-employee", ROSALIND, inside(THISTLEWICK, "security_models:contacts")),
    Seen("certified-addresses", MARGUERITE, inside(THISTLEWICK, "security_models:addresses")),
    Seen("certified-summary", MARGUERITE, inside(THISTLEWICK, "security_profile:summary")),
    Seen("certified-history", MARGUERITE, inside(THISTLEWICK, "security_models:history")),
)
STAFF = (
    Seen("queue", JONAH, at("reviews:queue")),
    Seen("pool", JONAH, at("reviews:pool")),
    Seen("partner-returned", JONAH, staffed(HALFMOON, "reviews:partner")),
    Seen("partner-certified", JONAH, staffed(THISTLEWICK, "reviews:partner")),
    Seen("review-of-approved", JONAH, reviewed(THISTLEWICK, "reviews:criterion", code="1.1")),
    Seen("review-not-assigned", JONAH, staffed(LARKSPUR, "reviews:partner"), 404),
    Seen("management", ODALYS, at("reviews:management")),
    Seen("invitation-codes", ODALYS, at("reviews:invitation-codes")),
    Seen("partner-for-management", ODALYS, staffed(LARKSPUR, "reviews:partner")),
    Seen("vetting", ODALYS, staffed(LARKSPUR, "reviews:vetting")),
    Seen("assignment", ODALYS, staffed(LARKSPUR, "reviews:assignment")),
    Seen("not-accept", ODALYS, staffed(LARKSPUR, "reviews:not-accept")),
    Seen("staff-profile", ODALYS, at("identity:profile")),
)
DEMO_PAGES = (
    *STRANGERS, *PEOPLE, *ORGANIZATION, *BEGINNING, *DRAFT, *SUBMITTED, *RETURNED, *CERTIFIED,
    *STAFF,
)  # fmt: skip
SECOND_ROUND_PAGES = (
    Seen("second-queue", JONAH, at("reviews:queue")),
    Seen("second-partner", JONAH, staffed(HALFMOON, "reviews:partner")),
    Seen("second-review", JONAH, reviewed(HALFMOON, "reviews:criterion", code="3.5")),
    Seen("second-review-unchanged", JONAH, reviewed(HALFMOON, "reviews:criterion", code="1.1")),
    Seen("second-complete", JONAH, reviewed(HALFMOON, "reviews:complete")),
    Seen("second-glance", IGNACIO, inside(HALFMOON, "portal:glance")),
    Seen("second-submission", IGNACIO, submitted(HALFMOON, "security_profile:submission")),
)
