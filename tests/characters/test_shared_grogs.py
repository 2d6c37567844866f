"""A grog that others may edit, through the API: what editors can do, and what nobody else can by any way in (R19)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from batching.models import Receipt
from characters import sharing
from characters.models import Ability, Character, Editor
from characters.plain import RESOURCES
from tests.characters import factories
from tests.characters.conftest import Api, problem
from tests.locks import await_waiter

SECRET = "Secret of the gate"
KEY = "0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f10"
ROWS = {
    "abilities": factories.AbilityFactory,
    "virtues": factories.VirtueFactory,
    "traits": factories.TraitFactory,
    "reputations": factories.ReputationFactory,
    "possessions": factories.PossessionFactory,
    "attacks": factories.AttackFactory,
    "spells": factories.SpellFactory,
    "arts": factories.ArtFactory,
}
CHANGES = {
    "abilities": {"specialty": "x"},
    "virtues": {"notes": "x"},
    "traits": {"name": "x"},
    "reputations": {"content": "x"},
    "possessions": {"notes": "x"},
    "attacks": {"name": "x"},
    "spells": {"notes": "x"},
    "arts": {"experience_points": 1},
}


@pytest.fixture
def grog(alice):
    return factories.CharacterFactory(owner=alice, name=SECRET, type="grog")


@pytest.fixture
def rows(grog):
    return {name: make(character=grog) for name, make in ROWS.items()}


@pytest.fixture
def editor(grog, bob):
    """Bob, whom Alice lets edit, at the API."""
    sharing.add_editor(grog, bob)
    return Api(bob)


@pytest.fixture
def outsider(editor, rows):
    """Carol: she is an editor of another grog of Alice's, and has a grog of her own."""
    carol = factories.UserFactory(username="carol")
    owner = Character.objects.get(name=SECRET).owner
    sharing.add_editor(factories.CharacterFactory(owner=owner, name="Open", type="grog"), carol)
    outsider = Api(carol)
    outsider.grog = factories.CharacterFactory(owner=carol, name="Own", type="grog")
    outsider.trait = factories.TraitFactory(character=outsider.grog)
    return outsider


def operation(resource, action, target=None, **data):
    found = {"resource": resource, "action": action, "data": data}
    return found if target is None else {**found, "target": getattr(target, "pk", target)}


def state():
    models = [Character, Editor, *RESOURCES]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


# --- editors ---


def test_an_editor_reads_and_edits_every_kind_of_row(editor, grog, rows):
    assert editor.get(f"characters/{grog.pk}/").json()["sheet"]["id"] == grog.pk
    for name, row in rows.items():
        assert editor.get(f"{name}/{row.pk}/").status_code == 200
        assert [found["id"] for found in editor.get(f"{name}/", character=grog.pk).json()["results"]] == [row.pk]
    operations = [operation(name, "update", row, **CHANGES[name]) for name, row in rows.items()]
    operations += [operation("characters", "increment", grog, field="strength")]
    operations += [operation(name, "delete", row) for name, row in rows.items()]
    operations += [operation("traits", "create", character=grog.pk, name="Loyal", score=2)]
    body = editor.post(f"characters/{grog.pk}/batch/", {"operations": operations, "include": ["sheet"]}).json()
    assert body["status"] == "success"
    assert body["included"]["sheet"][0]["traits"][0]["name"] == "Loyal"
    assert Character.objects.get(pk=grog.pk).strength == 1


def test_revisions_etags_and_receipts_are_what_they_are_for_the_owner(editor, api, grog, rows):
    row = rows["abilities"]
    etag = editor.get(f"abilities/{row.pk}/")["ETag"]
    assert etag == api.get(f"abilities/{row.pk}/")["ETag"]
    gain = {**operation("abilities", "increment", row), "id": KEY, "if_match": etag}
    first, again = (editor.post("batch/", {"operations": [gain]}).json()["results"][0] for _ in range(2))
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["etag"] == again["etag"] == api.get(f"abilities/{row.pk}/")["ETag"] != etag
    assert [receipt.user_id for receipt in Receipt.objects.all()] == [Editor.objects.get().user_id]


