"""The lesson image: found, built, packed, saved, loaded; and what is said when it cannot be."""

import contextlib
import functools
import io

import docker.errors
import pytest

from dockernet_lessons import errors, image
from dockernet_lessons.image import contents, pack, provide
from dockernet_lessons.labels import IMAGE

REPOSITORY = "dockernet-test-image"
REFERENCE = f"{REPOSITORY}:latest"
NOWHERE = "FROM registry.invalid/nothing:1\n"


@pytest.fixture
def scratch(client, monkeypatch):
    """Let the module work on an image of another name, which is removed afterwards."""
    monkeypatch.setattr(provide, "REFERENCE", REFERENCE)
    monkeypatch.setattr(
        provide,
        "pack_from_tools",
        functools.partial(provide.pack_from_tools, repository=REPOSITORY),
    )
    yield client
    remove(client)


@pytest.fixture
def offline(scratch, monkeypatch, tmp_path):
    """Let the build ask a registry that does not exist."""
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(NOWHERE)
    build = functools.partial(provide.build_from_dockerfile, dockerfile=dockerfile)
    monkeypatch.setattr(provide, "build_from_dockerfile", build)
    return scratch


def remove(client):
    with contextlib.suppress(docker.errors.ImageNotFound):
        client.images.remove(REFERENCE, force=True)


def label(client):
    return client.images.get(REFERENCE).labels.get(IMAGE)


def import_foreign(client, commands):
    """Make an image of that name without our label."""
    archive = io.BytesIO()
    pack.write_root(archive, commands)
    client.api.import_image(src=archive.getvalue(), repository=REPOSITORY, tag="latest")


def test_every_command_is_in_the_image(lab, tag):
    lab.run(f"{tag}-full")
    probe = "; ".join(f"command -v {command} || echo lacks {command}" for command in image.COMMANDS)
    printed = str(lab.exec(f"{tag}-full", ["sh", "-c", probe]))
    assert "lacks" not in printed
    assert lab.client.images.get(image.REFERENCE).labels[IMAGE] in ("built", "packed")


@pytest.mark.parametrize(
    ("command", "exit_code"),
    [
        ("ip -json addr", 0), ("bridge -json link", 0), ("ping -c 1 127.0.0.1", 0),
        ("ps aux", 0), ("getent hosts localhost", 0), ("iptables --version", 0),
        ("tcpdump --version", 0), ("traceroute --version", 0), ("nsenter --version", 0),
        ("timeout 0.1 sleep 1", 124), ("grep -q root /etc/passwd", 0), ("hostname", 0),
    ],
)  # fmt: skip
def test_the_commands_run_with_all_that_they_load(lab, tag, command, exit_code):
    lab.run(f"{tag}-full")
    result = lab.exec(f"{tag}-full", command)
    assert result.exit_code == exit_code, result.text


def test_the_dockerfile_installs_every_package():
    dockerfile = provide.DOCKERFILE.read_text()
    assert all(package in dockerfile for package in contents.COMMANDS.values())


@pytest.mark.real
def test_the_engine_accepts_the_dockerfile(scratch, tmp_path):
    """With the image at hand as the base, and nothing installed, for want of a registry."""
    text = provide.DOCKERFILE.read_text()
    base = text.replace("FROM ubuntu:24.04", f"FROM {image.REFERENCE}")
    (tmp_path / "Dockerfile").write_text(base.replace("RUN ", "RUN exit 0; "))
    assert base != text
    provide.build_from_dockerfile(scratch, dockerfile=tmp_path / "Dockerfile")
    assert label(scratch) == "built"
    assert scratch.images.get(REFERENCE).attrs["Config"]["Cmd"] == ["bash"]


@pytest.mark.real
def test_without_a_registry_it_is_packed_and_that_is_said(offline):
    said = []
    assert provide.ensure(offline, say=said.append) == REFERENCE
    assert label(offline) == "packed"
    assert len(said) == 2
    assert "Packing the image from this machine's own tools" in said[1]
    assert "\n" not in said[1]
    assert provide.ensure(offline, say=said.append) == REFERENCE
    assert len(said) == 2


