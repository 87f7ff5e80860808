"""The activity log: which door a line came in by, and no way to change or remove one (community/append_only.py)."""

from django.db import migrations, models

from community.append_only import guards_down, guards_up


class Migration(migrations.Migration):
    dependencies = [("community", "0005_notification_preferences")]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="via",
            field=models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.RunPython(guards_up, guards_down),
    ]
