"""The clock by which a person is mailed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("community", "0006_activity_append_only")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="time_zone",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="time zone"),
        ),
    ]
