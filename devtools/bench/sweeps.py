"""What a sweep of annual reviews reads on a day on which little is due.

`python -m devtools.bench.sweeps`, with the settings of the benchmark. Prints as JSON how many
accounts are certified, how many of them are due, and what finding these costs.
"""

from __future__ import annotations

import json
import time

import django


def main() -> None:
    """Find what is due today, as after a run that served everything yesterday."""
    django.setup()
    # Models can be imported only once Django is set up.
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from audit.models import SweepRun
    from core import clock
    from core.access import system
    from core.program_days import DAY
    from core.tenancy import on_behalf_of
    from security_models.models import BusinessTypeAccount
    from security_profile.tasks import REVIEWS

    with on_behalf_of(system("Benchmark")):
        now, yesterday = clock.now(), clock.today() - DAY
        SweepRun.objects.create(
            sweep=REVIEWS.name, started_at=now, finished_at=now, day=yesterday, done={}
        )
        certified = BusinessTypeAccount.objects.exclude(certified_on=None).count()
        due = len(list(REVIEWS.running(clock.today())))
        with CaptureQueriesContext(connection) as asked:
            begun = time.process_time(), time.monotonic()
            due = len(list(REVIEWS.running(clock.today())))
            spent = time.process_time() - begun[0], time.monotonic() - begun[1]
        transaction.set_rollback(True)
    figures: dict[str, float] = {
        "certified": certified,
        "due": due,
        "statements": len(asked.captured_queries),
    }
    figures |= {"processor_ms": round(spent[0] * 1000, 1), "ms": round(spent[1] * 1000, 1)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
