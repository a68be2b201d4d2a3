"""Trees of digests and what stands in each other's way."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from csto_site import tree
from csto_site.model import Digest, OutPath

trees = st.dictionaries(st.sampled_from("abcdef").map(OutPath), st.sampled_from("123").map(Digest))


@given(trees, trees)
def test_a_difference_makes_one_tree_from_the_other(old: tree.Tree, new: tree.Tree) -> None:
    """What is added and changed comes from the new tree, what is removed goes."""
    found = tree.difference(old, new)
    kept = {path: digest for path, digest in old.items() if path not in found.removed}

    assert dict(new) == kept | {path: new[path] for path in (*found.added, *found.changed)}
    assert all(tuple(sorted(part)) == part for part in (found.added, found.changed, found.removed))


@given(trees)
def test_a_tree_does_not_differ_from_itself(same: tree.Tree) -> None:
    """Equal trees need no work."""
    assert tree.Difference((), (), ()) == tree.difference(same, same)


def test_two_outputs_of_one_path_collide() -> None:
    """The second writer of a path is named."""
    found = list(tree.collisions([("a.html", ""), ("a.html", "content/a.html")]))

    assert [("output/collision", "content/a.html")] == [(each.code, each.span.path) for each in found]


def test_a_file_collides_with_a_folder_of_its_name() -> None:
    """A path cannot be a file and a folder."""
    found = list(tree.collisions([("a", "static/a"), ("a/b/index.html", "")]))

    assert ["the output 'a/b/index.html' needs a folder where the file 'a' is planned"] == [e.message for e in found]


paths = st.lists(st.sampled_from("ab").map(str) | st.from_regex(r"[ab](/[ab]){1,3}", fullmatch=True), max_size=6)


@given(paths)
def test_many_at_once_collide_like_one_after_another(row: list[str]) -> None:
    """Whether outputs can stand together is the same, however it is found out."""
    ground = tree.Ground()
    one_by_one = [path for path in row if ground.claim(path, "") is not None]

    assert bool(one_by_one) == bool(list(tree.collisions((path, "") for path in row)))
    if len(set(row)) == len(row):
        assert bool(one_by_one) != tree.Ground().claim_all(dict.fromkeys(row, ""))


@given(paths, paths)
def test_many_are_claimed_on_a_ground(first: list[str], then: list[str]) -> None:
    """A ground on which many were claimed at once says the same of each further one."""
    at_once, one_by_one = tree.Ground(), tree.Ground()
    assume(at_once.claim_all(dict.fromkeys(first, "")))
    for path in first:
        one_by_one.claim(path, "")

    assert [one_by_one.claim(p, "") is None for p in then] == [at_once.claim(p, "") is None for p in then]


@given(paths, paths)
def test_many_at_once_where_some_stand(first: list[str], then: list[str]) -> None:
    """They can stand if each of them can."""
    at_once, one_by_one = tree.Ground(first), tree.Ground(first)
    row = dict.fromkeys(then, "")

    assert at_once.claim_all(row) == all(one_by_one.claim(path, "") is None for path in row)
