"""The library's API, written as any Django REST framework project would."""

from __future__ import annotations

from django.db.models import Count
from rest_framework import permissions, serializers, viewsets

from batching.actions import row_action
from batching.exceptions import Unprocessable
from batching.viewsets import BatchModelViewSet
from tests.sampleapp.models import Book, Category, Loan, Member, Note, Reading, Series, Shelf, Ticket, Volume


class Own:
    """Rows of the user's own."""

    owner_path = "owner"

    def get_queryset(self):
        return super().get_queryset().filter(**{self.owner_path: self.request.user})


class OwnShelf(serializers.PrimaryKeyRelatedField):
    """One of the user's shelves that takes books."""

    def get_queryset(self):
        return Shelf.objects.filter(owner=self.context["request"].user).exclude(name="Closed")


class ShelfSerializer(serializers.ModelSerializer):
    class Meta:
        model = Shelf
        fields = ["id", "revision", "name"]
        read_only_fields = ["revision"]


class BookSerializer(serializers.ModelSerializer):
    shelf = OwnShelf()
    category = serializers.SlugRelatedField("code", queryset=Category.objects.all(), allow_null=True, required=False)
    category_name = serializers.CharField(source="category.name", read_only=True, default=None, allow_null=True)

    class Meta:
        model = Book
        fields = [
            "id", "revision", "shelf", "category", "category_name", "code", "title",
            "pages", "lent", "price", "printed", "facts",
        ]  # fmt: skip
        read_only_fields = ["revision"]

    def validate_title(self, title):
        if title == "Necronomicon":
            raise serializers.ValidationError("Not in this library.")
        return title

    def validate(self, attrs):
        lent = attrs.get("lent", self.instance.lent if self.instance else False)
        if lent and attrs.get("title", self.instance.title if self.instance else "") == "":
            raise serializers.ValidationError({"lent": "A book without a title cannot be lent."})
        return attrs


class LoanSerializer(serializers.ModelSerializer):
    class Meta:
        model = Loan
        fields = ["id", "shelf", "reader"]


class PagesSerializer(serializers.Serializer):
    by = serializers.IntegerField(default=1, max_value=1000)


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["id", "text", "weight"]


class MemberSerializer(serializers.ModelSerializer):
    class Meta:
        model = Member
        fields = ["id", "email", "town", "seat", "fee", "height", "opens", "stays", "born"]
        extra_kwargs = {"id": {"required": False}}


class VolumeSerializer(serializers.ModelSerializer):
    class Meta:
        model = Volume
        fields = ["number"]


class SeriesSerializer(serializers.ModelSerializer):
    volumes = VolumeSerializer(many=True)

    class Meta:
        model = Series
        fields = ["id", "name", "volumes"]

    def create(self, validated_data):
        volumes = validated_data.pop("volumes")
        series = super().create(validated_data)
        Volume.objects.bulk_create(Volume(series=series, **volume) for volume in volumes)
        return series

    def update(self, instance, validated_data):
        volumes = validated_data.pop("volumes", None)
        if volumes is not None:
            instance.volumes.all().delete()
            Volume.objects.bulk_create(Volume(series=instance, **volume) for volume in volumes)
        return super().update(instance, validated_data)


class ReadingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Reading
        fields = ["id", "note", "minutes"]


class OverviewSerializer(serializers.ModelSerializer):
    number_of_books = serializers.IntegerField(read_only=True)

    class Meta:
        model = Shelf
        fields = ["id", "name", "number_of_books"]


class TicketSerializer(serializers.ModelSerializer):
    class Meta:
        model = Ticket
        fields = ["id", "subject", "number"]
        read_only_fields = ["id", "number"]


class NotLent(permissions.BasePermission):
    """A lent book cannot be deleted."""

    def has_object_permission(self, request, view, obj):
        return not (request.method == "DELETE" and obj.lent)


class ShelfViewSet(Own, BatchModelViewSet):
    queryset = Shelf.objects.order_by("pk")
    serializer_class = ShelfSerializer
    batch_includes = {"inventory": "include_inventory"}

    def batch_defaults(self):
        return {"owner": self.request.user}

    def include_inventory(self, shelves):
        return [{"shelf": shelf.pk, "books": shelf.books.count()} for shelf in shelves]


class BookViewSet(Own, BatchModelViewSet):
    owner_path = "shelf__owner"
    queryset = Book.objects.select_related("category").order_by("pk")
    serializer_class = BookSerializer
    permission_classes = [permissions.IsAuthenticated, NotLent]

    @row_action()
    def spoil(self, book, data):
        """Change a book, and refuse then."""
        book.title = "Spoilt"
        book.pages = 0
        book.category = None
        raise Unprocessable("Spoilt.", code="spoilt")

    @row_action(serializer_class=PagesSerializer)
    def grow(self, book, data):
        """Add pages."""
        if book.pages + data["by"] < 0:
            raise Unprocessable("A book has no negative pages.", code="below_zero")
        book.pages += data["by"]


class LoanViewSet(Own, BatchModelViewSet):
    owner_path = "shelf__owner"
    queryset = Loan.objects.order_by("pk")
    serializer_class = LoanSerializer
    batch_requires_if_match = True
    batch_max_operations = 3


class NoteViewSet(Own, viewsets.ModelViewSet):
    queryset = Note.objects.order_by("pk")
    serializer_class = NoteSerializer

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)


class OwnedViewSet(Own, viewsets.ModelViewSet):
    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)


class MemberViewSet(Own, BatchModelViewSet):
    queryset = Member.objects.order_by("email")
    serializer_class = MemberSerializer

    def batch_defaults(self):
        return {"owner": self.request.user}


class SeriesViewSet(OwnedViewSet):
    queryset = Series.objects.order_by("pk")
    serializer_class = SeriesSerializer


class ReadingViewSet(OwnedViewSet):
    queryset = Reading.objects.order_by("pk")
    serializer_class = ReadingSerializer

    def perform_update(self, serializer):
        serializer.save(minutes=min(serializer.validated_data.get("minutes", 0), 600))


class OverviewViewSet(Own, viewsets.ModelViewSet):
    """Shelves again, with a number that the database counts."""

    queryset = Shelf.objects.annotate(number_of_books=Count("books", distinct=True)).order_by("name").distinct()
    serializer_class = OverviewSerializer
    http_method_names = ["get", "patch", "head", "options"]


class TicketViewSet(Own, viewsets.ModelViewSet):
    queryset = Ticket.objects.order_by("number")
    serializer_class = TicketSerializer

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
