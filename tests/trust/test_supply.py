"""What CI installs is what was looked at: every package has a version and hashes, and the list is not behind pyproject.toml."""

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
LOCKED = {
    canonicalize_name(name): (version, rest.count("--hash=sha256:"))
    for name, version, rest in re.findall(
        r"^([\w.-]+)==(\S+)(.*?)(?=^\S|\Z)", (ROOT / ".ci/requirements.txt").read_text(), re.MULTILINE | re.DOTALL
    )
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("wanted", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
def test_a_package_of_ours_is_locked_to_a_version_that_we_allow(wanted: str) -> None:
    requirement = Requirement(wanted)
    assert canonicalize_name(requirement.name) in LOCKED, f"{wanted}: run `make lock`"
    version, _ = LOCKED[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(Version(version), prereleases=True), f"{wanted}: run `make lock`"


def test_each_locked_package_has_hashes() -> None:
    assert [name for name, (_, hashes) in LOCKED.items() if not hashes] == []


def test_ci_installs_the_locked_packages() -> None:
    assert "export LOCKED=1" in (ROOT / ".ci/run").read_text()
    assert "--require-hashes -r .ci/requirements.txt" in (ROOT / "Makefile").read_text()


def test_each_npm_package_of_the_extension_has_a_hash() -> None:
    packages = json.loads((ROOT / "vscode-extension/package-lock.json").read_text())["packages"]
    assert len(packages) > 100
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
