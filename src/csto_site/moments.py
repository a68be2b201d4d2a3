"""The moments of items that are told: when one last changed, how long it is news, when the site changes by itself."""

from __future__ import annotations

from collections.abc import Iterable

from csto_site.model import ChangeKind, Item, Moment

NEWS = 48 * 3600
"""For how many seconds an item stays in the sitemap of news."""


def modified(item: Item) -> Moment:
    """Give the moment that `dateModified` names: the newest major change or correction, else the date."""
    if not item.changes and item.updated is None:
        return item.date
    moments = [change.date for change in item.changes if change.kind is not ChangeKind.MINOR]
    if item.updated and not item.changes:
        moments.append(item.updated)
    return max([item.date, *moments], key=lambda moment: moment.order)


def is_news(item: Item, as_of: int) -> bool:
    """Tell whether an item belongs into the sitemap of news at an instant."""
    return item.withdrawn is None and as_of - NEWS < item.publish.instant <= as_of


def instants(items: Iterable[Item | None]) -> set[int]:
    """Give the instants at which a site changes by itself: items fall due, and leave the sitemap of news.

    Those of changes are among them, since one that is yet to come has a warning.
    """
    shown = [item for item in items if item is not None and not item.draft]
    due = {item.publish.instant for item in shown}
    return due | {each + NEWS for each in due} | {change.date.instant for item in shown for change in item.changes}
