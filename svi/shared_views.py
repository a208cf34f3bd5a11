"""The only holes in the wall between companies: what SVI shows one of another (SVI3, SVI5, ADR 25).

Each view reads rows of every company. So each says itself who sees what: it begins at the C-TPAT
accounts that the transaction may enter (``app.security_models``), and shows nothing to staff, to
the system, or to a transaction that has set nothing. What it shows of another company is its name,
and of business types that were ever certified whether they are certified now, and since when.
"""

from __future__ import annotations

from core.laid_views import LaidView
from security_models.states import CERTIFIED_STATUSES
from svi.models import (
    DirectoryEntry,
    DirectoryType,
    Monitor,
    Monitored,
    SeenChange,
    SeenType,
)
from svi.states import LISTED, ConsentStatus, MonitoringStatus

_CERTIFIED = "ARRAY[{}]".format(", ".join(f"'{one}'" for one in sorted(CERTIFIED_STATUSES)))
_LISTED = ", ".join(f"'{one}'" for one in LISTED)
_OWN = "ANY ((SELECT string_to_array(current_setting('app.security_models', true), ','))::uuid[])"
_FLIPS = f"(c.before = ANY ({_CERTIFIED})) <> (c.after = ANY ({_CERTIFIED}))"


def _consents(model: str) -> str:
    """A condition: the account has signed the agreement, and did not revoke it."""
    return f"""EXISTS (SELECT FROM svi_consent s
        WHERE s.security_model_id = {model} AND s.status = '{ConsentStatus.SIGNED}')"""


def _certified(model: str) -> str:
    """A condition: at least one business type of the account is certified (SVI1)."""
    return f"""EXISTS (SELECT FROM security_models_businesstypeaccount t
        WHERE t.security_model_id = {model} AND t.status = ANY ({_CERTIFIED}))"""


def _as_written(row: str) -> str:
    """A condition: the account number is the one that was written, by its seal (P8)."""
    return f"""EXISTS (SELECT FROM audit_seal seal
        WHERE seal.of_table = 'security_models_businesstypeaccount'
            AND seal.row_id = {row}.id::text AND seal.part = 'account_number'
            AND seal.digest = fact_digest(
                jsonb_build_object('account_number', {row}.account_number), ARRAY[]::text[]))"""


_MAY_ASK = f"""EXISTS (SELECT FROM svi_consent own
    WHERE own.security_model_id = {_OWN} AND own.status = '{ConsentStatus.SIGNED}'
        AND {_certified("own.security_model_id")})"""

#: Companies that can be asked, for companies that may ask.
DIRECTORY = f"""
    SELECT m.id, a.name, a.doing_business_as
    FROM trade_accounts_tradeaccount a
    JOIN security_models_securitymodel m ON m.trade_account_id = a.id
    JOIN svi_consent c ON c.security_model_id = m.id AND c.status = '{ConsentStatus.SIGNED}'
    WHERE {_certified("m.id")} AND {_MAY_ASK}
"""  # noqa: S608 (constants)

#: What these companies are certified as.
DIRECTORY_TYPES = f"""
    SELECT b.id, b.security_model_id, b.business_type_id, kind.name, b.account_number AS number
    FROM security_models_businesstypeaccount b
    JOIN security_models_businesstype kind ON kind.slug = b.business_type_id
    JOIN svi_consent c ON c.security_model_id = b.security_model_id
        AND c.status = '{ConsentStatus.SIGNED}'
    WHERE b.status = ANY ({_CERTIFIED}) AND {_MAY_ASK} AND {_as_written("b")}
"""  # noqa: S608 (constants)

#: The day of the newest change of a type ``t`` between Certified and Not Certified.
_NEWEST_FLIP = f"""(
        SELECT c.on FROM audit_statuschange c
        WHERE c.thing = 'business_type_account' AND c.thing_id = t.id AND {_FLIPS}
        ORDER BY c.at DESC, c.id DESC LIMIT 1)"""  # noqa: S608 (constants)


