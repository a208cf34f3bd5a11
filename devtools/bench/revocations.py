"""What it costs to revoke the SVI Agreement, with few and with many partners (SVI2).

`python -m devtools.bench.revocations`, with the settings of the benchmark. Prints figures as JSON.
Nothing is kept: each transaction is rolled back.
"""

from __future__ import annotations

import json
from typing import Any

import django

from devtools.bench.many import Measured
from devtools.bench.participants import READERS
from devtools.bench.signed_in import read
from devtools.bench.svi_pages import CONTACT


def _revoked(number: int) -> dict[str, float]:
    # Models can be imported only once Django is set up.
    from django.db import transaction

    from core.access import for_user
    from core.tenancy import on_behalf_of
    from identity.models import User
    from security_models import grants
    from svi.services.consent import revoke_consent

    email, _trade, model = read(CONTACT, "officer", f"{number:012x}")[0]
    person = for_user(User.objects.get(email=email))
    no_signature: Any = None
    with on_behalf_of(person):
        actor = grants.enter(person, model)
        about: dict[str, Any] = {"actor": actor, "model": actor.security_model}
        done = Measured(lambda: revoke_consent(signature=no_signature, **about))
        transaction.set_rollback(True)
    return {
        "relations": done.result.total,
        "statements": done.statements,
        "ms": done.ms,
        "processor_ms": done.processor_ms,
    }


def main() -> None:
    """Print the figures by the number of partners."""
    django.setup()
    print(json.dumps({str(partners): _revoked(number) for partners, number in READERS.items()}))


if __name__ == "__main__":
    main()
