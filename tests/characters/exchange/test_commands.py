"""`export_characters` and `import_characters` (R54)."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from characters import published
from characters.exchange import exports, native
from characters.models import Character
from characters.progress import bar

pytestmark = pytest.mark.django_db


def run(command, *args, **options):
    out = io.StringIO()
    call_command(command, *args, stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def covenant(alice):
    for printed in published.read()[-2:]:
        published.load(printed, alice)
    return list(alice.characters.order_by("id"))


@pytest.mark.parametrize("kind", ["native", "foundry"])
def test_files_that_were_written_can_be_read(bob, covenant, tmp_path, kind):
    out = run("export_characters", tmp_path / "new" / "folder", "--as", kind, user="alice")
    assert "Wrote 2 files" in out
    files = sorted((tmp_path / "new" / "folder").iterdir())
    prefix = "fvtt-Actor-" if kind == "foundry" else ""
    assert [file.name for file in files] == sorted(
        f"{prefix}{name}-{character.pk}.json" for name, character in zip(("jerbiton", "tremere"), covenant, strict=True)
    )
    out = run("import_characters", *files, user="bob")
    assert "Tremere was created as character" in out
    there, back = (exports.contents(owner.characters.order_by("name")) for owner in (covenant[0].owner, bob))
    assert back == there


def test_markdown_is_written_too(covenant, tmp_path):
    run("export_characters", tmp_path, "--as", "markdown", "--character", covenant[0].pk, user="alice")
    (file,) = tmp_path.iterdir()
    assert file.read_text().startswith("## Jerbiton\n")


def test_a_name_leads_nowhere_else(alice, tmp_path):
    Character.objects.create(owner=alice, name="../../etc/passwd", type="grog")
    run("export_characters", tmp_path / "here", user="alice")
    assert [path.name.partition("-")[0] for path in (tmp_path / "here").iterdir()] == ["etcpasswd"]


def test_again_changes_nothing_and_says_so(alice, covenant, tmp_path):
    run("export_characters", tmp_path, user="alice")
    out = run("import_characters", *tmp_path.iterdir(), user="alice")
    assert f"Jerbiton is here already, as character {covenant[0].pk}" in out
    assert alice.characters.count() == 2


def test_a_dry_run_creates_nothing(alice, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(native.document([{"name": "Aline", "traits": [{"name": "Brave", "score": 3}]}])))
    assert "Aline would be created, with 1 rows" in run("import_characters", file, "--dry-run", user="alice")
    assert not Character.objects.exists()


def test_files_that_are_refused_do_not_keep_others_out(alice, tmp_path):
    good, bad, huge, missing = (tmp_path / f"{name}.json" for name in ("good", "bad", "huge", "missing"))
    good.write_text(json.dumps(native.document([{"name": "Aline"}])))
    bad.write_text(json.dumps(native.document([{"name": "Bert", "traits": [{"score": 99}]}])))
    huge.write_bytes(b" " * 3_000_000)
    err = io.StringIO()
    with pytest.raises(CommandError, match="3 of 4 files were refused"):
        call_command("import_characters", bad, huge, missing, good, user="alice", stdout=io.StringIO(), stderr=err)
    assert "characters[0].traits[0].name: This is required." in err.getvalue()
    assert "characters[0].traits[0].score: At most 20." in err.getvalue()
    assert "at most 1048576" in err.getvalue()
    assert "missing.json cannot be read" in err.getvalue()
    assert [character.name for character in alice.characters.all()] == ["Aline"]


def test_notes_about_what_stays_behind_are_told(alice, tmp_path):
    file = tmp_path / "actor.json"
    item = {"type": "diaryEntry", "name": "Spring", "system": {}}
    file.write_text(json.dumps({"name": "Aline", "type": "player", "system": {}, "items": [item]}))
    out = run("import_characters", file, user="alice")
    assert "note: items[0]: 'Spring' is of the type 'diaryEntry', which has no place here." in out


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("import_characters", {"user": "nobody"}, "There is no user 'nobody'"),
        ("export_characters", {"user": "nobody"}, "There is no user 'nobody'"),
        ("export_characters", {"user": "alice", "character": [10**6]}, "alice has no character 1000000"),
    ],
)
def test_wrong_names_and_keys_are_refused(alice, tmp_path, command, arguments, words):
    with pytest.raises(CommandError, match=words):
        run(command, tmp_path / "x", **arguments)


def test_a_folder_that_is_a_file_is_refused(covenant, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="file cannot be written"):
        run("export_characters", tmp_path / "file", user="alice")


# --- the bar ---


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_how_far_it_is():
    stream = Terminal()
    assert list(bar([1, 2], stream)) == [1, 2]
    assert stream.getvalue().endswith(f"\r[{'#' * 30}] 2/2\n")
    assert f"\r[{'#' * 15}{'·' * 15}] 1/2" in stream.getvalue()


def test_elsewhere_nothing_is_drawn():
    stream = io.StringIO()
    assert list(bar([1], stream)) == [1]
    assert stream.getvalue() == ""
