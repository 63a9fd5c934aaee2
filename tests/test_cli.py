"""The command ``dockernet``: what it prints, and its exit codes."""

import subprocess
import sys

import pytest

from dockernet_lessons import image
from dockernet_lessons.cli import doctor, main
from dockernet_lessons.cli import image as image_command
from dockernet_lessons.image.provide import pack_from_tools
from dockernet_lessons.labels import LAB, OWNER, owner


@pytest.fixture
def somebody(monkeypatch, tag):
    """Be a user whose default lab is a test's."""
    monkeypatch.setenv("LOGNAME", f"test-{tag}")
    return owner()


@pytest.mark.parametrize("words", ["", "lab", "article", "doctor", "image", "image save", "clean"])
def test_help_explains_every_command(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*words.split(), "--help"])
    assert ended.value.code == 0
    assert "usage: dockernet" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    ["", "nonsense", "image", "image save", "article --count x", "article --engine podman",
     "lab --port x", "clean --lab"],
)  # fmt: skip
def test_bad_arguments_are_explained(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    assert "usage: dockernet" in capsys.readouterr().err


def test_it_is_installed_as_a_command():
    program = f"{sys.prefix}/bin/dockernet"
    done = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, "article" in done.stdout) == (0, True)


@pytest.mark.parametrize("count", ["0", "101"])
def test_an_impossible_count_is_one_sentence(capsys, count):
    assert main(["article", "--count", count]) == 1
    assert "Take a number from 1 to 100" in capsys.readouterr().err


def test_lab_copies_the_notebooks(tmp_path, capsys):
    assert main(["lab", "--copy-only", "--folder", str(tmp_path / "docker")]) == 0
    copied = sorted(path.name for path in (tmp_path / "docker").glob("*.ipynb"))
    assert "00_start_here.ipynb" in copied
    assert f"{len(copied)} copied, 0 kept" in capsys.readouterr().out
    assert main(["lab", "--copy-only", "--folder", str(tmp_path / "docker")]) == 0
    assert f"0 copied, {len(copied)} kept" in capsys.readouterr().out


def test_lab_says_where_it_cannot_copy_to(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert main(["lab", "--copy-only", "--folder", str(tmp_path / "file")]) == 1
    assert "Choose another --folder" in capsys.readouterr().err


def test_lab_without_jupyterlab_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["lab", "--folder", str(tmp_path)]) == 1
    assert "pip install" in capsys.readouterr().err


def test_lab_becomes_jupyterlab_in_the_folder(tmp_path, monkeypatch):
    became = []
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    monkeypatch.setattr("os.chdir", lambda folder: became.append(folder))
    monkeypatch.setattr("os.execv", lambda program, words: became.append(words) or sys.exit(0))
    with pytest.raises(SystemExit):
        main(["lab", "--no-browser", "--folder", str(tmp_path)])
    assert became[0] == tmp_path
    assert became[1][:3] == [sys.executable, "-m", "jupyterlab"]


def lines(finding_or_text):
    return [line for line in finding_or_text.splitlines() if line.strip()]


@pytest.mark.address
def test_doctor_finds_everything_in_order_and_leaves_nothing(engine, client, somebody, capsys):
    code = main(["doctor"])
    report = capsys.readouterr().out
    assert code == (1 if "✗" in report else 0)
    assert f"✓ Docker Engine {engine.version} at" in report
    assert "✓ The lesson image xmtubuntu:latest is here" in report
    assert "✓ The observer may look into the host" in report
    assert "The article's subnet: 192.168.0.0/16" in report
    mine = {"label": f"{OWNER}={somebody}"}
    assert client.containers.list(all=True, filters=mine) == []


@pytest.mark.address
def test_doctor_makes_nothing_on_a_fresh_engine(engine, client, somebody, capsys, monkeypatch):
    def made(*_, **__):
        raise AssertionError("the doctor made an image")

    monkeypatch.setattr(image, "present", lambda _: False)
    monkeypatch.setattr(image, "ensure", made)
    main(["doctor"])
    report = capsys.readouterr().out
    assert "is not here yet; the first lesson builds it" in report
    assert "packed from this machine's tools" in report


@pytest.mark.address
def test_doctor_counts_what_is_left(own_lab, somebody, tag, capsys):
    own_lab.run(f"{tag}-left")
    main(["doctor"])
    assert "1 containers of your lessons are here" in capsys.readouterr().out


def test_doctor_without_docker_says_what_to_do(monkeypatch, capsys, somebody):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    monkeypatch.setenv("PATH", "")
    assert main(["doctor"]) == 0
    report = capsys.readouterr().out
    assert "· No Docker Engine answers" in report
    assert "✓ The lessons run on the embedded engine: an emulation" in report
    assert "· There is no docker command here" in report
    assert report.count("→") >= 2
    assert lines(report)[-1] == "The lesson can run here: dockernet lab"


def test_doctor_without_jupyterlab(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    (finding,) = doctor._jupyter()
    assert (finding.grade, "pip install" in finding.todo) == ("bad", True)


@pytest.mark.address
def test_image_save_and_load(engine, tmp_path, capsys):
    file = tmp_path / "lesson.tar"
    assert main(["image", "save", str(file)]) == 0
    assert f"dockernet image load {file}" in capsys.readouterr().out
    assert main(["image", "load", str(file)]) == 0
    assert "xmtubuntu:latest is loaded" in capsys.readouterr().out
    assert main(["image", "save", str(file)]) == 1
    assert main(["image", "load", str(tmp_path / "nowhere.tar")]) == 1
    assert capsys.readouterr().err.count("→") == 2


@pytest.mark.address
def test_image_build(client, capsys, monkeypatch):
    packed = []
    monkeypatch.setattr(image_command, "pack_from_tools", packed.append)
    assert main(["image", "build", "--pack"]) == 0
    assert len(packed) == 1
    assert "xmtubuntu:latest is packed:" in capsys.readouterr().out
    monkeypatch.setattr(image_command.lesson_image, "build", lambda *_, **__: "built")
    assert main(["image", "build"]) == 0
    assert "is built:" in capsys.readouterr().out
    assert callable(pack_from_tools)


def test_ctrl_c_ends_with_130(monkeypatch, capsys):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("dockernet_lessons.cli.clean.run", interrupt)
    assert main(["clean"]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.address
def test_clean_shows_whose_lab_it_is(own_lab, somebody, tag, capsys):
    own_lab.run(f"{tag}-mine")
    assert main(["clean"]) == 0
    assert f"container  {tag}-mine  (lab {own_lab.name})" in capsys.readouterr().out
    assert own_lab.client.containers.get(f"{tag}-mine").labels[LAB] == own_lab.name
