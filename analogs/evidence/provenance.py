"""Where a result comes from: versions, source code, git revision, machine, time."""

from __future__ import annotations

import datetime
import functools
import hashlib
import importlib.metadata
import importlib.util
import platform
import subprocess
from pathlib import Path

import msgspec

# Read from the package metadata: none of them is imported for it.
_DISTRIBUTIONS = ("qgeom", "numpy", "scipy", "torch", "qiskit", "networkx", "scikit-learn")
_PACKAGES = ("qgeom", "analogs")
_GIT_TIMEOUT_S = 10.0


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about a result that is not the result."""

    created: str
    python: str
    platform: str
    versions: dict[str, str | None]
    revision: str | None
    source: str


def current_provenance() -> Provenance:
    """Return the provenance of a result that this process computes now."""
    return Provenance(
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        python=platform.python_version(),
        platform=platform.platform(),
        versions={name: _version(name) for name in _DISTRIBUTIONS},
        revision=git_revision(),
        source=source_fingerprint(),
    )


@functools.cache
def source_fingerprint() -> str:
    """Return the SHA-256 of all Python files of `qgeom` and `analogs`, paths included."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)
        for root in sorted(spec.submodule_search_locations or ()) if spec else ():
            for path in sorted(Path(root).rglob("*.py")):
                digest.update(f"{package}/{path.relative_to(root).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def git_revision(file: Path = Path(__file__)) -> str | None:
    """Return the commit that `file` belongs to, with "-dirty" if tracked files are changed.

    None where git, a repository or a commit is missing, or where the repository that encloses the
    file does not track it, as with an installed package inside someone else's project.
    """
    tracked = _git(file.parent, "ls-files", "--error-unmatch", file.name)
    return _git(file.parent, "describe", "--always", "--dirty", "--abbrev=40") if tracked else None


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            timeout=_GIT_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (done.stdout.strip() or None) if done.returncode == 0 else None


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
