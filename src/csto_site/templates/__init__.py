"""Template texts to closures, checks and rendered text: `load` them once, then `render` pages from views."""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

import markupsafe
import msgspec

from csto_site.context import PAGES, Site, View
from csto_site.diagnostics import Checked, Diagnostic, Span, problem
from csto_site.model import Digest
from csto_site.templates import bounds, calls, catalogue, names, reach, syntax
from csto_site.templates.catalogue import ENGLISH, Catalogue
from csto_site.templates.names import Shapes, Text
from csto_site.templates.reach import Reference, Way

if TYPE_CHECKING:
    from types import TracebackType

    from jinja2 import Environment, Template, nodes

__all__ = ["Seal", "TemplateFailed", "Templates", "load"]


class TemplateFailed(Exception):  # noqa: N818 - it says what happened; it carries the error
    """A template failed while a page was rendered; `diagnostic` says where and why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic

    def __reduce__(self) -> tuple[type[TemplateFailed], tuple[Diagnostic]]:
        return TemplateFailed, (self.diagnostic,)


class Templates:
    """Checked templates in all languages; compiled per language when a page first needs them.

    `code` is what was compiled before, by language and name, as `marshal` writes it.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        links: Mapping[str, frozenset[str]],
        catalogues: Mapping[str, Catalogue],
        of: Digest,
        code: Mapping[str, dict[str, bytes]] = MappingProxyType({}),
    ) -> None:
        self._texts = texts
        self._links = links
        self._catalogues = catalogues
        self._of = of
        self._code = dict(code)
        self._environments: dict[str, Environment] = {}
        self._compiled: dict[tuple[str, str], Template] = {}

    def __reduce__(self) -> tuple[type[Templates], tuple[object, ...]]:
        return Templates, (self._texts, self._links, self._catalogues, self._of, self._code)

    def compile(self, languages: Iterable[str]) -> tuple[Diagnostic, ...]:
        """Compile all templates for these languages, so that nobody else has to; say which ones cannot be."""
        found: list[Diagnostic] = []
        for language in languages:
            for name in sorted(self._texts.keys() - self._code.get(language, {}).keys()):
                try:
                    self._environment(language).get_template(name)
                except Exception as error:  # noqa: BLE001 - Jinja refuses, or Python does, whatever its reasons
                    found.append(syntax.unread(Text(name, self._texts[name]), error))
            if found:  # every language would say the same
                break
        return tuple(found)

    def render(self, name: str, language: str, **views: View) -> str:
        """Render a template from `site` and `page`; what fails in it is a `TemplateFailed`."""
        try:
            return self._template(name, language).render(views)
        except Exception as error:
            raise TemplateFailed(self._failure(name, error)) from error

    def page(self, name: str, language: str, **views: View) -> bytes:
        """Render as `render` does, to the bytes of a page."""
        text = self.render(name, language, **views)
        try:
            return text.encode()
        except UnicodeEncodeError as error:
            raise TemplateFailed(self._failure(name, error)) from error

    def translator(self, language: str) -> Callable[[str], str]:
        """Give what translates the program's own words, as the texts of templates are, into a language."""
        return self._catalogues.get(_code(language, self._catalogues), ENGLISH).gettext

    def closure(self, name: str) -> tuple[str, ...]:
        """List a template and all that it includes, extends or imports, in alphabetical order."""
        found, waiting = {name}, [name]
        while waiting:
            further = self._links[waiting.pop()] - found
            found |= further
            waiting += further
        return tuple(sorted(found))

    def digest(self, name: str, language: str | None = None) -> Digest:
        """Digest what a template's result depends on beside its views: its closure's texts and the catalogue.

        Without a language the catalogues of all languages count.
        """
        spoken = sorted(self._catalogues) if language is None else [_code(language, self._catalogues)]
        parts = [(each, self._texts[each]) for each in self.closure(name)]
        parts += [(each, repr(_ordered(self._catalogues.get(each, ENGLISH)))) for each in spoken]
        return Digest(sha256(repr(parts).encode()).hexdigest())

    def words(self, language: str) -> Digest:
        """Digest the words of the interface in a language."""
        spoken = self._catalogues.get(_code(language, self._catalogues), ENGLISH)
        return Digest(sha256(repr(_ordered(spoken)).encode()).hexdigest())

    @property
    def seal(self) -> Seal:
        """What is known of these templates, beside their texts, for the next build."""
        links = tuple((name, tuple(sorted(targets))) for name, targets in sorted(self._links.items()))
        spoken = tuple((code, *_ordered(spoken)) for code, spoken in self._catalogues.items())
        return Seal(self._of, links, spoken, {language: dict(of) for language, of in self._code.items()})

    def _template(self, name: str, language: str) -> Template:
        if (name, language) not in self._compiled:
            self._compiled[name, language] = self._environment(language).get_template(name)
        return self._compiled[name, language]

    def _environment(self, language: str) -> Environment:
        if language not in self._environments:
            spoken = self._catalogues.get(_code(language, self._catalogues), ENGLISH)
            self._environments[language] = _environment(self._texts, spoken, self._code.setdefault(language, {}))
        return self._environments[language]

    def _failure(self, name: str, error: Exception) -> Diagnostic:
        at, line = _last_place(error.__traceback__, self._texts) or (name, 0)
        message = _said(error)
        word = message.rpartition("'")[0].rpartition("'")[2]
        span = Text(at, self._texts.get(at, "")).span(line, word)
        hint = "`csto-site context` prints what a template is given"
        return problem("template/failed", span, f"{name} cannot be rendered: {message}", hint)


