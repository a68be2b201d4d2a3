"""Trees of digests and what stands in each other's way."""

from __future__ import annotations

from hypothesis import given
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
