"""One person of the bench with 500 trade accounts, and the pages that show all of them.

The accounts are the first ones that were copied, so they hold the same at every size. Every tenth
one stands above the nine after it. The first one has 1,000 users.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from devtools.bench import bulk
from devtools.bench.signed_in import Page, Person, read

ACCOUNTS = 500
USERS = 1_000
#: An Employee signs in without a code.
FILL = """
    CREATE TEMP TABLE bench_reader AS
    SELECT m.user_id, m.id AS membership_id, c.id AS contact_id
    FROM security_models_contact c
    JOIN trade_accounts_membership m ON m.id = c.membership_id AND m.state = 'active'
    JOIN identity_user u ON u.id = m.user_id AND u.disabled_at IS NULL AND u.set_up_step = 'done'
    WHERE c.role = 'employee' ORDER BY u.email LIMIT 1;
    CREATE TEMP TABLE bench_account AS
    SELECT s.id AS model_id, s.trade_account_id, gen_random_uuid() AS membership_id,
           row_number() OVER (ORDER BY right(s.id::text, 12)) AS n
    FROM security_models_securitymodel s, bench_reader r
    WHERE NOT EXISTS (SELECT 1 FROM trade_accounts_membership m
                      WHERE m.trade_account_id = s.trade_account_id AND m.user_id = r.user_id)
    ORDER BY right(s.id::text, 12) LIMIT {ACCOUNTS};
    INSERT INTO trade_accounts_membership
    SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', a.membership_id, 'trade_account_id', a.trade_account_id))).*
    FROM bench_account a, bench_reader r JOIN trade_accounts_membership m ON m.id = r.membership_id;
    INSERT INTO security_models_contact
    SELECT (jsonb_populate_record(c, jsonb_build_object(
        'id', gen_random_uuid(), 'security_model_id', a.model_id, 'is_primary_poc', false,
        'trade_account_id', a.trade_account_id, 'membership_id', a.membership_id))).*
    FROM bench_account a, bench_reader r JOIN security_models_contact c ON c.id = r.contact_id;
    INSERT INTO trade_accounts_tradeaccountgrant (user_id, permission_id, content_object_id)
    SELECT r.user_id, g.permission_id, a.trade_account_id
    FROM bench_account a, bench_reader r
    JOIN trade_accounts_membership m ON m.id = r.membership_id
    JOIN trade_accounts_tradeaccountgrant g
      ON g.user_id = r.user_id AND g.content_object_id = m.trade_account_id;
    INSERT INTO security_models_securitymodelgrant (user_id, permission_id, content_object_id)
    SELECT r.user_id, g.permission_id, a.model_id
    FROM bench_account a, bench_reader r
    JOIN security_models_contact c ON c.id = r.contact_id
    JOIN security_models_securitymodelgrant g
      ON g.user_id = r.user_id AND g.content_object_id = c.security_model_id;
    UPDATE trade_accounts_tradeaccount t SET parent_id = above.trade_account_id
    FROM bench_account below JOIN bench_account above ON above.n = below.n - below.n %% 10
    WHERE t.id = below.trade_account_id AND below.n %% 10 <> 0
"""
#: People with a sign-in of their own, and no other account.
FILL_USERS = """
    CREATE TEMP TABLE bench_user AS
    SELECT gen_random_uuid() AS id, 'ondine.quarrie.' || i || '@users.example' AS email
    FROM generate_series(1, {USERS}) i;
    INSERT INTO identity_user
    SELECT (jsonb_populate_record(u, jsonb_build_object('id', b.id, 'email', b.email))).*
    FROM bench_user b, bench_reader r JOIN identity_user u ON u.id = r.user_id;
    INSERT INTO trade_accounts_membership
    SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', gen_random_uuid(), 'trade_account_id', a.trade_account_id, 'user_id', b.id,
        'email', b.email))).*
    FROM bench_user b, bench_account a, bench_reader r
    JOIN trade_accounts_membership m ON m.id = r.membership_id
    WHERE a.n = 1;
    INSERT INTO trade_accounts_tradeaccountgrant (user_id, permission_id, content_object_id)
    SELECT b.id, g.permission_id, g.content_object_id
    FROM bench_user b, bench_reader r, bench_account a
    JOIN trade_accounts_tradeaccountgrant g ON g.content_object_id = a.trade_account_id
    WHERE a.n = 1 AND g.user_id = r.user_id
"""
LARGEST = """
    SELECT trade_account_id FROM trade_accounts_membership
    GROUP BY trade_account_id ORDER BY count(*) DESC LIMIT 1
"""
READER = """
    SELECT u.email FROM trade_accounts_membership m JOIN identity_user u ON u.id = m.user_id
    GROUP BY u.email ORDER BY count(*) DESC, u.email LIMIT 1
"""


def fill(cursor: Any) -> None:
    """Make one Employee a user and contact of many companies, and one of these a large one."""
    cursor.execute(bulk.SETTINGS)
    cursor.execute(FILL.format(ACCOUNTS=ACCOUNTS), ())
    cursor.execute(FILL_USERS.format(USERS=USERS), ())


def many_account_pages() -> Iterator[Page]:
    """The list of accounts, its tree, and a page of one of them with the box that stands for it."""
    person = Person(read(READER)[0][0])
    switcher = reverse("portal:accounts")
    places = {
        "switcher, 500 accounts": switcher,
        "switcher, 500 accounts, search": f"{switcher}?q=thistlewick",
        "tree of 500 organizations": reverse("portal:account-tree"),
        "users of an account, 1,000 users": reverse(
            "trade_accounts:users", args=[read(LARGEST)[0][0]]
        ),
        "portfolio home, 500 accounts": reverse("portal:home"),
        "your account, tree of 500": reverse("identity:menu"),
    }
    for name, path in places.items():
        yield person.count(Page(name, [person.get(path)] * 8))
