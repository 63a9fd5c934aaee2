"""Images: names, import, save and load, removal."""

import bz2
import gzip
import io
import json
import lzma
import tarfile

import pytest
from api_driver import Client

from dockernet_lessons.embedded.daemon import archives, changes, references
from dockernet_lessons.embedded.daemon.image import Image
from dockernet_lessons.embedded.errors import DockerError


@pytest.fixture(params=["classic", "modern"])
def client(request):
    return Client(request.param)


def tar_of(**files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def lines(answer):
    return [json.loads(line) for line in answer.body().splitlines()]


def do_import(client, data, query="repo=mine&tag=v1"):
    return client.ask("POST", f"/images/create?fromSrc=-&{query}", data)


ROOT = tar_of(bin__sleep=b"#!", usr__bin__echo=b"#!", bin__vim=b"#!")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_an_imported_image_has_the_commands_of_its_archive(client, pack):
    answer = do_import(client, pack(ROOT), 'repo=mine&changes=CMD%20["sleep","50"]&message=hello')
    assert lines(answer)[0]["status"].startswith("sha256:")
    shown = client.get("/images/mine/json")
    assert (shown["Comment"], shown["Config"]["Cmd"]) == ("hello", ["sleep", "50"])
    client.post("/containers/create?name=c1", {"Image": "mine"}, 201)
    client.post("/containers/c1/start", status=204)
    assert client.exec("c1", "echo", "hi")[0] == 0
    assert client.exec("c1", "ls")[0] in (126, 127)
    assert client.exec("c1", "vim")[0] in (126, 127)


@pytest.mark.parametrize(
    "data",
    [b"", b"x" * 600, gzip.compress(ROOT)[:60], b"BZh9xxxx" * 90],
    ids=["empty", "not one", "cut off", "bzip2 by name only"],
)
def test_damaged_archives_are_refused(client, data):
    assert do_import(client, data).status == 500
    assert "error" in lines(client.ask("POST", "/images/load", data))[0]


def test_an_archive_that_grows_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    assert do_import(client, gzip.compress(bytes(5000))).status == 413


def test_import_needs_a_tag_and_a_source(client):
    assert do_import(client, ROOT, "repo=Mine").status == 400
    assert do_import(client, ROOT, "repo=mine&tag=-x").status == 400
    assert do_import(client, ROOT, "changes=RUN%20x").status == 400
    assert client.ask("POST", "/images/create?fromSrc=http://x/").status == 501
    assert do_import(client, ROOT, "").status == 200
    assert len(client.get('/images/json?filters={"dangling":["true"]}')) == 1
    gone = client.post("/images/prune", status=200).json
    assert len(gone["ImagesDeleted"]) == 2
    assert client.post("/images/prune", status=200).json["ImagesDeleted"] is None


def test_what_is_saved_can_be_loaded(client):
    do_import(client, ROOT)
    client.post("/images/mine:v1/tag?repo=other&tag=v2", status=201)
    saved = client.ask("GET", "/images/get?names=mine:v1&names=other:v2&names=xmtubuntu").body()
    before = client.get("/images/mine:v1/json")["Id"]
    fresh = Client(client.engine.profile.name)
    said = [line["stream"] for line in lines(fresh.ask("POST", "/images/load", saved))]
    assert said == [f"Loaded image: {t}\n" for t in ("mine:v1", "other:v2", "xmtubuntu:latest")]
    assert fresh.get("/images/other:v2/json")["Id"] == before
    fresh.post("/containers/create?name=c1", {"Image": "mine:v1", "Cmd": ["sleep", "9"]}, 201)
    fresh.post("/containers/c1/start", status=204)
    assert fresh.exec("c1", "ls")[0] in (126, 127)
    by_id = fresh.ask("GET", f"/images/{before}/get").body()
    again = Client(client.engine.profile.name)
    assert lines(again.ask("POST", "/images/load", by_id))[0]["stream"].startswith(
        "Loaded image ID"
    )


def test_oci_layouts_are_loaded_too(client):
    document = Image({"Cmd": ["sleep"]}, 1.0, 1, "sha256:1").document
    manifest = json.dumps([{"Config": "c", "RepoTags": None, "Layers": ["l"]}]).encode()
    archive = tar_of(**{"c": document, "l": gzip.compress(ROOT), "manifest.json": manifest})
    assert "stream" in lines(client.ask("POST", "/images/load", archive))[0]


@pytest.mark.parametrize(
    "files",
    [
        {"x": b""},
        {"manifest.json": b"[5]"},
        {"manifest.json": b"{"},
        {"manifest.json": b'[{"Config": "zz", "Layers": []}]'},
        {"manifest.json": b'[{"Config": "c", "Layers": []}]', "c": b'{"config": {"Env": 5}}'},
        {"manifest.json": b'[{"Config": "c", "Layers": []}]', "c": b'{"config": null}'},
        {
            "manifest.json": b'[{"Config": "c", "Layers": []}]',
            "c": b'{"config": {}, "rootfs": {"diff_ids": ["x"]}, "created": "today"}',
        },
    ],
)
def test_malformed_saved_archives_are_refused(client, files):
    assert "error" in lines(client.ask("POST", "/images/load", tar_of(**files)))[0]


def test_removal_by_name_and_by_id(client):
    do_import(client, ROOT)
    image = client.get("/images/mine:v1/json")["Id"]
    client.post("/images/mine:v1/tag?repo=other", status=201)
    assert client.ask("DELETE", f"/images/{image}").status == 409
    assert client.ask("DELETE", "/images/other").json == [{"Untagged": "other:latest"}]
    client.post("/containers/create?name=c1", {"Image": "mine:v1", "Cmd": ["sleep", "9"]}, 201)
    assert "stopped container" in client.ask("DELETE", f"/images/{image}").message
    client.post("/containers/c1/start", status=204)
    assert "running container" in client.ask("DELETE", f"/images/{image}?force=1").message
    client.ask("DELETE", "/containers/c1?force=1")
    removed = client.ask("DELETE", f"/images/{image[7:19]}").json
    assert [next(iter(record)) for record in removed] == ["Untagged", "Deleted", "Deleted"]
    assert client.ask("GET", "/images/mine:v1/json").status == 404


def test_a_name_moves_to_another_image(client):
    client.post("/containers/create?name=c1", {"Image": "xmtubuntu"}, 201)
    do_import(client, ROOT, "repo=xmtubuntu&tag=latest")
    row = client.get("/containers/json?all=1")[0]
    assert row["Image"] == row["ImageID"]
    nameless = client.get('/images/json?filters={"dangling":["true"]}')[0]
    assert nameless["RepoTags"] == ([] if client.daemon.modern else ["<none>:<none>"])
    assert client.get(f"/images/{nameless['Id']}/history")[0]["Tags"] is None


def test_filters_of_images(client):
    client.sleep(5)
    do_import(client, ROOT)
    names = lambda query: [r["RepoTags"][0] for r in client.get(f"/images/json?filters={query}")]  # noqa: E731
    assert names('{"before":["mine:v1"]}') == ["xmtubuntu:latest"]
    assert names('{"since":["xmtubuntu"]}') == ["mine:v1"]
    assert names('{"reference":["mine:*"]}') == ["mine:v1"]
    assert names('{"dangling":["false"]}') == ["mine:v1", "xmtubuntu:latest"]
    assert client.ask("GET", '/images/json?filters={"until":["1h"]}').status == 501
    assert client.ask("GET", '/images/json?filters={"before":["zz"]}').status == 404
    assert client.ask("GET", '/images/json?filters={"dangling":["zz"]}').status == 400


def test_the_engine_does_not_keep_more_images_than_it_can(client, monkeypatch):
    monkeypatch.setattr("dockernet_lessons.embedded.daemon.images.MAX_IMAGES", 1)
    assert do_import(client, ROOT).status == 507
    assert client.post("/images/xmtubuntu/tag?repo=a").status == 507


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x", "x:latest"),
        ("x:v1", "x:v1"),
        ("a/b:v1", "a/b:v1"),
        ("example.org:5000/a/b", "example.org:5000/a/b:latest"),
        ("example.org/library/b", "b:latest"),
        ("localhost/a", "localhost/a:latest"),
        (f"x@sha256:{'0' * 64}", f"x@sha256:{'0' * 64}"),
    ],
)
def test_references(text, shown):
    assert str(references.parse(text, modern=True).tagged()) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a b",
        "../x",
        "x:",
        "x@",
        "x@sha256:zz",
        "-x",
        "x" * 300,
        "a//b",
        "exa_mple.org/a/-",
    ],
)
def test_bad_references(text):
    with pytest.raises(DockerError, match="invalid reference format"):
        references.parse(text, modern=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ZZ", "repository name (library/ZZ) must be lowercase"),
        ("a/ZZ", "repository name (a/ZZ) must be lowercase"),
    ],
)
def test_capitals_in_references(text, message):
    with pytest.raises(DockerError) as modern:
        references.parse(text, modern=True)
    with pytest.raises(DockerError) as classic:
        references.parse(text, modern=False)
    assert modern.value.message.endswith(message)
    assert classic.value.message.endswith("repository name must be lowercase")


