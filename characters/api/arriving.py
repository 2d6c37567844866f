"""Characters that exist already and only arrive here: from files, or printed sheets.

They come whole, so that nobody is given anything, and the code that gives does not make the batch go row by row.
"""

from __future__ import annotations

from characters.api.serializers import AT_BIRTH, CharacterSerializer
from characters.api.urls import registry
from characters.api.viewsets import CharacterViewSet, OwnViewSet


class ArrivingSerializer(CharacterSerializer):
    """Whoever arrives has what the document says, and not what new magi are given."""

    with_arts = None  # type: ignore[assignment]
    house_grants = None  # type: ignore[assignment]
    guide_step = None  # type: ignore[assignment]

    class Meta(CharacterSerializer.Meta):
        fields = [name for name in CharacterSerializer.Meta.fields if name not in (*AT_BIRTH, "guide_step")]


class ArrivingViewSet(CharacterViewSet):
    serializer_class = ArrivingSerializer
    perform_create = OwnViewSet.perform_create


arriving = registry.replacing("characters", ArrivingViewSet)
