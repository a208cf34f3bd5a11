"""Makes the companies that the bench copies: one that answers, one that is being reviewed, one that
is certified and in the middle of its annual review.

`python -m devtools.bench.companies`, with the demo's settings and the owner's address for
`migrate`. Prints how many seconds the migration from an empty database took.
"""

from __future__ import annotations

import time

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, load reference data, play the scenarios, start the review."""
    django.setup()
    begun = time.monotonic()
    call_command("migrate", database="owner", verbosity=0)
    print(round(time.monotonic() - begun, 1))
    call_command("load_reference", verbosity=0)
    from portal.demo import cast, stage  # models can be imported only once Django is set up
    from portal.demo.scenarios import SCENARIOS
    from security_profile.services import review

    SCENARIOS["ready"].play()
    SCENARIOS["reviewing"].play()
    model = SCENARIOS["second-round"].play()
    submission = model.submissions.latest("submitted_at")
    actor = stage.actor(stage.register(cast.JONAH), model)
    review.start_review(actor=actor, submission_id=submission.pk)
    for person in (cast.ODALYS, cast.WILHELMINA):
        stage.register(person)
    stage.render_all()


if __name__ == "__main__":
    main()