@pytest.mark.real
def test_without_registry_and_tools_one_sentence_says_both(offline, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(pack, "PATH", "")
    with pytest.raises(errors.ImageUnavailable) as refused:
        provide.ensure(offline)
    assert "could not be built" in refused.value.what
    assert "This machine lacks bash, bridge" in refused.value.what
    assert "apt-get install" in refused.value.todo
    assert "iputils-ping" in refused.value.todo
    assert not provide.present(offline)


def test_elsewhere_than_on_linux_it_is_not_packed(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(errors.ImageUnavailable, match="needs Linux tools") as refused:
        pack.find_tools()
    assert "dockernet image load" in refused.value.todo


def test_for_another_architecture_it_is_not_packed(scratch, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(errors.ImageUnavailable, match="riscv64"):
        provide.pack_from_tools(scratch)


@pytest.mark.real
@pytest.mark.parametrize(
    ("dockerfile", "word"),
    [
        (NOWHERE, "registry.invalid"),
        ("FROM xmtubuntu\nRUN exit 3\n", "3"),
        ("NONSENSE\n", "NONSENSE"),
    ],
    ids=["no registry", "failing command", "no Dockerfile"],
)
def test_a_failed_build_is_one_sentence_and_leaves_nothing(scratch, tmp_path, dockerfile, word):
    (tmp_path / "Dockerfile").write_text(dockerfile)
    before = {c.id for c in scratch.containers.list(all=True)}
    with pytest.raises(errors.DockernetError) as refused:
        provide.build_from_dockerfile(scratch, dockerfile=tmp_path / "Dockerfile")
    assert word in refused.value.what
    assert "\n" not in str(refused.value)
    assert not provide.present(scratch)
    every = scratch.containers.list(all=True, ignore_removed=True)
    left = {c.id for c in every if "exit 3" in str(c.attrs["Args"])}
    assert not left - before


@pytest.mark.parametrize("commands", [("sh", "sleep"), ("sleep",)], ids=["poor", "no shell"])
def test_a_foreign_image_of_that_name_that_lacks_commands_is_refused(scratch, commands):
    import_foreign(scratch, commands)
    with pytest.raises(errors.ImageUnavailable, match="not ours") as refused:
        provide.ensure(scratch)
    assert "lacks" in refused.value.what
    assert "docker tag" in refused.value.todo
    assert provide.present(scratch)
    assert scratch.containers.list(all=True, filters={"ancestor": REFERENCE}) == []


def test_a_foreign_image_with_every_command_is_used_as_it_is(scratch):
    import_foreign(scratch, tuple(image.COMMANDS))
    before = scratch.images.get(REFERENCE).id
    assert provide.ensure(scratch) == REFERENCE
    assert scratch.images.get(REFERENCE).id == before


def test_it_can_be_saved_and_loaded(scratch, tmp_path):
    provide.pack_from_tools(scratch, commands=("sh", "sleep"))
    file = tmp_path / "lesson.tar"
    assert provide.save(scratch, file) == file.stat().st_size > 1000
    assert [path.name for path in tmp_path.iterdir()] == ["lesson.tar"]
    before = scratch.images.get(REFERENCE).id
    remove(scratch)
    assert provide.load(scratch, file) == REFERENCE
    assert scratch.images.get(REFERENCE).id == before
    assert label(scratch) == "packed"


def test_saving_writes_over_nothing_and_says_where_it_cannot_write(scratch, tmp_path):
    provide.pack_from_tools(scratch, commands=("sh",))
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    with pytest.raises(errors.DockernetError, match="exists already"):
        provide.save(scratch, mine)
    assert mine.read_text() == "mine"
    with pytest.raises(errors.DockernetError, match="cannot be written"):
        provide.save(scratch, tmp_path / "nowhere" / "lesson.tar")
    remove(scratch)
    with pytest.raises(errors.ImageUnavailable):
        provide.save(scratch, tmp_path / "lesson.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("content", [None, b"", b"not an archive"], ids=["absent", "empty", "text"])
def test_a_file_that_holds_no_image(scratch, tmp_path, content):
    file = tmp_path / "lesson.tar"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(errors.DockernetError) as refused:
        provide.load(scratch, file)
    assert str(file) in refused.value.what
    assert "dockernet image save" in refused.value.todo


def test_a_file_that_holds_another_image(scratch, tmp_path, monkeypatch):
    provide.pack_from_tools(scratch, commands=("sh",))
    file = tmp_path / "other.tar"
    provide.save(scratch, file)
    monkeypatch.setattr(provide, "REFERENCE", "wanted:latest")
    with pytest.raises(errors.DockernetError, match=f"holds {REFERENCE}, not wanted:latest"):
        provide.load(scratch, file)
