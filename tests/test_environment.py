"""The four descriptions of the environment agree: pyproject, lock, conda file, Binder."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
OLDEST_PYTHON = "3.11.0"

# The few packages that conda-forge knows under another name.
CONDA_NAMES = {"docker": "docker-py"}


def requirements(*groups):
    """What pyproject asks for: ``runtime``, ``build`` or an extra."""
    extras = PROJECT["project"]["optional-dependencies"]
    lines = {
        "runtime": PROJECT["project"]["dependencies"],
        "build": PROJECT["build-system"]["requires"],
        **extras,
    }
    wanted = groups or lines
    return [Requirement(line) for group in wanted for line in lines[group]]


def locked_requirements():
    """The lock's entries, without hashes and comments."""
    entries = LOCK.replace("\\\n", "").splitlines()
    entries = [entry for entry in entries if entry.strip() and not entry.lstrip().startswith("#")]
    return [Requirement(entry.partition(" --hash")[0]) for entry in entries]


def locked_versions(name):
    """The versions of one package in the lock: more than one if Python's version matters."""
    return [
        Version(next(iter(entry.specifier)).version)
        for entry in locked_requirements()
        if canonicalize_name(entry.name) == canonicalize_name(name)
    ]


def locked_version_on_oldest_python(name):
    for entry in locked_requirements():
        environment = {"python_full_version": OLDEST_PYTHON, "python_version": "3.11"}
        applies = entry.marker is None or entry.marker.evaluate(environment)
        if canonicalize_name(entry.name) == canonicalize_name(name) and applies:
            return Version(next(iter(entry.specifier)).version)
    raise LookupError(f"{name} is not in requirements.lock")


def conda_pins():
    """Package to version, from lines such as ``pandas=3.1``."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    return dict(line.split("=") for line in lines if "=" in line)


def release_prefix(version, pin):
    """A version cut to as many parts as the pin has."""
    return ".".join(version.base_version.split(".")[: len(pin.split("."))])


conda_packages = pytest.mark.parametrize("requirement", requirements("runtime", "lab"), ids=str)


def test_binder_has_the_same_conda_environment():
    top, binder = (ROOT / "environment.yml", ROOT / "binder" / "environment.yml")
    assert top.read_text() == binder.read_text()


def test_conda_python_is_spelled_the_one_way_repo2docker_reads():
    assert conda_pins()["python"] == "3.11"
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains("3.11")


@conda_packages
def test_conda_pin_satisfies_pyproject(requirement):
    pin = conda_pins()[CONDA_NAMES.get(requirement.name, requirement.name)]
    assert requirement.specifier.contains(pin)


@conda_packages
def test_conda_pin_is_the_locked_version(requirement):
    pin = conda_pins()[CONDA_NAMES.get(requirement.name, requirement.name)]
    assert release_prefix(locked_version_on_oldest_python(requirement.name), pin) == pin


def test_postbuild_stops_at_the_first_error_and_can_be_executed():
    script = ROOT / "binder" / "postBuild"
    assert os.access(script, os.X_OK)
    assert re.search(r"^set -e", script.read_text(), re.MULTILINE)
    assert "pip install --no-deps" in script.read_text()


def test_postbuild_takes_the_answers_out_of_the_notebooks(tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    script = (ROOT / "binder" / "postBuild").read_text()
    [line] = [line for line in script.splitlines() if line.startswith("jupyter nbconvert")]
    python = f"PATH={Path(sys.executable).parent}:$PATH"
    subprocess.run(f"{python} {line}", shell=True, check=True, cwd=tmp_path, capture_output=True)
    for path in (tmp_path / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text())["cells"]
        assert not any(cell.get("outputs") for cell in cells), path.name


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    """What repo2docker would build; it needs no Docker to say so."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    home = tmp_path_factory.mktemp("home")
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": str(home)}
    )
    assert result.returncode == 0, result.stderr
    # File names inside the build context appear with their punctuation as "-2e".
    plain = re.sub(r"-([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), result.stdout)
    return result.stdout + result.stderr + plain


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(
            'env update -p ${NB_PYTHON_PREFIX} --file "binder/environment.yml"', id="conda"
        ),
        pytest.param("environment.py-3.11-", id="python"),
        pytest.param("RUN ./binder/postBuild", id="postBuild"),
    ],
)
def test_repo2docker_uses_the_binder_folder(dockerfile, expected):
    assert expected in dockerfile


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_lock_covers_pyproject(requirement):
    versions = locked_versions(requirement.name)
    assert versions
    assert all(requirement.specifier.contains(version) for version in versions)


def test_lock_pins_every_package_with_a_hash():
    for entry in locked_requirements():
        assert [specifier.operator for specifier in entry.specifier] == ["=="], entry
    pins = re.findall(r"^\S+==.*\\\n    --hash=sha256:[0-9a-f]{64}", LOCK, re.MULTILINE)
    assert len(pins) == len(locked_requirements())


def test_the_lock_is_installed_as_it_is():
    """A newer release of a package that is asked for with an extra must not break the set-up."""
    makefile = (ROOT / "Makefile").read_text()
    (install,) = (
        line for line in makefile.splitlines() if "--requirement requirements.lock" in line
    )
    assert {"--require-hashes", "--no-deps"} <= set(install.split())


def test_lock_names_no_host_and_no_path():
    assert not re.search(r"://|^-|@ |/[a-z]+/", LOCK, re.MULTILINE)
