"""Company information (T2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import PhoneField, WholeNumberField
from core.forms import CreateForm, PortalForm, TextField, VersionedForm

EARLIEST = dt.date(1600, 1, 1)


class WebsiteField(TextField):
    """A web address; without a scheme, https is assumed."""

    def clean(self, value: Any) -> str:
        """A full address."""
        text: str = super().clean(value)
        if not text:
            return text
        full = text if "://" in text else f"https://{text}"
        try:
            URLValidator(schemes=["http", "https"])(full)
        except ValidationError as error:
            raise ValidationError(
                _("Enter a web address, for example www.example.com."), code="url"
            ) from error
        if "@" in urlsplit(full).netloc or len(full) > 200:
            raise ValidationError(
                _("Enter a web address, for example www.example.com."), code="url"
            )
        return full


class CompanyFields(forms.Form):
    """The fields of T2."""

    name = TextField(
        max_length=200,
        label=_("Company name"),
        help_text=_("The legal name, as in the deed of incorporation or the register."),
        error_messages={"required": _("Enter the company name.")},
    )
    doing_business_as = TextField(
        max_length=200,
        required=False,
        label=_("Doing business as"),
        help_text=_("The name your customers know, if it is different."),
    )
    employees = WholeNumberField(
        min_value=1,
        max_value=5_000_000,
        label=_("Number of employees"),
        help_text=_("Everyone on the payroll, at all sites. An estimate is fine."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter the number of employees."),
            "invalid": _("Enter the number of employees in digits."),
            "min_value": _("A company has at least one employee."),
            "max_value": _("Enter at most %(limit_value)s employees."),
        },
    )
    business_started_on = forms.DateField(
        label=_("Business start date"),
        help_text=_("When the company began its business, for example Mar 31, 2004 or 03/31/2004."),
        error_messages={
            "required": _("Enter the business start date."),
            "invalid": _("Enter a date such as 2004-03-31 or 03/31/2004."),
        },
    )
    history = TextField(
        max_length=4000,
        multiline=True,
        label=_("Brief company history"),
        help_text=_("What the company does, since when, and how it has grown. A few sentences."),
        error_messages={"required": _("Write a few sentences on the company's history.")},
    )
    phone = PhoneField(error_messages={"required": _("Enter the company's phone number.")})
    website = WebsiteField(
        max_length=200,
        required=False,
        label=_("Website"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
    )

    def clean_business_started_on(self) -> dt.date:
        """A date that is possible."""
        day: dt.date = self.cleaned_data["business_started_on"]
        if day > clock.today():
            raise ValidationError(_("The business start date is in the future."), code="future")
        if day < EARLIEST:
            raise ValidationError(_("Check the year of the business start date."), code="early")
        return day


class NewCompanyForm(CreateForm, CompanyFields):
    """The first step of the wizard: creates the account."""


class CompanyForm(VersionedForm, CompanyFields):
    """The company information of an account; the name is left out once it is locked (T3)."""

    def __init__(
        self,
        *args: Any,
        name_locked: bool = False,
        home: Callable[[], str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if home is not None:
            cast(PhoneField, self.fields["phone"]).home = home
        if name_locked:
            del self.fields["name"]


class ConfirmForm(PortalForm):
    """A confirmation without fields."""
