"""People with and without a staff role."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import clock
from identity.models import PasswordRecord, User
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

    @factory.post_generation
    def history(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The password is remembered, so that it cannot be used again (U3)."""
        if create:
            PasswordRecord.objects.create(
                user=self, password=self.password, set_at=self.password_changed_at
            )

    @factory.post_generation
    def authenticator(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        """An authenticator app: staff have one, others with ``authenticator=True``.

        Staff of this factory count as verified by it if a client signs them in by force.
        """
        wanted = bool(self.staff_role) if extracted is None else extracted
        if create and wanted:
            device = TOTPDevice.objects.create(user=self, name="authenticator")
            if self.staff_role:
                self.otp_device = device


def made_before(key: Any) -> User:
    """A person of this factory read again, still verified by their authenticator app."""
    user: Any = User.objects.get(pk=key)
    user.otp_device = TOTPDevice.objects.filter(user=user).first()
    return user


@receiver(user_logged_in)
def _verified_by_force(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """``client.force_login`` has no request that django_otp could use."""
    device = getattr(user, "otp_device", None)
    if device is not None and not hasattr(request, "user"):
        request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id


def code_of(user: User, steps: int = 0) -> str:
    """The current code of the person's authenticator app, or the code some half minutes later."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, drift=steps):06d}"