class Seal(msgspec.Struct, eq=False):
    """What a check found of templates that are well: what each refers to, and the catalogues by language.

    With it the same bytes, of which `of` is the digest, need no second check; `code` is what was compiled of them so
    far, by language and name. Two seals of the same templates are equal.
    """

    of: Digest
    links: tuple[tuple[str, tuple[str, ...]], ...]
    catalogues: tuple[tuple[str, str, tuple[tuple[str, str, tuple[str, ...]], ...]], ...]
    code: dict[str, dict[str, bytes]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seal) and self.of == other.of

    def __hash__(self) -> int:
        return hash(self.of)


def load(
    texts: Mapping[str, bytes], *, locales: Mapping[str, bytes] = MappingProxyType({}), seal: Seal | None = None
) -> Checked[Templates | None]:
    """Check templates (bytes by name below `templates/`) and catalogues (bytes of a `.po` file by language).

    What has the `seal` of an earlier check is not checked again. A preview builds again and again with the same
    templates: these are not even compiled anew.
    """
    return _loaded(tuple(sorted(texts.items())), tuple(sorted(locales.items())), seal)


@lru_cache(maxsize=2)
def _loaded(
    named: tuple[tuple[str, bytes], ...], catalogued: tuple[tuple[str, bytes], ...], seal: Seal | None
) -> Checked[Templates | None]:
    of = Digest(sha256(repr((named, catalogued)).encode()).hexdigest())
    if seal is not None and seal.of == of:
        return Checked(_unsealed(seal, named))
    texts, locales = dict(named), dict(catalogued)
    found: list[Diagnostic] = []
    sources = {name: text for name in texts if (text := syntax.text(name, texts[name], found)) is not None}
    catalogues = _catalogues(locales, found)
    bare = _bare_environment()
    trees = {name: tree for name, text in sources.items() if (tree := syntax.parsed(bare, Text(name, text), found))}
    links = {name: tuple(reach.references(tree)) for name, tree in trees.items()}
    found += _faults(sources, trees, links, frozenset(texts))
    if found:
        return Checked(None, tuple(found))
    targets = {name: frozenset(_targets(each, sources)) for name, each in links.items()}
    return Checked(Templates(sources, targets, catalogues, of))


def _unsealed(seal: Seal, named: tuple[tuple[str, bytes], ...]) -> Templates:
    spoken = {
        code: Catalogue({(context, text): forms for context, text, forms in messages}, rule)
        for code, rule, messages in seal.catalogues
    }
    texts = {name: data.decode("utf-8-sig") for name, data in named}
    return Templates(texts, {name: frozenset(links) for name, links in seal.links}, spoken, seal.of, seal.code)


# -- reading ---------------------------------------------------------------------------------------


def _catalogues(locales: Mapping[str, bytes], found: list[Diagnostic]) -> dict[str, Catalogue]:
    read = {}
    for code in sorted(locales):
        name = f"locale/{code}.po"
        text = syntax.text(name, locales[code], found)
        if text is not None:
            read[code], wrong = catalogue.read(f"templates/{name}", text, code)
            found += wrong
    return read


def _faults(
    sources: Mapping[str, str],
    trees: Mapping[str, nodes.Template],
    links: Mapping[str, tuple[Reference, ...]],
    known: frozenset[str],
) -> Iterator[Diagnostic]:
    for name in PAGES:
        if name not in known:
            message = f"no template '{name}', expected one of that name"
            yield problem("template/missing", Span(f"templates/{name}"), message, "take it from the built-in theme")
    ways = reach.ways(links, PAGES)
    for name, tree in trees.items():
        template = Text(name, sources[name])
        yield from reach.faults(template, links[name], known)
        yield from reach.circular(template, links)
        yield from calls.faults(template, tree, trees)
        yield from names.unknown(template, tree, _given(ways[name]))


