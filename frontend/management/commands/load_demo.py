"""`manage.py load_demo`: the catalogue of our own and the demo processes, once."""

import time
from io import StringIO

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from frontend.demo.loader import demo_is_loaded, demo_load


class Command(BaseCommand):
    help = "Load the catalogue and the demo content; does nothing when it is there."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError(
                "Accounts with a public password are made in the demo only (DEMO=1)."
            )
        if demo_is_loaded():
            return
        start = time.monotonic()
        self._say("… catalogue and process templates")
        call_command("load_catalogue", stdout=StringIO())
        self._say("… demo processes, texts, comments and answers")
        # Mails about things that happened "last month" are not sent: jobs run here and now and find none.
        current_app.conf.task_always_eager = True
        with transaction.atomic():
            demo_load()
        self._say(f"✓ demo content ({time.monotonic() - start:.0f} s)")

    def _say(self, text):
        self.stdout.write(f"  {text}")
        self.stdout.flush()
