"""What upper apps know about change requests: this app calls them."""

from __future__ import annotations

from change_requests.models import ChangeRequest
from core.providers import Provider

#: (request): a company has sent a returned request again, in the transaction of the sending.
sent_again: Provider[[ChangeRequest], None] = Provider("sent_again")
