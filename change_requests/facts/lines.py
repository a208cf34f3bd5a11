"""Lines of change requests as changes of numbers, and the keys of what they change."""

from __future__ import annotations

import uuid

from change_requests.models import ChangeLine
from core.crypto import decrypt
from security_models.facts.locked_numbers import NumberChange


def as_change(line: ChangeLine) -> NumberChange:
    """The change of a number that a line asks for, with the number in the clear."""
    value = line.value
    if line.type is not None and line.type.masked and value:
        value = decrypt(value)
    return NumberChange(
        identifier_id=line.identifier_id,
        before_hash=line.before_hash,
        type=line.type,
        value=value,
        value_hash=line.value_hash,
        shown=line.shown or line.before_shown,
    )


def key_of_name(trade_account_id: uuid.UUID) -> str:
    """The key of the name of a company."""
    return f"name:{trade_account_id}"


def key_of_number(number_id: uuid.UUID) -> str:
    """The key of a number that is entered."""
    return f"number:{number_id}"


def key_of_new(model_id: uuid.UUID, type_code: str, value_hash: str) -> str:
    """The key of a number to add."""
    return f"new:{model_id}:{type_code}:{value_hash}"
