"""`python -m tests.people 20 30`: people with a character and 30 Abilities each, printed as JSON.

Beside the API, because what is tested afterwards is the API.
"""

from __future__ import annotations

import json
import sys
import uuid

import django


def make(number, rows):
    from django.contrib.auth import get_user_model
    from rest_framework.authtoken.models import Token

    from characters.models import Ability, Character

    people = []
    for _ in range(number):
        user = get_user_model().objects.create(username=f"player-{uuid.uuid4().hex[:12]}", password="!")
        token = Token.objects.create(user=user).key
        character = Character.objects.create(owner=user, name="Petrus", type=Character.Type.COMPANION)
        abilities = Ability.objects.bulk_create(
            Ability(character=character, ability_id="ability.area-lore", instance=f"Region {place}")
            for place in range(rows)
        )
        found = {"user": user.pk, "name": user.username, "token": token, "character": character.pk}
        people.append({**found, "rows": [ability.pk for ability in abilities]})
    return people


if __name__ == "__main__":
    django.setup()
    json.dump(make(*map(int, sys.argv[1:])), sys.stdout)
