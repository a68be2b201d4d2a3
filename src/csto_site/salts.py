"""What jobs are printed with beside what they hold: templates, texts, menu, assets, settings, the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from csto_site import jobs
from csto_site.codec import digest, digest_bytes, fingerprint
from csto_site.explain import Parts
from csto_site.model import Dialect, Digest, FrontMatterRules, Language, Settings
from csto_site.render import TEMPLATES, WORDED, Press

_NO_RULES = FrontMatterRules()
_SELF_CONTAINED = frozenset({jobs.SearchBundle, jobs.PictureRun})
TEXTS = "the texts of the interface"


class Salts(dict[str, Parts]):
    """What jobs of a kind are printed with in a language, part by part; `texts` are the templates' bytes by name."""

    def __init__(self, engine: str, texts: Mapping[str, bytes], press: Press) -> None:
        super().__init__()
        self._texts = texts
        self._press = press
        logo = press.settings.logo and replace(press.settings.logo, mark=(1, 1, 1))
        shown = replace(
            press.settings,
            front_matter=_NO_RULES,
            diagnostics={},
            markdown=Dialect.COMMONMARK,
            accent="",
            logo=logo,
            security=None,
        )
        self._shared = (("the program", engine), ("site.yaml", digest(shown)))
        self._keys: dict[str, Digest] = {}

    def key(self, kind: type[jobs.Job], language: str) -> Digest:
        """Name all of a kind's parts by one digest."""
        name = salt_name(kind, language)
        if name not in self:
            parts = (*self._shared, *self._words(kind, language), *self._parts(TEMPLATES[kind], language))
            self[name] = self._shared[:1] if kind in _SELF_CONTAINED else parts  # its own key says all the rest
            self._keys[name] = digest(*self[name])
        return self._keys[name]

    def salted(self, key: Digest, kind: type[jobs.Job], language: str) -> Digest:
        """Give a task's whole key: that of its job, and that of all it is printed with."""
        return fingerprint((key, self.key(kind, language)))

    def _words(self, kind: type[jobs.Job], language: str) -> Iterator[tuple[str, str]]:
        if kind in WORDED:
            yield TEXTS, self._press.templates.words(language)

    def _parts(self, names: Sequence[str], language: str) -> Iterator[tuple[str, str]]:
        if not names:
            return
        templates = self._press.templates
        yield TEXTS, digest(*(templates.digest(name, language) for name in names))
        for part in sorted({each for name in names for each in templates.closure(name)}):
            yield f"templates/{part}", digest_bytes(self._texts[part])
        yield "the pages in menu and footer", digest(self._press.frames[language])
        yield from ((f"static/assets/{file}", address) for file, address in sorted(self._press.assets.items()))


def salt_name(kind: type[jobs.Job], language: str) -> str:
    """Name a kind of job in a language, as the memo knows what it is printed with."""
    return f"{kind.__name__} {language}"


def reader(engine: str, settings: Settings) -> Digest:
    """Name what parsing depends on beside a source: not the site's titles, which no row shows."""
    plain = replace(
        settings,
        title="",
        description="",
        accent="",
        logo=None,
        hub="",
        item_json=False,
        embeds=(),
        organizations=(),
        security=None,
        search=False,
        taxonomies=tuple(replace(each, title="") for each in settings.taxonomies),
        sections=tuple(replace(each, title="") for each in settings.sections),
        languages=tuple(
            Language(code=each.code, prefix=each.prefix, title="", dates="") for each in settings.languages
        ),
        diagnostics={},
    )
    return digest(engine, plain)
