"""What the database's own catalogue says about row-level security, and which tables have none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.row_security import ALL_ROWS

#: The columns that name the tenant or the owner of a row. A foreign key to a row of a tenant does
#: so under any name.
TENANTS = {"trade_account_id", "security_model_id", "scope_id"}
#: Tables that are tenants themselves, and the grants on them.
ROOTS = {
    "trade_accounts_tradeaccount", "trade_accounts_tradeaccountgrant",
    "security_models_securitymodel", "security_models_securitymodelgrant",
}  # fmt: skip

_PERSON = "belongs to a person, who is known only after it was read (sign-in, emailed links)"
_REFERENCE = "reference data of the program, the same for everyone"
_FRAMEWORK = "Django's or a package's own; has no row of a company"

#: Tables without row-level security, and why.
OPEN = {
    **dict.fromkeys(
        (
            "identity_user", "identity_passwordrecord", "identity_securityquestion",
            "identity_mailedlink", "identity_keptpost", "identity_signinevent",
            "identity_recoverycase", "identity_backupcodes", "identity_backupcode",
            "identity_usedchallenge", "identity_session", "identity_calendarfeed",
            "notifications_choice",
            "otp_totp_totpdevice", "django_otp_webauthn_webauthncredential",
            "django_otp_webauthn_webauthnattestation", "django_otp_webauthn_webauthnuserhandle",
        ),
        _PERSON,
    ),
    **dict.fromkeys(
        (
            "trade_accounts_addresstype", "security_models_businesstype",
            "security_models_eligibilityquestion", "security_models_noteligiblereason",
            "security_models_identifiertype", "security_models_identifierrequirement",
            "documents_documenttype", "agreements_agreementtext", "security_profile_criteriaset",
            "security_profile_category", "security_profile_criterion",
            "security_profile_applicability", "security_profile_criterionversion",
            "security_profile_cataloguestamp", "security_profile_returnreason",
        ),
        _REFERENCE,
    ),
    **dict.fromkeys(
        (
            "identity_user_groups", "identity_user_user_permissions", "auth_group",
            "auth_permission", "auth_group_permissions", "django_content_type",
            "django_migrations", "axes_accessattempt", "axes_accessattemptexpiration",
            "axes_accessfailurelog", "axes_accesslog", "guardian_userobjectpermission",
            "guardian_groupobjectpermission",
        ),
        _FRAMEWORK,
    ),
    "messages_app_noticestamp": "one row, a random value",
    "audit_anchor": "signed statements about all records; names none",
    "audit_difference": "names a row that was altered, for operators; holds nothing of it",
    "notifications_failingaddress": "an address from which emails come back, whoever has it",
    "audit_sweeprun": "counts what a sweep did; names no row",
    "identity_staffask": "between members of staff",
    "security_models_staffabsence": "of members of staff",
}  # fmt: skip

#: The views with which one company sees what another shares; each limits itself (ADR 25), and
#: tests/svi/test_shared_views.py tries each of them.
CROSSING = {
    "svi_directory", "svi_directory_type", "svi_monitor", "svi_monitored", "svi_seen_change",
    "svi_seen_type",
}  # fmt: skip

_TABLES = """
    SELECT c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
        coalesce('security_invoker=true' = ANY (c.reloptions), false),
        ARRAY(SELECT attname::text FROM pg_attribute
              WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                  AND attname = ANY (%(tenants)s)
              UNION SELECT attname::text FROM pg_constraint k, pg_attribute a
              WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attrelid = c.oid
                  AND a.attnum = ANY (k.conkey)
                  AND EXISTS (SELECT FROM pg_class p WHERE p.oid = k.confrelid
                              AND p.relrowsecurity)),
        ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid AND polcmd = '*'
              AND polroles = '{0}' AND polqual IS NOT NULL AND polwithcheck IS NOT NULL),
        ARRAY(SELECT polname::text FROM pg_policy
              WHERE polrelid = c.oid AND polroles <> ARRAY[(%(all_rows)s::regrole)::oid]
              AND 'true' IN (pg_get_expr(polqual, c.oid), pg_get_expr(polwithcheck, c.oid)))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY c.relname
"""


def faults(cursor: Any) -> Iterator[str]:
    """Every hole in the second wall, in words."""
    for table, kind, enabled, forced, invoker, columns, policies, blank in _tables(cursor):
        if kind == "m":
            yield f"{table}: a materialized view ignores policies"
        elif kind == "v":
            if not invoker and table not in CROSSING:
                yield f"{table}: a view without security_invoker"
        elif table in OPEN:
            if columns or table in ROOTS:
                yield f"{table}: declared open, but has a tenant's column"
        elif not enabled or not policies:
            yield f"{table}: no policy with USING and WITH CHECK, and not declared open"
        elif not forced:
            yield f"{table}: not forced for its owner"
        elif blank:
            yield f"{table}: a policy shows every row to everyone"


def walled(cursor: Any) -> list[str]:
    """The tables with row-level security."""
    return [row[0] for row in _tables(cursor) if row[2]]


def _tables(cursor: Any) -> list[Any]:
    cursor.execute(_TABLES, {"all_rows": ALL_ROWS, "tenants": sorted(TENANTS)})
    return list(cursor.fetchall())


#: Each condition is one that no role of the portal may meet.
_ROLES = {
    "is a superuser": "rolsuper",
    "bypasses policies": "rolbypassrls",
    "creates roles": "rolcreaterole",
    "creates databases": "rolcreatedb",
    "owns tables or has the owner's rights": """EXISTS (
        SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND pg_has_role(r.oid, relowner, 'MEMBER')
    )""",
    "owns the database or has its owner's rights": """EXISTS (
        SELECT FROM pg_database WHERE datname = current_database()
            AND pg_has_role(r.oid, datdba, 'MEMBER')
    )""",
    "has the rights of another role at all times": """EXISTS (
        SELECT FROM pg_auth_members WHERE member = r.oid AND (inherit_option OR admin_option)
    )""",
    "can take on another role": """EXISTS (
        SELECT FROM pg_auth_members WHERE member = r.oid AND roleid <> %(all_rows)s::regrole
    )""",
}


def faults_of_roles(cursor: Any, app: str) -> Iterator[str]:
    """What the portal's role, or the role that sees all rows, may do and should not."""
    for fault, condition in _ROLES.items():
        cursor.execute(
            f"SELECT rolname FROM pg_roles r WHERE rolname IN (%(app)s, %(all_rows)s) "
            f"AND {condition} ORDER BY rolname",
            {"app": app, "all_rows": ALL_ROWS},
        )
        for (role,) in cursor.fetchall():
            yield f"{role} {fault}"
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = %s AND rolcanlogin", [ALL_ROWS])
    for (role,) in cursor.fetchall():
        yield f"{role} can sign in"