def test_the_feed_of_changes_works_for_an_editor_and_ends_with_the_right(editor, api, grog, rows, bob):
    since = editor.get(f"characters/{grog.pk}/changes/").json()["revision"]
    api.patch(f"abilities/{rows['abilities'].pk}/", {"specialty": "night"})
    changed = editor.get(f"characters/{grog.pk}/changes/", since=since).json()["changed"]
    assert [row["specialty"] for row in changed["abilities"]] == ["night"]
    sharing.remove_editor(grog, bob)
    problem(editor.get(f"characters/{grog.pk}/changes/", since=since), 404)


def test_an_editor_cannot_delete_the_grog_or_give_it_away(editor, grog, alice, bob):
    assert "Only the owner" in problem(editor.delete(f"characters/{grog.pk}/"), 403)
    body = editor.post("batch/", {"operations": [operation("characters", "delete", grog)]}).json()
    assert body["results"][0]["status"] == 403
    editor.patch(f"characters/{grog.pk}/", {"owner": bob.pk, "shared": False})
    grog.refresh_from_db()
    assert (grog.owner, grog.shared) == (alice, True)


def test_a_shared_grog_stays_a_grog_for_everybody(editor, api, grog):
    """To let it become a magus would end what others were promised, or let them edit a magus: their owner decides."""
    for someone in (editor, api):
        refused = someone.patch(f"characters/{grog.pk}/", {"type": "magus"})
        assert "end the sharing first" in problem(refused, 400, "type")
    sharing.remove_editor(grog, Editor.objects.get().user)
    assert api.patch(f"characters/{grog.pk}/", {"type": "companion"}).status_code == 200


def test_many_writes_of_an_editor_cost_as_many_statements_as_the_owners(editor, api, grog):
    abilities = [
        factories.AbilityFactory(character=grog, ability_id="ability.area-lore", instance=f"Area {number}")
        for number in range(30)
    ]

    def statements(someone, rows):
        operations = [operation("abilities", "increment", row) for row in rows]
        with CaptureQueriesContext(connection) as queries:
            assert someone.post("batch/", {"operations": operations}).status_code == 200
        return len(queries)

    statements(api, abilities[:1])
    owner = statements(api, abilities)
    assert statements(editor, abilities[:1]) == statements(editor, abilities) == owner


# --- after the right was taken back ---


def test_the_right_ends_at_once_and_nothing_is_told(editor, grog, rows, bob):
    row = rows["abilities"]
    gain = {**operation("abilities", "increment", row), "id": KEY}
    assert editor.post("batch/", {"operations": [gain]}).status_code == 200
    sharing.remove_editor(grog, bob)
    before = state()
    replayed = editor.post("batch/", {"operations": [gain], "include": ["sheet"]})
    assert SECRET not in replayed.content.decode()
    assert "specialty" not in replayed.content.decode()
    problem(editor.post("batch/", {"operations": [operation("abilities", "increment", row)]}), 404)
    problem(editor.get(f"characters/{grog.pk}/"), 404)
    assert state() == before


def test_without_its_mark_a_grog_is_nobody_elses_even_if_editors_are_left(editor, grog):
    Character.objects.filter(pk=grog.pk).update(shared=False)
    problem(editor.get(f"characters/{grog.pk}/"), 404)


# --- whoever was never let in ---


@pytest.fixture
def nothing_happens(outsider):
    before = state()
    yield
    assert state() == before


def attack(outsider, *operations, path="batch/", statuses=(404,), **members):
    response = outsider.post(path, {"operations": list(operations), **members})
    assert response.status_code in statuses, response.content
    assert SECRET not in response.content.decode()
    return response.json()


@pytest.mark.usefixtures("nothing_happens")
@pytest.mark.parametrize("resource", ["characters", *ROWS])
def test_by_target(outsider, grog, rows, resource):
    target = grog if resource == "characters" else rows[resource]
    for action in ("retrieve", "update", "delete"):
        for atomic in (True, False):
            body = attack(outsider, operation(resource, action, target), atomic=atomic, statuses=(404, 207))
            assert body["results"][0]["status"] == 404
    path = f"{resource}/{target.pk}/"
    answers = [outsider.get(path), outsider.patch(path, CHANGES.get(resource, {"name": "x"})), outsider.delete(path)]
    assert [answer.status_code for answer in answers] == [404] * 3
    listed = outsider.get(f"{resource}/").content.decode()
    assert SECRET not in listed
    assert f'"character":{grog.pk},' not in listed


