"""What is installed builds a site anywhere: from the wheel, and from this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from csto_site import __version__

pytestmark = pytest.mark.packaging

HERE = Path(__file__).parent.parent.parent
AS_OF = "2025-12-31"


def run(*arguments: str | Path, cwd: Path, library: Path | None = None) -> str:
    """Run Python elsewhere, with a library before all that is installed, and give what it printed."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "SOURCE_DATE_EPOCH"}}
    given = kept if library is None else kept | {"PYTHONPATH": str(library)}
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, env=given, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the sdist, and from it the wheel, as a release does."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--no-isolation", "--outdir", folder, cwd=HERE)
    return folder


@pytest.fixture(scope="module")
def library(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a folder of its own; what it depends on is that of the tests."""
    folder = tmp_path_factory.mktemp("library")
    wheel = dist / f"csto_site-{__version__}-py3-none-any.whl"
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", folder, wheel, cwd=folder)
    return folder


def site_made_by(library: Path | None, folder: Path) -> Mapping[str, bytes]:
    """Begin a site in a folder and build it; give its files."""
    run("-m", "csto_site", "init", "mysite", cwd=folder, library=library)
    run("-m", "csto_site", "build", "--as-of", AS_OF, cwd=folder / "mysite", library=library)
    return dict(files_below(folder / "mysite/public"))


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def test_wheel_and_checkout_build_the_same_site_elsewhere(library: Path, tmp_path: Path) -> None:
    """A site begun and built by the wheel equals, byte for byte, the one by the editable install."""
    (tmp_path / "wheel").mkdir()
    (tmp_path / "checkout").mkdir()
    by_wheel = site_made_by(library, tmp_path / "wheel")

    assert "news/2025/sample-first-item/index.html" in by_wheel
    assert by_wheel == site_made_by(None, tmp_path / "checkout")


def test_each_install_is_the_one_that_is_meant(library: Path, tmp_path: Path) -> None:
    """The comparison compares two installs: one lies in the wheel's folder, one in this checkout."""
    ask = ("-c", "import csto_site; print(csto_site.__file__)")

    assert run(*ask, cwd=tmp_path, library=library).startswith(str(library))
    assert run(*ask, cwd=tmp_path).startswith(str(HERE / "src"))


def test_the_wheel_brings_its_command(library: Path, tmp_path: Path) -> None:
    """`csto-site` is there as a program and knows its version."""
    assert run(library / "bin/csto-site", "--version", cwd=tmp_path, library=library) == f"csto-site {__version__}\n"


def test_the_wheel_holds_theme_starter_types_and_licence(dist: Path) -> None:
    """Each file of the theme and of the starter is in the wheel, and nothing of tests or demo."""
    (wheel,) = dist.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    theme = {
        f"csto_site/theme/{part}/{name}" for part in ("templates", "static") for name, _ in files_below(HERE / part)
    }
    starter = {f"csto_site/starter/{name}" for name, _ in files_below(HERE / "src/csto_site/starter")}
    marks = {"csto_site/py.typed", f"csto_site-{__version__}.dist-info/licenses/LICENSE"}

    assert theme | starter | marks <= names
    assert {name.partition("/")[0] for name in names} == {"csto_site", f"csto_site-{__version__}.dist-info"}


def test_the_sdist_holds_what_it_takes_to_test(dist: Path) -> None:
    """Whoever packages the program finds sources, tests and pinned requirements."""
    (sdist,) = dist.glob("*.tar.gz")
    top = f"csto_site-{__version__}"
    with tarfile.open(sdist) as archive:
        names = set(archive.getnames())

    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "tests/packaging/test_packaging.py"):
        assert f"{top}/{name}" in names