def _given(ways: frozenset[Way]) -> dict[str, Shapes]:
    """Say what a template is given: only what it is given from wherever it is reached, of all types that it may be."""
    if not all(is_given_names for _, is_given_names in ways):
        return {}
    pages = [PAGES[name] for name, _ in sorted(ways)]
    given: dict[str, Shapes] = {"site": (Site,)}
    if all(pages):
        given["page"] = tuple(dict.fromkeys(each for page in pages for each in page))
    return given


def _targets(links: tuple[Reference, ...], known: Mapping[str, str]) -> Iterator[str]:
    return (name for each in links for name in each.names if name in known)


# -- rendering -------------------------------------------------------------------------------------


def _bare_environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters = {name: each for name, each in environment.filters.items() if name in names.FILTERS}
    environment.tests = {name: each for name, each in environment.tests.items() if name in names.TESTS}
    environment.globals = {name: each for name, each in environment.globals.items() if name in names.GLOBALS}
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension adds it
    return environment


def _environment(texts: Mapping[str, str], spoken: Catalogue, compiled: dict[str, bytes]) -> Environment:
    """Make what compiles templates, with the translations of one language put in; it notes what it `compiled`."""
    from jinja2 import BaseLoader, TemplateNotFound

    class Loader(BaseLoader):
        def load(
            self,
            environment: Environment,
            name: str,
            globals: MutableMapping[str, object] | None = None,  # noqa: A002 - Jinja's word
        ) -> Template:
            if name not in texts:
                raise TemplateNotFound(name)
            if name not in compiled:
                tree = bounds.bounded(catalogue.folded(environment.parse(texts[name], name), spoken))
                compiled[name] = marshal.dumps(syntax.compiled(environment, tree, name))
            code = marshal.loads(compiled[name])  # noqa: S302 - our own, from this process or from the sealed memo
            # a plain dictionary: a page's context copies it, and copying Jinja's chain of mappings costs 8 µs
            template = environment.template_class.from_code(environment, code, dict(globals or {}))
            template.root_render_func.__globals__["escape"] = _printed
            return template

    environment = _bare_environment()
    environment.loader = Loader()
    environment.product = bounds.product  # type: ignore[attr-defined]  # which `bounded` templates ask for
    environment.power = bounds.power  # type: ignore[attr-defined]
    environment.remainder = bounds.remainder  # type: ignore[attr-defined]
    environment.globals["range"] = bounds.numbers
    environment.filters["format"] = bounds.formatted
    environment.filters |= {name: bounds.spared(environment.filters[name]) for name in bounds.FILTERS}
    environment.context_class = bounds.context()
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        spoken.gettext, spoken.ngettext, newstyle=True, pgettext=spoken.pgettext, npgettext=spoken.npgettext
    )
    return environment


def _printed(value: object) -> str:
    """Escape what is printed: as MarkupSafe does, without making a `Markup` of each piece, five times as fast."""
    if value.__class__ is str:
        return _escape_text(value)
    return value if isinstance(value, markupsafe.Markup) else markupsafe.escape(value)


_escape_text: Callable[[object], str] = getattr(markupsafe, "_escape_inner", markupsafe.escape)


def _said(error: Exception) -> str:
    match error:
        case KeyError():
            return f"there is nothing under {error}, expected one of the names or values that were handed over"
        case UnicodeEncodeError():
            return f"a text holds the character U+{ord(error.object[error.start]):04X}, which is half of one"
        case RecursionError():
            return "it calls or includes itself without an end"
    return _NOISE.sub(r"\1", str(error)) or type(error).__name__


_NOISE = re.compile(r"csto_site\.context\.(\w+) object")


def _last_place(trace: TracebackType | None, texts: Mapping[str, str]) -> tuple[str, int] | None:
    """Find the innermost line of a template in a traceback, which Jinja has rewritten to name templates."""
    found = None
    while trace:
        name = trace.tb_frame.f_code.co_filename.removeprefix("templates/")
        found = (name, trace.tb_lineno) if name in texts else found
        trace = trace.tb_next
    return found


def _code(language: str, known: Mapping[str, Catalogue]) -> str:
    """Give the code of the catalogue for a language: its own, else that of the language without its region."""
    return language if language in known else language.partition("-")[0]


def _ordered(spoken: Catalogue) -> tuple[str, tuple[tuple[str, str, tuple[str, ...]], ...]]:
    return spoken.rule, tuple((*key, forms) for key, forms in sorted(spoken.messages.items()))
