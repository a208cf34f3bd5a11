"""People with and without a staff role."""

from __future__ import annotations

import factory

from core import clock
from identity.models import User
from identity.states import SetUpStep

PASSWORD = "Harbor-Lantern-42"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A registered person with a password."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    salutation = "ms"
    first_name = "Rosalind"
    last_name = factory.Sequence(lambda n: f"Achterberg{n}")
    title = "Compliance manager"
    phone = "+1 956 555 0100"
    set_up_step = SetUpStep.DONE
    registered_at = factory.LazyFunction(clock.now)
    email_confirmed_at = factory.LazyFunction(clock.now)
    password_changed_at = factory.LazyFunction(clock.now)
    password = factory.django.Password(PASSWORD)
