from __future__ import annotations

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueAbility",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="id")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                ("category", models.CharField(max_length=30, verbose_name="category")),
                ("needs_instance", models.BooleanField(default=False, verbose_name="needs an instance")),
                ("untrained_use", models.BooleanField(default=True, verbose_name="usable untrained")),
                (
                    "display_template",
                    models.CharField(blank=True, max_length=60, verbose_name="printed form"),
                ),
            ],
            options={
                "verbose_name": "catalogue Ability",
                "verbose_name_plural": "catalogue Abilities",
                "ordering": ["name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CatalogueArt",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="id")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                ("abbr", models.CharField(max_length=2, verbose_name="abbreviation")),
                (
                    "kind",
                    models.CharField(
                        choices=[("technique", "Technique"), ("form", "Form")],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("elemental", models.BooleanField(default=False, verbose_name="elemental")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "catalogue Art",
                "verbose_name_plural": "catalogue Arts",
                "ordering": ["position", "name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CatalogueHouse",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="id")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                ("type", models.CharField(max_length=20, verbose_name="type")),
            ],
            options={
                "verbose_name": "House",
                "verbose_name_plural": "Houses",
                "ordering": ["name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CatalogueVirtue",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="id")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                (
                    "kind",
                    models.CharField(
                        choices=[("virtue", "Virtue"), ("flaw", "Flaw")], max_length=6, verbose_name="kind"
                    ),
                ),
                (
                    "size",
                    models.CharField(
                        choices=[("free", "Free"), ("minor", "Minor"), ("major", "Major")],
                        max_length=5,
                        verbose_name="size",
                    ),
                ),
                ("allowed_sizes", models.JSONField(default=list, verbose_name="allowed sizes")),
                ("category", models.CharField(max_length=30, verbose_name="category")),
                ("tainted", models.BooleanField(default=False, verbose_name="tainted")),
                (
                    "display_template",
                    models.CharField(blank=True, max_length=60, verbose_name="printed form"),
                ),
                ("parameters", models.JSONField(blank=True, default=list, verbose_name="parameters")),
                ("effects", models.JSONField(blank=True, default=list, verbose_name="effects")),
                (
                    "changes_scores",
                    models.BooleanField(
                        default=False,
                        help_text="Whether an effect changes a score or what experience counts as.",
                        verbose_name="changes scores",
                    ),
                ),
            ],
            options={
                "verbose_name": "catalogue Virtue or Flaw",
                "verbose_name_plural": "catalogue Virtues and Flaws",
                "ordering": ["name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CatalogueSpell",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="id")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                ("level", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="level")),
                ("range", models.CharField(max_length=30, verbose_name="Range")),
                ("duration", models.CharField(max_length=30, verbose_name="Duration")),
                ("target", models.CharField(max_length=30, verbose_name="Target")),
                ("ritual", models.BooleanField(default=False, verbose_name="ritual")),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="characters.catalogueart",
                        verbose_name="Form",
                    ),
                ),
                (
                    "technique",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="characters.catalogueart",
                        verbose_name="Technique",
                    ),
                ),
            ],
            options={
                "verbose_name": "catalogue spell",
                "verbose_name_plural": "catalogue spells",
                "ordering": ["name"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Character",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("revision", models.PositiveBigIntegerField(default=0, editable=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("grog", "Grog"),
                            ("companion", "Companion"),
                            ("mythic_companion", "Mythic companion"),
                            ("magus", "Magus"),
                        ],
                        default="magus",
                        max_length=16,
                        verbose_name="type",
                    ),
                ),
                (
                    "age",
                    models.PositiveSmallIntegerField(
                        default=25,
                        validators=[django.core.validators.MaxValueValidator(2000)],
                        verbose_name="age",
                    ),
                ),
                (
                    "apparent_age",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(2000)],
                        verbose_name="apparent age",
                    ),
                ),
                (
                    "apprenticed_at",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(2000)],
                        verbose_name="age at the start of apprenticeship",
                    ),
                ),
                (
                    "intelligence",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Intelligence",
                    ),
                ),
                (
                    "perception",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Perception",
                    ),
                ),
                (
                    "strength",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Strength",
                    ),
                ),
                (
                    "stamina",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Stamina",
                    ),
                ),
                (
                    "presence",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Presence",
                    ),
                ),
                (
                    "communication",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Communication",
                    ),
                ),
                (
                    "dexterity",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Dexterity",
                    ),
                ),
                (
                    "quickness",
                    models.SmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="Quickness",
                    ),
                ),
                (
                    "confidence_score",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="Confidence Score",
                    ),
                ),
                (
                    "confidence_points",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="Confidence Points",
                    ),
                ),
                (
                    "warping_points",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(1000000)],
                        verbose_name="Warping Points",
                    ),
                ),
                (
                    "decrepitude_points",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(1000000)],
                        verbose_name="Decrepitude Points",
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=20000, verbose_name="notes")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "house",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="characters.cataloguehouse",
                        verbose_name="House",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="characters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "character",
                "verbose_name_plural": "characters",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Art",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("revision", models.PositiveBigIntegerField(default=0, editable=False)),
                (
                    "experience_points",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(1000000)],
                        verbose_name="experience",
                    ),
                ),
                (
                    "bonus_experience",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="The part of the experience that Elemental Magic gave.",
                        validators=[django.core.validators.MaxValueValidator(1000000)],
                        verbose_name="bonus experience",
                    ),
                ),
                (
                    "art",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="characters.catalogueart",
                        verbose_name="Art",
                    ),
                ),
                (
                    "character",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arts",
                        to="characters.character",
                        verbose_name="character",
                    ),
                ),
            ],
            options={
                "verbose_name": "Art",
                "verbose_name_plural": "Arts",
                "ordering": ["character_id", "art__position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Ability",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("revision", models.PositiveBigIntegerField(default=0, editable=False)),
                (
                    "experience_points",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(1000000)],
                        verbose_name="experience",
                    ),
                ),
                (
                    "instance",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Which area, language, craft …",
                        max_length=80,
                        verbose_name="instance",
                    ),
                ),
                (
                    "specialty",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="specialty"),
                ),
                (
                    "ability",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="characters.catalogueability",
                        verbose_name="Ability",
                    ),
                ),
                (
                    "character",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="abilities",
                        to="characters.character",
                        verbose_name="character",
                    ),
                ),
            ],
            options={
                "verbose_name": "Ability",
                "verbose_name_plural": "Abilities",
                "ordering": ["character_id", "ability__name", "instance", "id"],
            },
        ),
        migrations.CreateModel(
            name="Virtue",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("revision", models.PositiveBigIntegerField(default=0, editable=False)),
                (
                    "size",
                    models.CharField(
                        choices=[("free", "Free"), ("minor", "Minor"), ("major", "Major")],
                        max_length=5,
                        verbose_name="size",
                    ),
                ),
                (
                    "parameters",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='What was chosen, in the order of the entry: [{"art": "art.creo"}].',
                        verbose_name="parameters",
                    ),
                ),
                ("granted_by_house", models.BooleanField(default=False, verbose_name="granted by the House")),
                ("notes", models.CharField(blank=True, default="", max_length=500, verbose_name="notes")),
                (
                    "character",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="virtues",
                        to="characters.character",
                        verbose_name="character",
                    ),
                ),
                (
                    "virtue",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="characters.cataloguevirtue",
                        verbose_name="Virtue or Flaw",
                    ),
                ),
            ],
            options={
                "verbose_name": "Virtue or Flaw",
                "verbose_name_plural": "Virtues and Flaws",
                "ordering": ["character_id", "-virtue__kind", "virtue__name", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="character",
            index=models.Index(fields=["owner", "name"], name="characters_by_owner"),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("intelligence__range", (-3, 3))), name="character_intelligence_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("perception__range", (-3, 3))), name="character_perception_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("strength__range", (-3, 3))), name="character_strength_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("stamina__range", (-3, 3))), name="character_stamina_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("presence__range", (-3, 3))), name="character_presence_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("communication__range", (-3, 3))), name="character_communication_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("dexterity__range", (-3, 3))), name="character_dexterity_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("quickness__range", (-3, 3))), name="character_quickness_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["grog", "companion", "mythic_companion", "magus"])),
                name="character_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="character_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(condition=models.Q(("age__lte", 2000)), name="character_age_range"),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("apparent_age__lte", 2000)), name="character_apparent_age_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("apprenticed_at__lte", 2000)), name="character_apprenticed_at_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence_score__lte", 100)), name="character_confidence_score_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence_points__lte", 100)), name="character_confidence_points_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("warping_points__lte", 1000000)), name="character_warping_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="character",
            constraint=models.CheckConstraint(
                condition=models.Q(("decrepitude_points__lte", 1000000)), name="character_decrepitude_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="art",
            constraint=models.UniqueConstraint(fields=("character", "art"), name="art_once_per_character"),
        ),
        migrations.AddConstraint(
            model_name="art",
            constraint=models.CheckConstraint(
                condition=models.Q(("experience_points__gte", 0), ("experience_points__lte", 1000000)),
                name="art_experience_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="art",
            constraint=models.CheckConstraint(
                condition=models.Q(("bonus_experience__gte", 0), ("bonus_experience__lte", 1000000)),
                name="art_bonus_experience_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="ability",
            constraint=models.UniqueConstraint(
                fields=("character", "ability", "instance"), name="ability_once_per_instance"
            ),
        ),
        migrations.AddConstraint(
            model_name="ability",
            constraint=models.CheckConstraint(
                condition=models.Q(("experience_points__gte", 0), ("experience_points__lte", 1000000)),
                name="ability_experience_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="virtue",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__in", ["free", "minor", "major"])), name="virtue_size_known"
            ),
        ),
    ]
