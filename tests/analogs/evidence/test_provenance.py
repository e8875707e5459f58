"""Provenance: versions match the imported packages, the fingerprint follows the source, git."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import numpy as np
import pytest

import analogs.evidence.provenance as module
from analogs.evidence.provenance import current_provenance, git_revision, source_fingerprint


def test_versions_agree_with_the_packages():
    provenance = current_provenance()
    assert provenance.versions["numpy"] == np.__version__
    assert provenance.python == platform.python_version()
    assert {"scipy", "torch", "qiskit", "qgeom"} <= set(provenance.versions)
    assert provenance.source == source_fingerprint()


def test_a_missing_distribution_has_no_version(monkeypatch):
    monkeypatch.setattr(module, "_DISTRIBUTIONS", ("numpy", "no-such-distribution"))
    assert current_provenance().versions["no-such-distribution"] is None


def test_fingerprint_follows_content_and_names(tmp_path, monkeypatch):
    package = tmp_path / "toy_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(module, "_PACKAGES", ("toy_package",))
    seen = [source_fingerprint.__wrapped__()]
    assert seen[0] == source_fingerprint.__wrapped__()
    (package / "notes.txt").write_text("not source")
    assert seen[0] == source_fingerprint.__wrapped__()
    (package / "a.py").write_text("x = 2\n")
    seen.append(source_fingerprint.__wrapped__())
    (package / "a.py").rename(package / "b.py")
    seen.append(source_fingerprint.__wrapped__())
    assert len(set(seen)) == 3


@pytest.fixture
def repository(tmp_path) -> Path:
    """Return a file committed to a fresh repository."""
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    for arguments in (
        ("init", "--quiet"),
        ("add", "a.py"),
        (*identity, "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "-m", "one"),
    ):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)
    return file


def test_revision_of_a_commit(repository):
    arguments = ["git", "-C", str(repository.parent), "rev-parse", "HEAD"]
    head = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.strip()
    assert git_revision(repository) == head
    repository.write_text("x = 2\n")
    assert git_revision(repository) == head + "-dirty"


def test_revision_ignores_a_repository_that_does_not_track_the_file(repository):
    stranger = repository.parent / "installed.py"
    stranger.write_text("")
    assert git_revision(stranger) is None


def test_no_revision_without_repository_or_git(tmp_path, monkeypatch):
    assert git_revision(tmp_path / "a.py") is None
    monkeypatch.setenv("PATH", "")
    assert git_revision() is None