@pytest.mark.usefixtures("nothing_happens")
@pytest.mark.parametrize("action", ["increment", "decrement", "gain"])
def test_by_row_action(outsider, rows, action):
    attack(outsider, operation("abilities", action, rows["abilities"], **({"amount": 5} if action == "gain" else {})))


@pytest.mark.usefixtures("nothing_happens")
def test_by_creating_below_it(outsider, grog):
    create = operation("traits", "create", character=grog.pk, name="Sly")
    attack(outsider, create, statuses=(400, 404))
    attack(outsider, operation("traits", "create", name="Sly"), path=f"characters/{grog.pk}/batch/")
    assert outsider.post("traits/", {"character": grog.pk, "name": "Sly"}).status_code in (400, 404)


@pytest.mark.usefixtures("nothing_happens")
def test_by_moving_rows_there_and_from_there(outsider, grog, rows):
    attack(outsider, operation("traits", "update", outsider.trait, character=grog.pk), statuses=(400, 404))
    attack(outsider, operation("traits", "update", rows["traits"], character=outsider.grog.pk))


def test_by_moving_a_row_of_the_shared_grog_to_one_of_ones_own(editor, bob, rows):
    """Also an editor cannot: a row stays with its character."""
    mine = factories.CharacterFactory(owner=bob, type="grog")
    assert editor.patch(f"traits/{rows['traits'].pk}/", {"character": mine.pk}).status_code == 400
    rows["traits"].refresh_from_db()
    assert rows["traits"].character_id != mine.pk


@pytest.mark.usefixtures("nothing_happens")
@pytest.mark.parametrize("path", ["characters/{own}/batch/", "characters/{own}/abilities/batch"])
def test_by_a_mount_of_ones_own(outsider, rows, path):
    change = {"action": "update", "target": rows["abilities"].pk, "data": {"specialty": "x"}}
    if not path.endswith("abilities/batch"):
        change["resource"] = "abilities"
    attack(outsider, change, path=path.format(own=outsider.grog.pk))


@pytest.mark.usefixtures("nothing_happens")
def test_by_local_id_include_precondition_and_feed(outsider, grog, rows):
    attack(outsider, operation("traits", "create", character={"lid": str(grog.pk)}, name="Sly"), statuses=(400,))
    change = operation("abilities", "update", rows["abilities"])
    body = attack(outsider, change, include=["sheet"], atomic=False, statuses=(207,))
    assert "included" not in body
    told = attack(outsider, {**change, "if_match": '"999"'})
    assert "current" not in str(told)
    problem(outsider.get(f"characters/{grog.pk}/changes/", since=0), 404)
    assert outsider.get("abilities/", character=grog.pk).json()["results"] == []


@pytest.mark.usefixtures("nothing_happens")
def test_by_receipt(outsider, editor, rows):
    nothing = {**operation("abilities", "increment", rows["abilities"], by=1), "id": KEY}
    attack(outsider, nothing)
    assert not Receipt.objects.exists()


def test_editors_are_of_one_grog_alone(outsider, editor, bob):
    """Carol edits another grog of the same owner: that opens neither this one nor the owner's others."""
    assert {row["name"] for row in outsider.get("characters/").json()["results"]} == {"Open", "Own"}
    assert Ability.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_an_editor_who_is_removed_while_a_batch_waits_is_refused(grog, bob, editor):
    trait = factories.TraitFactory(character=grog)
    operation = {"resource": "traits", "action": "update", "target": trait.pk, "data": {"name": "late"}}
    answers = []

    def send():
        try:
            answers.append(editor.post("batch/", {"operations": [operation]}).status_code)
        finally:
            connection.close()

    thread = threading.Thread(target=send)
    with transaction.atomic():
        sharing.remove_editor(grog, bob)
        thread.start()
        await_waiter()
    thread.join()
    assert answers == [404]
