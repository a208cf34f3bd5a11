"""What upper apps do when something is written: this app calls them."""

from __future__ import annotations

from core.providers import Provider
from messages_app.models import Thread

#: (thread): a company wrote in it, in this transaction; nobody leaves it for later unseen.
partner_wrote: Provider[[Thread], None] = Provider("partner_wrote")
