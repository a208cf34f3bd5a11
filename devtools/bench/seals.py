"""Seals the facts that were copied: without a seal of its own, the portal does not show a fact.

`python -m devtools.bench.seals`, with the settings of the benchmark.
"""

from __future__ import annotations

import django


def main() -> None:
    """Seal the facts of each model that declares some, in one statement a table."""
    django.setup()
    # Models can be imported only once Django is set up.
    from django.db import connections

    from audit.frozen import Frozen
    from audit.frozen.sealing import every_seal, seal_rows
    from audit.services.verification import sealed

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', 'system', false)")
        for model in sealed():
            frozen: Frozen = vars(model)["frozen"]
            seal_rows(cursor, model._meta.db_table, frozen, every_seal(frozen))


if __name__ == "__main__":
    main()