def _partner(own: str, other: str, asked: str, more: str = "", joined: str = "") -> str:
    """The other company of each monitoring in which one's own account is on one side.

    What is shared is asked for in the list of columns, and names are joined from the left: so the
    database reads them for the rows of a page alone, and for none to count.
    """
    shared = f"""FROM security_models_businesstypeaccount t
        WHERE t.security_model_id = g.{other} AND t.certified_on IS NOT NULL
            AND g.status = '{MonitoringStatus.ACCEPTED}'
            AND {_consents(f"g.{own}")} AND {_certified(f"g.{own}")}"""
    return f"""
    SELECT g.id, g.{own} AS security_model_id, g.{other} AS partner_id, a.name,
        a.doing_business_as, g.version, g.status, g.status_at, g.note, g.asked_at,
        g.asked_by_name, g.accepted_at, {asked} AS is_asked,
        (SELECT bool_and(t.status = ANY ({_CERTIFIED})) {shared}) AS is_certified,
        (SELECT CASE WHEN bool_and(t.status = ANY ({_CERTIFIED})) THEN max({_NEWEST_FLIP})
            ELSE min({_NEWEST_FLIP}) FILTER (WHERE t.status <> ALL ({_CERTIFIED})) END {shared})
            AS certified_since {more}
    FROM svi_monitoring g
    LEFT JOIN security_models_securitymodel m ON m.id = g.{other}
    LEFT JOIN trade_accounts_tradeaccount a ON a.id = m.trade_account_id
    {joined}
    WHERE g.{own} = {_OWN} AND g.status IN ({_LISTED})
    """  # noqa: S608 (constants)


_NOTE = """, coalesce(n.reference, '') AS reference, n.owner_id,
        coalesce(n.owner_name, '') AS owner_name, coalesce(n.is_silent, false) AS is_silent,
        n.verified_on, coalesce(n.version, 1) AS note_version"""
MONITORED = _partner(
    "monitor_id",
    "monitored_id",
    "NOT g.asked_by_monitor",
    _NOTE,
    "LEFT JOIN svi_partnernote n ON n.monitoring_id = g.id",
)
MONITOR = _partner("monitored_id", "monitor_id", "g.asked_by_monitor")

#: Accepted monitoring from either side, of accounts that may see the other's status now.
_SHARED = f"""(
        SELECT id, accepted_at, monitor_id AS own, monitored_id AS other
        FROM svi_monitoring WHERE status = '{MonitoringStatus.ACCEPTED}' AND monitor_id = {_OWN}
        UNION ALL
        SELECT id, accepted_at, monitored_id, monitor_id
        FROM svi_monitoring WHERE status = '{MonitoringStatus.ACCEPTED}' AND monitored_id = {_OWN}
    ) g
    JOIN security_models_businesstypeaccount t
        ON t.security_model_id = g.other AND t.certified_on IS NOT NULL"""  # noqa: S608 (constants)
_MAY_SEE = f"{_consents('g.own')} AND {_certified('g.own')}"
TYPES = f"""
    SELECT g.id || ':' || t.id AS id, g.own AS security_model_id, g.id AS monitoring_id,
        t.id AS type_account_id, t.business_type_id, kind.name, t.account_number AS number,
        t.status = ANY ({_CERTIFIED}) AS is_certified, {_NEWEST_FLIP} AS since
    FROM {_SHARED}
    JOIN security_models_businesstype kind ON kind.slug = t.business_type_id
    WHERE {_MAY_SEE} AND {_as_written("t")}
"""  # noqa: S608 (constants)

#: Changes since the acceptance, and the newest one before it: the status at that moment.
CHANGES = f"""
    SELECT g.id || ':' || c.id AS id, g.own AS security_model_id, g.id AS monitoring_id,
        t.id AS type_account_id, c.after = ANY ({_CERTIFIED}) AS is_certified, c.at, c.on
    FROM {_SHARED}
    JOIN audit_statuschange c
        ON c.thing = 'business_type_account' AND c.thing_id = t.id AND {_FLIPS}
    WHERE {_MAY_SEE} AND (c.at >= g.accepted_at OR NOT EXISTS (
        SELECT FROM audit_statuschange later
        WHERE later.thing = 'business_type_account' AND later.thing_id = t.id
            AND {_FLIPS.replace("c.", "later.")}
            AND later.at > c.at AND later.at < g.accepted_at))
"""  # noqa: S608 (constants)

VIEWS = [
    LaidView(model._meta.db_table, source, crosses_tenants=True)
    for model, source in (
        (DirectoryEntry, DIRECTORY),
        (DirectoryType, DIRECTORY_TYPES),
        (Monitored, MONITORED),
        (Monitor, MONITOR),
        (SeenType, TYPES),
        (SeenChange, CHANGES),
    )
]
