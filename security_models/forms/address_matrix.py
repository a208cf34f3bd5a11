"""The choice of addresses of one C-TPAT account among many on a page (S4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from security_models.forms.addresses import AddressesForm
from security_models.selectors.addresses import choice_mark
from trade_accounts.models import Address


class MatrixForm(AddressesForm):
    """The same form, with lists for Primary and Mailing; its prefix is the id of the account."""

    primary = forms.ChoiceField(
        label=_("Primary address"),
        error_messages={"required": _("Choose the Primary address.")},
    )
    mailing = forms.ChoiceField(
        label=_("Mailing address"),
        error_messages={"required": _("Choose the Mailing address.")},
    )

    def __init__(
        self,
        *args: Any,
        addresses: Iterable[Address],
        mark: Callable[[Any], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, addresses=addresses, mark=mark, **kwargs)
        for name in ("primary", "mailing"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("Choose")), *field.choices]  # type: ignore[misc]

    @property
    def is_untouched(self) -> bool:
        """Whether what was sent is what the page showed: then there is nothing to save, whatever
        someone else has chosen meanwhile.
        """
        sent: Any = self.data
        if self.add_prefix("seen") not in sent:
            return True
        primary, mailing = (sent.get(self.add_prefix(name), "") for name in ("primary", "mailing"))
        secondary = sent.getlist(self.add_prefix("secondary"))
        return bool(choice_mark(primary, mailing, secondary) == sent.get(self.add_prefix("seen")))
