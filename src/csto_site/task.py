"""Jobs to be done, each under the key by which one sees whether it has been done.

A task's key is a digest of all that its job holds. Small jobs are digested themselves. A month is keyed by
the *ids* of what it shows (an item's id is the digest of the whole item, a teaser's of the teaser), so that
no job has to be made to find out that nothing changed. The test of the keys is in `tests/test_plan.py`:
jobs that differ never have one key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from csto_site import jobs, outlines
from csto_site.codec import digest
from csto_site.model import Digest
from csto_site.outlines import Contents, Outline


class Task(NamedTuple):
    """A job to be done: its name among all tasks of the site, its kind and language, its key, how to make it.

    Where it shows whole items it is made of an `outline`.
    """

    name: str
    kind: type[jobs.Job]
    language: str
    key: Digest
    make: Callable[[], jobs.Job]
    outline: Callable[[], Outline] | None = None

    @property
    def bare(self) -> Task:
        """The same without what it would be made of, which is large."""
        return self._replace(make=_nothing, outline=None)


def _nothing() -> jobs.Job:
    raise AssertionError("a bare task was to be made")


def small(name: str, job: jobs.Job) -> Task:
    """Plan a job that is small enough to be its own key."""
    language = jobs.language_of(job)
    return Task(f"{name} {language}", type(job), language, digest(job), lambda: job)


def outlined(
    contents: Contents, name: str, key: Digest, outline: Outline, filled: Callable[[], Outline] | None = None
) -> Task:
    """Plan what is made of an outline; where that is large, it is `filled` only when it is needed."""
    whole = filled or (lambda: outline)
    kind = outlines.KINDS[type(outline)]
    return Task(name, kind, outline.language, key, lambda: outlines.job(whole(), contents), whole)
