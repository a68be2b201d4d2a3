"""The short way through front matter gives what the long one gives, and is the one that is mostly taken."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csto_site.parse import front_matter, simple_yaml, yaml_tree
from csto_site.parse.reading import Reading
from csto_site.parse.yaml_tree import Mapping, Scalar, Sequence

ROOT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CSTO_CORPORA", ROOT.parent / "shared" / "corpora"))
SHARES = {"carpentries": 0.95, "digitalgov": 0.85, "radio-t-yaml": 1.0, "swift": 0.95}
"""How many of the sources of each real archive go the short way, at least."""

SIMPLE = (
    "title: Storm",
    "title:   a text  with   blanks  ",
    "title: Storm:a report",
    "title: 'It''s a storm: # [x]'   ",
    'title: "He said \\"Storm\\"" ',
    'title: ""',
    "title: ''",
    "title: Буря 2.0, it's “here” & there \U0001f30a",
    "date: 2024-05-01 18:30 +03:00",
    "url: https://news.example.org/#top?x=1&y={z}",
    "draft:",
    "draft:   \nlead: ~",
    "# a comment: of its own\n\ntitle: Storm\n#\ndate: 2024-05-01",
    "tags: []",
    "tags: [ ]",
    'tags: [sea, \'the, weather\', "a \\"b\\"" ,C++]  ',
    "tags:\n- sea\n-   the weather\ndraft:",
    "tags:\n  - 'sea'\n\n# of two\n  - [x, y]\ntitle: Storm",
    "image:\n  path: storm.jpg\n  alt: 'The harbour'\n  caption:\ntitle: Storm",
)
LEFT = (
    "",
    "# nothing",
    "Storm",
    "- a",
    "title: Storm: a report",
    "title: Storm # a comment",
    "title: Storm:",
    "title: *a",
    "title: &a b",
    "title: !!str b",
    "title: |\n  Storm",
    "title: >-\n  Storm",
    "title: Storm\n  goes on",
    'title: "Storm\n  goes on"',
    'title: "a\\tb"',
    'title: "a\\\\"',
    "title: 'a' b",
    "title: @a",
    "title: - a",
    "title:Storm",
    "title:\tStorm",
    "title: a\tb",
    "title : Storm",
    " title: Storm",
    "'title': Storm",
    "? title\n: Storm",
    "<<: {title: Storm}",
    "title: Storm\ntitle: Calm",
    "title: Storm\nTITLE: Calm",
    "image: {path: a}",
    "tags: [a,\n  b]",
    "tags: [a, ]",
    "tags: [a: b]",
    "tags: [[a]]",
    "tags: a\n- b",
    "tags:\n- a\n - b",
    "tags:\n- a: b",
    "tags:\n-",
    "tags:\n- - a",
    "image:\n  path: a\n  path: b",
    "image:\n  path: a\n   alt: b",
    "image:\n  path: a\n  - b",
    "image:\n  path:\n    deeper: a",
    "...",
    "title: Storm\n---\ntitle: Calm",
    "%YAML 1.1",
    "title: a\x7fb",
    "# a\x7fb\ntitle: a",
    "title: a\u2028b",
    "title: a\ufeffb",
)


def long_way(text: str, line: int) -> yaml_tree.Node | None:
    """Read YAML as `yaml_tree` does; None if it has problems."""
    reading = Reading("content/x.md", text)
    found = yaml_tree.tree(text, line, reading)
    return None if reading.problems else found


@pytest.mark.parametrize("text", SIMPLE)
def test_the_short_way(text: str) -> None:
    """What is simple is read, with each text, style and place as PyYAML has them."""
    found = simple_yaml.simple(text, 2)

    assert found is not None
    assert long_way(text, 2) == found


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left_to_the_long_way(text: str) -> None:
    """Whatever else YAML has, and all that is no YAML, is not read here."""
    assert simple_yaml.simple(text, 1) is None


def test_places_are_those_of_the_file() -> None:
    """Lines count from the one where front matter begins, columns from 1, quotes and brackets included."""
    expected = Mapping(
        (
            (Scalar("title", "", 3, 1, 5), Scalar("Storm", '"', 3, 9, 7)),
            (Scalar("tags", "", 4, 1, 4), Sequence((Scalar("a", "", 4, 8, 1), Scalar("b", "'", 4, 11, 3)), 4, 7, 8)),
        ),
        3,
        1,
    )

    assert expected == simple_yaml.simple("\ntitle:  \"Storm\"\ntags: [a, 'b']\n", 2)


def test_both_ways_lead_on() -> None:
    """Who reads front matter gets a tree of what is simple and of what is not."""
    reading = Reading("content/x.md")
    simple, other = (simple_yaml.tree(text, 1, reading) for text in ("lead: One.", "lead: |\n  One."))

    assert isinstance(simple, Mapping)
    assert isinstance(other, Mapping)
    assert ["One.", "One."] == [node.text for _, node in (*simple.entries, *other.entries) if isinstance(node, Scalar)]


_BITS = (
    *"ab:-'\"[]{},#&*!|>%@`?~=.\\\t\x85\xa0é\u2028\ufeff\x7f\U0001f30a",
    *("a b", ": ", " ", "  ", "- ", ", ", " #", "''", '\\"', "\\\\", "<<", "...", "---", "https://a.b/", "1.0"),
)
_LINES = st.one_of(
    st.sampled_from([line for text in (*SIMPLE, *LEFT) for line in text.split("\n")]),
    st.builds(
        lambda start, bits: start + "".join(bits),
        st.sampled_from(["a: ", "b:", "c: [", "  d: ", "  e:", "- ", "  - ", " -", "f: '", 'g: "', "", "  "]),
        st.lists(st.sampled_from(_BITS), max_size=6),
    ),
)


@given(st.lists(_LINES, max_size=6).map("\n".join), st.sampled_from(["", "\n", "\n\n"]))
@example("a:\n# b\n- c\n\n\n- d", "\n")
@example("# \x7f\na:", "")
def test_both_ways_agree(text: str, end: str) -> None:
    """Of lines of every kind, broken ones too, the short way reads nothing that the long one reads otherwise."""
    found = simple_yaml.simple(text + end, 4)

    assert found is None or long_way(text + end, 4) == found


@pytest.mark.corpora
@pytest.mark.skipif(
    not CORPORA.is_dir(), reason="no real archives beside the checkout: set CSTO_CORPORA to their folder"
)
@pytest.mark.parametrize("archive", SHARES)
def test_real_archives(archive: str) -> None:
    """Both ways agree over real archives, most of whose sources go the short one."""
    counts: Counter[str] = Counter()
    for path in (CORPORA / archive).rglob("*.md"):
        reading = Reading(path.name)
        text = front_matter.text(path.read_bytes(), reading)
        parts = None if text is None else front_matter.split(text, reading)
        if parts is None:
            continue
        found = simple_yaml.simple(parts.head, parts.head_line)
        counts["all"] += 1
        counts["short"] += found is not None
        assert found is None or long_way(parts.head, parts.head_line) == found, path
    print(f"{archive}: {counts['short']} of {counts['all']} go the short way")

    assert counts["short"] >= SHARES[archive] * counts["all"] > 0