def test_changes_of_an_import():
    config = changes.applied(
        ["CMD sleep 9", 'ENTRYPOINT ["a"]', "ENV A=b C='d e'", "ENV F g h", "LABEL x=y",
         "EXPOSE 80 53/udp", "USER root", "WORKDIR /tmp", "VOLUME /x", "CMD [1]"]
    )  # fmt: skip
    assert config == {
        "Cmd": ["/bin/sh", "-c", "[1]"],
        "Entrypoint": ["a"],
        "Env": ["A=b", "C=d e", "F=g h"],
        "Labels": {"x": "y"},
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
        "User": "root",
        "WorkingDir": "/tmp",
    }


@pytest.mark.parametrize("line", ["RUN x", "", "ENV A", "LABEL 'x", "ENV"])
def test_changes_that_are_none(line):
    with pytest.raises(DockerError):
        changes.applied([line])


def test_an_images_settings_are_the_containers(client):
    query = "repo=mine&tag=v1&changes=EXPOSE%2080&changes=ENV%20A=b&changes=WORKDIR%20/w"
    do_import(client, ROOT, f"{query}&changes=USER%20root")
    client.post("/containers/create?name=c1", {"Image": "mine:v1", "Cmd": ["sleep", "9"]}, 201)
    config = client.inspect("c1")["Config"]
    assert (config["ExposedPorts"], config["Env"]) == ({"80/tcp": {}}, ["A=b"])
    assert (config["WorkingDir"], config["User"]) == ("/w", "root")
    assert client.get("/images/mine:v1/json")["Config"]["ExposedPorts"] == {"80/tcp": {}}


@pytest.mark.parametrize("name", ["zz", "example.org/zz", "example.org:5000/a/zz"])
def test_no_registry_can_be_reached(client, name):
    answer = client.post(f"/images/create?fromImage={name}&tag=latest", status=500)
    assert "no such host" in answer.message
    assert ("lookup example.org on" in answer.message) == ("example" in name)
