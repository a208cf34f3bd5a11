"""The banners of notices of the program, as the layouts show them."""

from __future__ import annotations

from typing import Any

from core.access import Access
from core.links import path_to
from messages_app.selectors.banners import banners_for


def banner_items(access: Access, stamp: str, here: str) -> list[dict[str, Any]]:
    """The banners for this reader, each with its page and the address that closes it.

    The page of a notice does not show its banner.
    """
    is_known = access.user is not None
    items = []
    for banner in banners_for(access, stamp):
        if is_known:
            url = path_to("messages_app:program-notice", notice_id=banner.notice_id)
        else:
            url = path_to("messages_app:public-notice", public_notice_id=banner.notice_id)
        closes = banner.can_be_dismissed and is_known
        dismiss = path_to("messages_app:notice-dismiss", notice_id=banner.notice_id)
        items.append({"banner": banner, "url": url, "dismiss": dismiss if closes else ""})
    return [item for item in items if item["url"] != here]
